package dev.gnomon.log;

import static dev.gnomon.log.RecordFormat.RECORD_HEADER;
import static dev.gnomon.log.RecordFormat.SEGMENT_HEADER;

import dev.gnomon.core.AtomicFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/// One preallocated, mapped file that is being written. Any number of threads append.
///
/// A producer claims its slot by one atomic addition, fills it, publishes it by writing the length
/// with release semantics, and counts the slot as finished by a second addition. When as much is
/// finished as was claimed, nobody is inside.
final class Segment {
  private static final VarHandle LENGTH = RecordFormat.LENGTH_WORD.varHandle();
  private static final long OPEN = -1;

  final long index;
  final Path path;
  private final int capacity;
  private final long salt;
  private final FileChannel channel;
  private final Arena arena;
  private final MemorySegment memory;
  private final ByteBuffer buffer;

  private final AtomicLong claimed = new AtomicLong(SEGMENT_HEADER);
  private final AtomicLong finished = new AtomicLong(SEGMENT_HEADER);

  /// Where the records end, once a claim went over the end of the file; [#OPEN] before.
  private volatile long sealedAt = OPEN;

  private long frontier = SEGMENT_HEADER;
  private volatile long forced = SEGMENT_HEADER;

  private Segment(long index, Path path, int capacity, long salt, FileChannel channel, Arena arena)
      throws IOException {
    this.index = index;
    this.path = path;
    this.capacity = capacity;
    this.salt = salt;
    this.channel = channel;
    this.arena = arena;
    this.memory = channel.map(MapMode.READ_WRITE, 0, capacity, arena);
    this.buffer = memory.asByteBuffer();
  }

  /// Allocates, maps and names a new segment; all of it is on disk on return.
  static Segment create(Path directory, long index, int capacity, long salt) throws IOException {
    Path path = SegmentFiles.path(directory, index);
    Path temporary = AtomicFiles.temporarySibling(path);
    Files.createFile(temporary);
    boolean done = false;
    Arena arena = Arena.ofShared();
    FileChannel channel = null;
    try {
      Allocation.allocate(temporary, capacity);
      channel = FileChannel.open(temporary, StandardOpenOption.READ, StandardOpenOption.WRITE);
      Segment segment = new Segment(index, path, capacity, salt, channel, arena);
      RecordFormat.writeHeader(segment.memory, index, salt, capacity);
      channel.force(true);
      AtomicFiles.rename(temporary, path);
      done = true;
      return segment;
    } finally {
      if (!done) {
        arena.close();
        if (channel != null) {
          channel.close();
        }
        Files.deleteIfExists(temporary);
      }
    }
  }

  /// The offset of the record, or -1 if there is no room: then the segment is sealed.
  int append(int type, long time, byte[] body, int from, int bodyLength, int bodyCrc) {
    int length = RECORD_HEADER + bodyLength;
    int at = claim(RecordFormat.slot(length));
    if (at >= 0) {
      boolean written = false;
      try {
        MemorySegment.copy(
            body, from, memory, ValueLayout.JAVA_BYTE, at + (long) RECORD_HEADER, bodyLength);
        written = true;
      } finally {
        publish(at, length, type, time, bodyCrc, written);
      }
    }
    return at;
  }

  /// Same, for the bytes from the buffer's position to its limit; the buffer is not moved.
  int append(int type, long time, ByteBuffer body, int bodyCrc) {
    int length = RECORD_HEADER + body.remaining();
    int at = claim(RecordFormat.slot(length));
    if (at >= 0) {
      boolean written = false;
      try {
        buffer.put(at + RECORD_HEADER, body, body.position(), length - RECORD_HEADER);
        written = true;
      } finally {
        publish(at, length, type, time, bodyCrc, written);
      }
    }
    return at;
  }

  private int claim(int slot) {
    if (sealedAt != OPEN) {
      return -1;
    }
    long at = claimed.getAndAdd(slot);
    if (at + slot <= capacity) {
      return (int) at;
    }
    sealIfFirst(at);
    return -1;
  }

  /// Lets nobody in any more.
  void seal() {
    sealIfFirst(claimed.getAndAdd(capacity + 1L));
  }

  private void sealIfFirst(long at) {
    if (at <= capacity) { // exactly one claim goes over the end from within
      sealedAt = at;
    }
  }

  private void publish(int at, int length, int type, long time, int bodyCrc, boolean written) {
    if (written) {
      memory.set(RecordFormat.LONG, at + (long) RecordFormat.TIME, time);
      memory.set(RecordFormat.INT, at + (long) RecordFormat.TYPE, type);
      int checksum =
          RecordFormat.checksum(
              salt, RecordFormat.position(index, at), length, type, time, bodyCrc);
      memory.set(RecordFormat.INT, at + (long) RecordFormat.CHECKSUM, checksum);
    }
    LENGTH.setRelease(memory, (long) at, written ? length : -length);
    finished.getAndAdd(RecordFormat.slot(length));
  }

  /// Sealed, and nobody is inside.
  boolean isFinished() {
    return sealedAt != OPEN && finished.get() == sealedAt;
  }

  boolean isDirty() {
    return finished.get() != forced;
  }

  /// Every slot below is published. One caller at a time.
  long frontier() {
    long done = finished.get(); // before the claims: if these are no more, nobody was inside then
    if (claimed.get() == done || isFinished()) {
      frontier = done;
      return done;
    }
    while (frontier + RECORD_HEADER <= capacity) {
      int length = (int) LENGTH.getAcquire(memory, frontier);
      if (length == 0) {
        break;
      }
      frontier += RecordFormat.slot(Math.abs(length));
    }
    return frontier;
  }

  /// What was finished before the call is on disk afterwards. One caller at a time.
  void force() throws IOException {
    long done = finished.get();
    if (done != forced) {
      memory.force();
      forced = done;
    }
  }

  /// Marks a finished and forced segment as complete, cuts off what was never used, and unmaps it.
  void retire(boolean trim) throws IOException {
    RecordFormat.writeEnd(memory, sealedAt);
    memory.asSlice(0, SEGMENT_HEADER).force();
    arena.close();
    if (trim) {
      channel.truncate(sealedAt);
      channel.force(true);
    }
    channel.close();
  }

  /// Unmaps and deletes a segment that was never used.
  void discard() throws IOException {
    arena.close();
    channel.close();
    Files.deleteIfExists(path);
  }
}
