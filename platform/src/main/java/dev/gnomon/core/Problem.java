package dev.gnomon.core;

/// One thing that is wrong: where, what was found, and what would have been valid.
///
/// @param place a file with line and key, a column, a row range: whatever lets the reader go there
/// @param found what is there, in the reader's words
/// @param valid what would have been accepted, or what to do; never empty
public record Problem(String place, String found, String valid) {
  /// One line for people: `place: found; valid`.
  public String line() {
    return place + ": " + found + "; " + valid;
  }
}
