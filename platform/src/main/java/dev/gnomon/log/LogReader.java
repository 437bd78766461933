package dev.gnomon.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks the records of a log in the order of their positions; a cursor, for one thread.
///
/// ```java
/// try (LogReader records = log.read(SegmentedLog.START)) {
///   while (records.next()) {
///     replay(records.type(), records.time(), records.body());
///   }
/// }
/// ```
///
/// Every record is checked. What fails is stepped over and counted in [#damaged()], what was never
/// finished in [#holes()]. Segments deleted while reading are left out.
public final class LogReader implements AutoCloseable {
  private final List<SegmentFiles.Found> files;
  private final long from;
  private final long to;
  private int file;
  private @Nullable SegmentScan scan;
  private long holes;
  private long damaged;

  private LogReader(List<SegmentFiles.Found> files, long from, long to) {
    this.files = files;
    this.from = from;
    this.to = to;
  }

  /// Reads the files as they are, without opening the log: also while another process writes it, or
  /// after one was killed. A record that is being written at this moment is left out.
  ///
  /// @param from a position given out by the log, inclusive; [SegmentedLog#START] for all
  public static LogReader of(Path directory, long from) throws IOException {
    return of(directory, from, Long.MAX_VALUE);
  }

  /// As above, but not beyond a position: what is preallocated behind it is not looked through.
  ///
  /// @param to exclusive
  public static LogReader of(Path directory, long from, long to) throws IOException {
    long first = RecordFormat.indexOf(from);
    long last = RecordFormat.indexOf(to);
    return new LogReader(
        SegmentFiles.list(directory).stream()
            .filter(f -> f.index() >= first && f.index() <= last)
            .toList(),
        from,
        to);
  }

  /// Moves to the next record; false at the end.
  public boolean next() throws IOException {
    while (true) {
      if (scan == null) {
        if (file == files.size()) {
          return false;
        }
        scan = open(files.get(file));
      }
      if (scan != null && scan.next()) {
        return true;
      }
      leave();
      file++;
    }
  }

  private @Nullable SegmentScan open(SegmentFiles.Found found) throws IOException {
    long begin = found.index() == RecordFormat.indexOf(from) ? RecordFormat.offsetOf(from) : 0;
    long end =
        found.index() == RecordFormat.indexOf(to) ? RecordFormat.offsetOf(to) : Integer.MAX_VALUE;
    try {
      return SegmentScan.open(found, begin, end);
    } catch (java.nio.file.NoSuchFileException e) {
      return null; // deleted since the files were listed
    }
  }

  private void leave() throws IOException {
    if (scan != null) {
      holes += scan.holes();
      damaged += scan.damaged();
      scan.close();
      scan = null;
    }
  }

  private SegmentScan here() {
    if (scan == null) {
      throw new IllegalStateException("there is no current record; call next() first");
    }
    return scan;
  }

  /// The position of the current record.
  public long position() {
    return here().position();
  }

  public int type() {
    return here().type();
  }

  public long time() {
    return here().time();
  }

  /// A read-only, little-endian view, valid until the next call of [#next].
  public ByteBuffer body() {
    return here().body();
  }

  /// A copy of the body.
  public byte[] bytes() {
    return here().bytes();
  }

  /// Slots stepped over so far because their producer never finished them.
  public long holes() {
    return holes + (scan == null ? 0 : scan.holes());
  }

  /// Places stepped over so far because a checksum is not right.
  public long damaged() {
    return damaged + (scan == null ? 0 : scan.damaged());
  }

  @Override
  public void close() throws IOException {
    leave();
    file = files.size();
  }
}
