package dev.gnomon.log;

import java.util.List;

/// What opening a log found and repaired. Segments that were sealed in good order are not read
/// again at opening; [LogReader] checks every record it gives, theirs too.
///
/// @param segments files found
/// @param scanned of these, files that the last process had not sealed, because it was killed or
///   lost power, and that were therefore read record by record
/// @param records good records in the scanned files
/// @param holes slots in the midst of records that a producer had claimed and not finished
/// @param damaged places where a record is there but its checksum is not right
/// @param tails files whose last record was unfinished and was cut off
/// @param trimmedBytes length given back to the disk, nearly all of it never used
/// @param details one line per hole, damage and tail, the first hundred
public record RecoveryReport(
    int segments,
    int scanned,
    long records,
    int holes,
    int damaged,
    int tails,
    long trimmedBytes,
    List<String> details) {
  public RecoveryReport {
    details = List.copyOf(details);
  }

  /// True if nothing had to be skipped or cut off.
  public boolean clean() {
    return holes == 0 && damaged == 0 && tails == 0;
  }
}
