package dev.gnomon.server.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Lines in a file that is put aside when it is long enough, and in those that were put aside:
/// `name`, `name.1`, … of which the oldest goes. One writer; readers may come at any time, from
/// other processes too.
///
/// @param mostBytes when a file is put aside
/// @param files how many there are at most
record AuditFiles(Path file, long mostBytes, int files) {
  private static final int BLOCK = 64 << 10;

  /// Appends whole lines or nothing.
  void append(byte[] lines) throws IOException {
    turn();
    Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long begin = channel.size();
      try {
        if (begin > 0) {
          channel.position(begin);
          if (!endsLine(channel, begin)) {
            write(channel, ByteBuffer.wrap(new byte[] {'\n'})); // a process ended in mid-write
          }
        }
        write(channel, ByteBuffer.wrap(lines));
      } catch (IOException full) {
        takeBack(channel, begin, full);
        throw full;
      }
    }
  }

  private static void takeBack(FileChannel channel, long to, IOException because) {
    try {
      channel.truncate(to);
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  private static boolean endsLine(FileChannel channel, long size) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    return channel.read(last, size - 1) != 1 || last.get(0) == '\n';
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      var _ = channel.write(bytes);
    }
  }

  private void turn() throws IOException {
    if (!Files.exists(file) || Files.size(file) <= mostBytes) {
      return;
    }
    for (int i = files - 2; i >= 0; i--) {
      Path from = numbered(i);
      if (Files.exists(from)) {
        Files.move(from, numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private Path numbered(int number) {
    return number == 0 ? file : file.resolveSibling(file.getFileName() + "." + number);
  }

  /// The bytes of all of them.
  long bytes() throws IOException {
    long sum = 0;
    for (int i = 0; i < files; i++) {
      sum += Files.exists(numbered(i)) ? Files.size(numbered(i)) : 0;
    }
    return sum;
  }

  /// The newest line.
  Optional<AuditLine> newest() throws IOException {
    return newest(0, 1, line -> true).stream().findFirst();
  }

  /// The oldest line that is kept.
  Optional<AuditLine> oldest() throws IOException {
    for (int i = files - 1; i >= 0; i--) {
      if (Files.exists(numbered(i)) && Files.size(numbered(i)) > 0) {
        try (var lines = Files.lines(numbered(i), StandardCharsets.UTF_8)) {
          Optional<AuditLine> first =
              lines.map(AuditLine::parse).flatMap(Optional::stream).findFirst();
          if (first.isPresent()) {
            return first;
          }
        } catch (UncheckedIOException e) {
          throw e.getCause();
        }
      }
    }
    return Optional.empty();
  }

  /// Lines with numbers below `before` (0: any), the newest first.
  List<AuditLine> newest(long before, int limit, Predicate<AuditLine> wanted) throws IOException {
    List<AuditLine> found = new ArrayList<>();
    for (int i = 0; i < files && found.size() < limit; i++) {
      if (!Files.exists(numbered(i)) || Files.size(numbered(i)) == 0) {
        continue;
      }
      try (FileChannel channel = FileChannel.open(numbered(i), StandardOpenOption.READ)) {
        backward(channel, before, limit, wanted, found);
      } catch (NoSuchFileException turned) {
        // it is another one's number by now, or gone
      }
    }
    return found;
  }

  /// Reads blocks from the end. What stands before the first line feed of a block belongs to the
  /// line that ends there, and waits for the block before.
  private static void backward(
      FileChannel channel,
      long before,
      int limit,
      Predicate<AuditLine> wanted,
      List<AuditLine> found)
      throws IOException {
    byte[] rest = new byte[0];
    for (long end = channel.size(); end > 0 && found.size() < limit; ) {
      long begin = Math.max(0, end - BLOCK);
      ByteBuffer block = ByteBuffer.allocate((int) (end - begin));
      while (block.hasRemaining() && channel.read(block, begin + block.position()) > 0) {
        // goes on until the block is full
      }
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      joined.write(block.array(), 0, block.position());
      joined.write(rest);
      byte[] bytes = joined.toByteArray();
      int to = bytes.length;
      for (int i = bytes.length - 1; i >= 0 && found.size() < limit; i--) {
        if (bytes[i] == '\n') {
          take(bytes, i + 1, to, before, wanted, found);
          to = i;
        }
      }
      if (begin == 0 && found.size() < limit) {
        take(bytes, 0, to, before, wanted, found);
      }
      rest = Arrays.copyOf(bytes, to);
      end = begin;
    }
  }

  private static void take(
      byte[] bytes,
      int from,
      int to,
      long before,
      Predicate<AuditLine> wanted,
      List<AuditLine> found) {
    if (to > from) {
      AuditLine.parse(new String(bytes, from, to - from, StandardCharsets.UTF_8))
          .filter(line -> (before == 0 || line.number() < before) && wanted.test(line))
          .ifPresent(found::add);
    }
  }
}
