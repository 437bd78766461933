package dev.gnomon.client;

/// What came of a post of rows: all of them are on disk.
///
/// @param rows how many were posted
/// @param repeated how many of them were known already, and changed nothing
/// @param quarantined how many a check set aside
public record Taken(int rows, int repeated, int quarantined) {
  static Taken of(Fields json) {
    return new Taken(
        json.whole("rows"), json.whole("repeated"), json.maybeInt("quarantined").orElse(0));
  }
}
