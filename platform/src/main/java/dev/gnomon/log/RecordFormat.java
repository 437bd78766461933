package dev.gnomon.log;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// How segments and records lie on disk. All numbers are little endian.
///
/// Segment header, 64 bytes: magic (8), index (8), salt (8), capacity (4), checksum of these (4),
/// then the end (8) and its checksum (4), both zero until the segment is sealed.
///
/// Record, in a slot aligned to 8 bytes: length of header and body (4), checksum (4), time (8),
/// type (4), body. The length is written last, so that a zero length means "not there"; a negative
/// length is a slot given up. The checksum is the CRC32C of the body, mixed with everything else
/// that identifies the record and with the segment's random salt: bytes inside a body, however
/// chosen, do not pass for a record when recovery looks for the next one after a hole.
final class RecordFormat {
  static final int SEGMENT_HEADER = 64;
  static final int RECORD_HEADER = 20;
  static final int ALIGNMENT = 8;

  static final int LENGTH = 0;
  static final int CHECKSUM = 4;
  static final int TIME = 8;
  static final int TYPE = 16;

  static final int INDEX = 8;
  static final int SALT = 16;
  static final int CAPACITY = 24;
  static final int HEADER_CHECKSUM = 28;
  static final int END = 32;
  static final int END_CHECKSUM = 40;

  static final long MAGIC = 0x31474f4c4d4f4e47L; // "GNOMLOG1"

  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Aligned, because only aligned words are written in one piece.
  static final ValueLayout.OfInt LENGTH_WORD =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private RecordFormat() {}

  /// Bytes a record with this length (header and body) takes.
  static int slot(int length) {
    return (length + ALIGNMENT - 1) & -ALIGNMENT;
  }

  static long position(long index, int offset) {
    return index << 32 | offset;
  }

  static long indexOf(long position) {
    return position >>> 32;
  }

  static int offsetOf(long position) {
    return (int) position;
  }

  static int checksum(long salt, long position, int length, int type, long time, int bodyCrc) {
    long h = mix(salt ^ position);
    h = mix(h ^ time);
    h = mix(h ^ ((long) type << 32 | length));
    return bodyCrc ^ (int) (h ^ h >>> 32);
  }

  /// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output
  /// bit.
  private static long mix(long z) {
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  static void writeHeader(MemorySegment to, long index, long salt, int capacity) {
    to.set(LONG, 0, MAGIC);
    to.set(LONG, INDEX, index);
    to.set(LONG, SALT, salt);
    to.set(INT, CAPACITY, capacity);
    to.set(INT, HEADER_CHECKSUM, crc(to, 0, HEADER_CHECKSUM));
  }

  static boolean headerIsGood(MemorySegment from) {
    return from.get(LONG, 0) == MAGIC
        && from.get(INT, HEADER_CHECKSUM) == crc(from, 0, HEADER_CHECKSUM);
  }

  static void writeEnd(MemorySegment to, long end) {
    to.set(LONG, END, end);
    to.set(INT, END_CHECKSUM, crc(to, END, 8));
  }

  /// The end of a sealed segment, or 0.
  static long end(MemorySegment from) {
    long end = from.get(LONG, END);
    return end >= SEGMENT_HEADER && from.get(INT, END_CHECKSUM) == crc(from, END, 8) ? end : 0;
  }

  private static int crc(MemorySegment of, long from, long length) {
    CRC32C crc = new CRC32C();
    crc.update(of.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE));
    return (int) crc.getValue();
  }
}
