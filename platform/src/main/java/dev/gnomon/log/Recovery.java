package dev.gnomon.log;

import dev.gnomon.core.AtomicFiles;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Puts the files of a log in order before it is written again: whatever was left open by a killed
/// process is read, cut behind its last good record, and sealed.
final class Recovery {
  private static final int MAX_DETAILS = 100;

  private int scanned;
  private long records;
  private int holes;
  private int damaged;
  private int tails;
  private long trimmed;
  private final List<String> details = new ArrayList<>();

  /// @param nextIndex index of the segment to write next; a file with it, if there is one, is empty
  record Result(RecoveryReport report, long nextIndex) {}

  private Recovery() {}

  static Result recover(Path directory) throws IOException {
    return new Recovery().run(directory);
  }

  private Result run(Path directory) throws IOException {
    SegmentFiles.deleteTemporary(directory);
    List<SegmentFiles.Found> files = SegmentFiles.list(directory);
    List<SegmentFiles.Found> emptyAtTheEnd = new ArrayList<>();
    for (SegmentFiles.Found file : files) {
      if (repair(file)) {
        emptyAtTheEnd.add(file);
      } else {
        emptyAtTheEnd.clear();
      }
    }
    long next = files.isEmpty() ? 0 : files.getLast().index() + 1;
    if (!emptyAtTheEnd.isEmpty()) {
      // The first of them stays until the new segment replaces it, so that positions never start
      // over, even if everything before was deleted.
      next = emptyAtTheEnd.getFirst().index();
      for (SegmentFiles.Found file : emptyAtTheEnd.subList(1, emptyAtTheEnd.size())) {
        Files.delete(file.path());
      }
    }
    AtomicFiles.forceDirectory(directory);
    int left = files.size() - emptyAtTheEnd.size();
    return new Result(
        new RecoveryReport(left, scanned, records, holes, damaged, tails, trimmed, details), next);
  }

  /// True if there is no record in the file.
  private boolean repair(SegmentFiles.Found file) throws IOException {
    long end;
    try (SegmentScan scan = SegmentScan.open(file, 0, Integer.MAX_VALUE)) {
      if (scan.isSealed()) {
        return scan.isEmpty();
      }
      while (scan.next()) {}
      records += scan.records();
      holes += scan.holes();
      damaged += scan.damaged();
      tails += scan.tail() ? 1 : 0;
      scan.details().stream().limit(MAX_DETAILS - details.size()).forEach(details::add);
      if (!scan.isGood()) {
        return false; // nothing is known about it: leave it for somebody to look at
      }
      scanned += scan.isEmpty() ? 0 : 1;
      end = scan.end();
    }
    seal(file.path(), end);
    return end == RecordFormat.SEGMENT_HEADER;
  }

  private void seal(Path path, long end) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      trimmed += Math.max(0, channel.size() - end);
      channel.truncate(end);
      channel.force(true); // the end must not be on disk before what it covers
      byte[] header = new byte[RecordFormat.SEGMENT_HEADER];
      RecordFormat.writeEnd(MemorySegment.ofArray(header), end);
      ByteBuffer mark =
          ByteBuffer.wrap(header, RecordFormat.END, RecordFormat.SEGMENT_HEADER - RecordFormat.END);
      for (long at = RecordFormat.END; mark.hasRemaining(); ) {
        at += channel.write(mark, at);
      }
      channel.force(true);
    }
  }
}
