package dev.gnomon.tracking.spi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/// Rows of tracking in transactions. Used by any number of threads and processes.
///
/// A store that is full, busy for too long or not reached throws
/// [dev.gnomon.tracking.TrackingError] with `TEMPORARILY_UNAVAILABLE`; any other failure is an
/// [java.io.UncheckedIOException].
public interface TrackingStore extends AutoCloseable {
  /// All or nothing, and on disk when it returns. The work may be done again from the start if it
  /// met a change of another writer; if it throws, nothing is changed.
  <T> T write(Function<TrackingRows, T> work);

  /// Sees one state throughout.
  <T> T read(Function<TrackingRows, T> work);

  /// Writes a copy of this moment to a file, while others go on.
  ///
  /// @throws dev.gnomon.core.Refusal if the store is a server that has its own way, naming it
  void backup(Path file) throws IOException;

  @Override
  void close();
}
