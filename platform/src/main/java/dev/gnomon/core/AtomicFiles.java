package dev.gnomon.core;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Writes of whole files of which a reader, or a crash, sees either nothing or everything.
///
/// The bytes go to a temporary sibling, are forced to disk, and take the name by a rename, which is
/// then forced too. What stood under the name before stays until that moment.
public final class AtomicFiles {
  private static final AtomicLong SERIAL = new AtomicLong();
  private static final boolean WINDOWS =
      System.getProperty("os.name", "").toLowerCase(java.util.Locale.ROOT).contains("windows");

  /// Writes the content of a file.
  @FunctionalInterface
  public interface Content {
    void to(OutputStream out) throws IOException;
  }

  private AtomicFiles() {}

  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, out -> out.write(bytes));
  }

  public static void writeString(Path file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /// As [#write], readable and writable by its owner only from its first byte on, where the file
  /// system knows owners.
  public static void writePrivate(Path file, byte[] bytes) throws IOException {
    boolean posix = Files.getFileStore(existing(parent(file))).supportsFileAttributeView("posix");
    write(
        file,
        out -> out.write(bytes),
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0]);
  }

  private static Path existing(Path directory) throws IOException {
    Files.createDirectories(directory);
    return directory;
  }

  /// Creates the directory of the file if there is none. If the content throws, nothing is left
  /// behind.
  public static void write(Path file, Content content) throws IOException {
    write(file, content, new FileAttribute<?>[0]);
  }

  private static void write(Path file, Content content, FileAttribute<?>[] attributes)
      throws IOException {
    Path directory = parent(file);
    Files.createDirectories(directory);
    Path temporary = temporarySibling(file);
    boolean done = false;
    try {
      try (FileChannel channel =
              FileChannel.open(
                  temporary,
                  Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                  attributes);
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
        content.to(out);
        out.flush();
        channel.force(true);
      }
      rename(temporary, file);
      done = true;
    } finally {
      if (!done) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  /// A name beside the file that nobody else uses; starts with a dot and ends in `.tmp`.
  public static Path temporarySibling(Path file) {
    return parent(file)
        .resolve(
            ".%s.%d-%d.tmp"
                .formatted(
                    file.getFileName(), ProcessHandle.current().pid(), SERIAL.incrementAndGet()));
  }

  /// Renames within one file system, replacing a file of that name, and forces the rename.
  public static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    forceDirectory(parent(to));
  }

  /// Forces the entries of a directory: names that were created, renamed or deleted in it.
  public static void forceDirectory(Path directory) throws IOException {
    if (WINDOWS) {
      return; // a directory cannot be opened there, and its journal orders the rename
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /// Forces every file and directory below, the directory itself last.
  public static void forceTree(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
              channel.force(true);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            forceDirectory(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /// Deletes a directory with all that is in it; does not follow links; nothing to do is no error.
  public static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException(file + " is a root, not a file");
    }
    return parent;
  }
}
