package dev.gnomon.log;

import static dev.gnomon.log.RecordFormat.ALIGNMENT;
import static dev.gnomon.log.RecordFormat.RECORD_HEADER;
import static dev.gnomon.log.RecordFormat.SEGMENT_HEADER;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// Reads one segment file from front to back, checking every record and stepping over what is none.
///
/// Reads with `read`, never through a mapping: a file that shrinks meanwhile then ends early
/// instead of raising a signal.
final class SegmentScan implements AutoCloseable {
  private static final int WINDOW = 1 << 18;
  private static final int MAX_LENGTH = RECORD_HEADER + LogSettings.MAX_BODY_BYTES;

  private final FileChannel channel;
  private final long index;
  private final boolean good;
  private final long salt;
  private final long sealedAt;
  private final long limit;

  /// Holds the file's bytes from `windowStart`.
  private ByteBuffer window = ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN).limit(0);

  private long windowStart;

  private long at;
  private long end;
  private long start;
  private int length;
  private long records;
  private int holes;
  private int damaged;
  private boolean tail;
  private final List<String> details = new ArrayList<>();

  private SegmentScan(FileChannel channel, Path path, long index, long from, long to)
      throws IOException {
    this.channel = channel;
    this.index = index;
    ByteBuffer header = ByteBuffer.allocate(SEGMENT_HEADER);
    while (header.hasRemaining() && channel.read(header, header.position()) > 0) {}
    MemorySegment view = MemorySegment.ofArray(header.array());
    this.good =
        !header.hasRemaining()
            && RecordFormat.headerIsGood(view)
            && view.get(RecordFormat.LONG, RecordFormat.INDEX) == index;
    this.salt = view.get(RecordFormat.LONG, RecordFormat.SALT);
    this.sealedAt = good ? RecordFormat.end(view) : 0;
    long size = channel.size();
    this.limit = Math.min(to, good ? (sealedAt > 0 ? Math.min(sealedAt, size) : size) : 0);
    this.at = Math.max(SEGMENT_HEADER, from + ALIGNMENT - 1 & -ALIGNMENT);
    this.end = at;
    if (!good && size > 0) {
      damaged = 1;
      details.add(path.getFileName() + ": damaged segment header, its records can't be read");
    }
  }

  static SegmentScan open(SegmentFiles.Found file, long from, long to) throws IOException {
    FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ);
    boolean done = false;
    try {
      SegmentScan scan = new SegmentScan(channel, file.path(), file.index(), from, to);
      done = true;
      return scan;
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  /// False at the end.
  boolean next() throws IOException {
    boolean inGap = false;
    boolean anything = false; // a byte other than zero in the gap
    boolean checksumWrong = false;
    long gap = 0;
    while (at + RECORD_HEADER <= limit && load(RECORD_HEADER)) {
      int word = window.getInt((int) (at - windowStart) + RecordFormat.LENGTH);
      if (word >= RECORD_HEADER && word <= MAX_LENGTH && at + word <= limit && load(word)) {
        if (isRecord(word)) {
          if (inGap) {
            gap(gap, checksumWrong);
          }
          start = at;
          length = word;
          at += RecordFormat.slot(word);
          end = Math.min(at, limit);
          records++;
          return true;
        }
      }
      if (!inGap) {
        inGap = true;
        gap = at;
        checksumWrong = word > 0; // a length stands last, so the rest must have been there
      }
      anything |= window.getLong((int) (at - windowStart)) != 0;
      at += ALIGNMENT;
    }
    if (anything) {
      tail = true;
      details.add(
          "%010d.log at %d: %s".formatted(index, gap, "unfinished or damaged tail cut off"));
    }
    return false;
  }

  private void gap(long from, boolean checksumWrong) {
    if (checksumWrong) {
      damaged++;
    } else {
      holes++;
    }
    details.add(
        "%010d.log at %d: %s, %d bytes skipped"
            .formatted(
                index, from, checksumWrong ? "checksum is not right" : "unfinished", at - from));
  }

  private boolean isRecord(int word) {
    int base = (int) (at - windowStart);
    CRC32C crc = new CRC32C();
    crc.update(window.array(), base + RECORD_HEADER, word - RECORD_HEADER);
    return window.getInt(base + RecordFormat.CHECKSUM)
        == RecordFormat.checksum(
            salt,
            RecordFormat.position(index, (int) at),
            word,
            window.getInt(base + RecordFormat.TYPE),
            window.getLong(base + RecordFormat.TIME),
            (int) crc.getValue());
  }

  /// Brings the next bytes into the window; false if the file ends before.
  private boolean load(int bytes) throws IOException {
    if (at >= windowStart && at + bytes <= windowStart + window.limit()) {
      return true;
    }
    if (window.capacity() < bytes) {
      window = ByteBuffer.allocate(MAX_LENGTH + ALIGNMENT).order(ByteOrder.LITTLE_ENDIAN);
    }
    window.clear();
    windowStart = at;
    while (window.hasRemaining() && channel.read(window, windowStart + window.position()) > 0) {}
    window.flip();
    return window.limit() >= bytes;
  }

  long position() {
    return RecordFormat.position(index, (int) start);
  }

  int type() {
    return window.getInt((int) (start - windowStart) + RecordFormat.TYPE);
  }

  long time() {
    return window.getLong((int) (start - windowStart) + RecordFormat.TIME);
  }

  /// Valid until the next call of [#next].
  ByteBuffer body() {
    return window
        .asReadOnlyBuffer()
        .slice((int) (start - windowStart) + RECORD_HEADER, length - RECORD_HEADER)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  byte[] bytes() {
    byte[] bytes = new byte[length - RECORD_HEADER];
    window.get((int) (start - windowStart) + RECORD_HEADER, bytes);
    return bytes;
  }

  /// Has a header of ours.
  boolean isGood() {
    return good;
  }

  boolean isSealed() {
    return sealedAt > 0;
  }

  /// Holds no good record; asked after the last one was read, or of a sealed segment.
  boolean isEmpty() {
    return good && (sealedAt > 0 ? sealedAt : end) == SEGMENT_HEADER;
  }

  /// Just behind the last good record.
  long end() {
    return end;
  }

  long records() {
    return records;
  }

  int holes() {
    return holes;
  }

  int damaged() {
    return damaged;
  }

  boolean tail() {
    return tail;
  }

  List<String> details() {
    return details;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
