package dev.gnomon.tracking.spi;

/// The rows within one transaction, by kind. What is called `row` is the store's own number of a
/// thing; it never changes, and is never shown.
public interface TrackingRows {
  StudyRows studies();

  RunRows runs();

  DatasetRows datasets();

  ModelRows models();

  VersionRows versions();

  LoggedModelRows loggedModels();
}
