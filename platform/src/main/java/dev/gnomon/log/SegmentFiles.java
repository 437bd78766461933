package dev.gnomon.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of a log: `0000000042.log` is the segment with index 42.
final class SegmentFiles {
  private static final Pattern NAME = Pattern.compile("(\\d{10})\\.log");
  private static final Pattern TEMPORARY = Pattern.compile("\\.\\d{10}\\.log\\..*\\.tmp");

  /// A segment file by its index.
  record Found(long index, Path path) {}

  private SegmentFiles() {}

  static Path path(Path directory, long index) {
    return directory.resolve("%010d.log".formatted(index));
  }

  /// In order of the index. A directory that does not exist holds none.
  static List<Found> list(Path directory) throws IOException {
    List<Found> found = new ArrayList<>();
    if (!Files.isDirectory(directory)) {
      return found;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path path : (Iterable<Path>) files::iterator) {
        if (NAME.matcher(path.getFileName().toString()).matches()) {
          found.add(found(path));
        }
      }
    }
    found.sort(Comparator.comparingLong(Found::index));
    return found;
  }

  /// @param path a segment file
  static Found found(Path path) {
    Matcher matcher = NAME.matcher(path.getFileName().toString());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(path + " is not a segment of a log");
    }
    return new Found(Long.parseLong(matcher.group(1)), path);
  }

  /// Removes segments whose allocation was cut short.
  static void deleteTemporary(Path directory) throws IOException {
    List<Path> left;
    try (Stream<Path> files = Files.list(directory)) {
      left =
          files.filter(path -> TEMPORARY.matcher(path.getFileName().toString()).matches()).toList();
    }
    for (Path path : left) {
      Files.deleteIfExists(path);
    }
  }
}
