package dev.gnomon.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// A copy of one segment of a log for a backup, taken also while the log is being written, by this
/// process or another.
///
/// It ends behind the last good record, and a log opened on the copies of all segments finds every
/// record that was acknowledged before [#segments] was asked.
public final class LogCopy implements AutoCloseable {
  private final FileChannel channel;
  private final long end;
  private final long records;
  private final int damaged;

  private LogCopy(FileChannel channel, SegmentScan read) throws IOException {
    this.channel = channel;
    this.end = read.isGood() ? read.end() : channel.size();
    this.records = read.records();
    this.damaged = read.damaged();
  }

  /// The segment files in a directory, oldest first; none if it is no log.
  public static List<Path> segments(Path directory) throws IOException {
    return SegmentFiles.list(directory).stream().map(SegmentFiles.Found::path).toList();
  }

  /// Reads a segment through, checking every record.
  ///
  /// @param segment one of [#segments]
  /// @throws java.nio.file.NoSuchFileException if it was deleted since
  public static LogCopy open(Path segment) throws IOException {
    FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ);
    boolean done = false;
    try (SegmentScan scan = SegmentScan.open(SegmentFiles.found(segment), 0, Integer.MAX_VALUE)) {
      while (scan.next()) {}
      LogCopy copy = new LogCopy(channel, scan);
      done = true;
      return copy;
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  public void writeTo(OutputStream out) throws IOException {
    WritableByteChannel to = Channels.newChannel(out);
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    for (long at = 0; at < end; ) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
      int read = channel.read(buffer, at);
      if (read < 0) {
        throw new IOException("a segment became shorter while it was copied");
      }
      at += read;
      buffer.flip();
      while (buffer.hasRemaining()) {
        to.write(buffer);
      }
    }
  }

  public long records() {
    return records;
  }

  /// Places whose checksum is not right; they are copied as they are.
  public int damaged() {
    return damaged;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
