package dev.gnomon.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Holds a directory for one process: an exclusive lock on a file `lock` in it, which also names
/// the holder.
///
/// The operating system lets go of it when the process ends, however it ends.
public final class DirectoryLock implements AutoCloseable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /// Creates the directory if there is none.
  ///
  /// @throws Refusal if it is held, naming the process that holds it
  public static DirectoryLock take(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve("lock");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean held = false;
    try {
      if (lock(channel) == null) {
        throw new Refusal(
            directory.toString(),
            "in use by " + holder(channel),
            "stop that process, or name another directory");
      }
      byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid), 0);
      held = true;
      return new DirectoryLock(channel);
    } finally {
      if (!held) {
        channel.close();
      }
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this very process holds it
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(20);
    channel.read(buffer, 0);
    String pid =
        new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII).strip();
    return pid.isEmpty() ? "another process" : "process " + pid;
  }

  @Override
  public void close() throws IOException {
    channel.close(); // lets go of the lock; the file stays, for deleting it would race with a taker
  }
}
