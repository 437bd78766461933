package dev.gnomon.log;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// Overwrites records of a log where they lie, for data that must not be kept: zeros take the place
/// of the body, under a type that says so and a checksum that is right. Positions and lengths stay,
/// so that everything else is where it was, and nothing is moved under a reader.
///
/// Also while the log is written, by this process or another: a finished record is never written
/// again by its producer. A reader that meets one half overwritten finds its checksum wrong and
/// steps over it, as it does after a crash in the midst of it; to do the same again finishes it.
/// That a mapping of the file sees what is written to it holds where both go through one page
/// cache, as on Linux and macOS.
public final class LogErasure {
  /// The type of an erased record, unless its target says another.
  public static final int ERASED = -1;

  private LogErasure() {}

  /// A record to erase.
  ///
  /// @param length of its body
  /// @param type that it has afterwards
  /// @param keep the first bytes of the body that stay, of a record of which not everything is
  ///   personal
  public record Target(long position, int length, int type, int keep) {
    public Target {
      if (length < 0 || length > LogSettings.MAX_BODY_BYTES || keep < 0 || keep > length) {
        throw new IllegalArgumentException("no record: " + position + ", " + length + ", " + keep);
      }
    }

    /// Everything of a record.
    public static Target all(long position, int length) {
      return new Target(position, length, ERASED, 0);
    }
  }

  /// Erases records; they are gone from the disk on return, as far as the disk itself forgets what
  /// is overwritten. What lies in segments that were deleted meanwhile is gone already.
  ///
  /// @param targets as a reader of this very log found them
  /// @throws IOException then it is not known which are erased; repeating it is safe
  public static void erase(Path directory, List<Target> targets) throws IOException {
    Map<Long, List<Target>> bySegment = new TreeMap<>();
    for (Target target : targets) {
      bySegment
          .computeIfAbsent(RecordFormat.indexOf(target.position), i -> new java.util.ArrayList<>())
          .add(target);
    }
    for (Map.Entry<Long, List<Target>> one : bySegment.entrySet()) {
      segment(SegmentFiles.path(directory, one.getKey()), one.getKey(), one.getValue());
    }
  }

  private static void segment(Path path, long index, List<Target> targets) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer header = read(channel, 0, RecordFormat.SEGMENT_HEADER);
      MemorySegment view = MemorySegment.ofBuffer(header.flip());
      if (!RecordFormat.headerIsGood(view)
          || view.get(RecordFormat.LONG, RecordFormat.INDEX) != index) {
        throw new IOException(path + " has no header of a segment: nothing in it was erased");
      }
      long salt = view.get(RecordFormat.LONG, RecordFormat.SALT);
      long size = channel.size();
      for (Target target : targets) {
        long at = RecordFormat.offsetOf(target.position);
        int length = RecordFormat.RECORD_HEADER + target.length;
        if (at + length <= size) { // else cut off by a recovery: what was torn counts for nothing
          write(channel, at, tombstone(channel, target, salt, at, length));
        }
      }
      channel.force(true);
    } catch (NoSuchFileException e) {
      return; // deleted with all that was in it
    }
  }

  private static ByteBuffer tombstone(
      FileChannel channel, Target target, long salt, long at, int length) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    if (target.keep > 0) {
      byte[] kept = read(channel, at + RecordFormat.RECORD_HEADER, target.keep).array();
      out.put(RecordFormat.RECORD_HEADER, kept);
    }
    CRC32C crc = new CRC32C();
    crc.update(out.array(), RecordFormat.RECORD_HEADER, target.length);
    out.putInt(RecordFormat.LENGTH, length);
    out.putLong(RecordFormat.TIME, 0);
    out.putInt(RecordFormat.TYPE, target.type);
    out.putInt(
        RecordFormat.CHECKSUM,
        RecordFormat.checksum(salt, target.position, length, target.type, 0, (int) crc.getValue()));
    return out;
  }

  private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new IOException("a segment of a log ends before byte " + (at + length));
      }
    }
    return buffer;
  }

  private static void write(FileChannel channel, long at, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes, at + bytes.position());
    }
  }
}
