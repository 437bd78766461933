package dev.gnomon.serving;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/// Looks through all files of a home for a text, as bytes: whatever wrote it.
final class Remains {
  /// A shorter key stands in files by chance.
  private static final int SHORTEST = 3;

  private static final int WINDOW = 1 << 20;

  private Remains() {}

  /// The files in which the text stands by itself, not as a part of a longer word.
  static List<Path> of(Path folder, String text) throws IOException {
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    List<Path> found = new ArrayList<>();
    if (wanted.length < SHORTEST || !Files.isDirectory(folder)) {
      return found;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && stands(file, wanted)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  private static boolean stands(Path file, byte[] wanted) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] window = new byte[WINDOW + wanted.length + 1];
      int length = 0;
      while (true) {
        int read = in.readNBytes(window, length, window.length - length);
        length += read;
        for (int at = indexOf(window, length, wanted, 0);
            at >= 0;
            at = indexOf(window, length, wanted, at + 1)) {
          int end = at + wanted.length;
          if ((at == 0 || !word(window[at - 1])) && (end == length || !word(window[end]))) {
            return true;
          }
        }
        if (read == 0) {
          return false;
        }
        int kept = Math.min(length, wanted.length + 1);
        System.arraycopy(window, length - kept, window, 0, kept);
        length = kept;
      }
    } catch (IOException e) {
      return false; // gone meanwhile
    }
  }

  private static boolean word(byte b) {
    return (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
  }

  static int indexOf(byte[] in, int length, byte[] wanted, int from) {
    for (int at = from; at + wanted.length <= length; at++) {
      int i = 0;
      while (i < wanted.length && in[at + i] == wanted[i]) {
        i++;
      }
      if (i == wanted.length) {
        return at;
      }
    }
    return -1;
  }
}
