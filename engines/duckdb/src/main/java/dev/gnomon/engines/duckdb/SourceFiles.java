package dev.gnomon.engines.duckdb;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.FileFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/// The files that the paths of a source stand for, in the order stated and those of one pattern by
/// name, all of one kind.
record SourceFiles(Kind kind, List<Path> files) {
  enum Kind {
    CSV,
    NDJSON,
    PARQUET
  }

  static SourceFiles find(FileFormat format) {
    List<Problem> problems = new ArrayList<>();
    Set<Path> found = new LinkedHashSet<>();
    for (Path path : format.paths()) {
      List<Path> files = expand(path);
      if (files.isEmpty()) {
        problems.add(
            new Problem(
                path.toString(),
                isPattern(path.toString()) ? "no file matches" : "no such file",
                "state an existing file, or a pattern with * or ? that matches one"));
      }
      for (Path file : files) {
        if (!Files.isReadable(file)) {
          problems.add(new Problem(file.toString(), "the file can't be read", "allow reading it"));
        } else if (size(file) == 0) {
          problems.add(
              new Problem(file.toString(), "the file is empty", "at least a header and one row"));
        }
      }
      found.addAll(files.stream().sorted().toList());
    }
    if (found.isEmpty() && problems.isEmpty()) {
      problems.add(new Problem("path", "no file is stated", "state at least one file"));
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    Path first = found.iterator().next();
    Kind kind = kind(first);
    for (Path file : found) {
      if (kind(file) != kind) {
        problems.add(
            new Problem(
                file.toString(),
                "it is " + kind(file) + ", but " + first + " is " + kind,
                "one kind of file for one source"));
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    return new SourceFiles(kind, List.copyOf(found));
  }

  /// The bytes of a file, decompressed when its name ends with .gz.
  static InputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    if (!isGzip(file)) {
      return raw;
    }
    try {
      return new GZIPInputStream(raw, 1 << 16);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  static boolean isGzip(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }

  private static Kind kind(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".gz")) {
      name = name.substring(0, name.length() - 3);
    }
    if (name.endsWith(".parquet") || name.endsWith(".pq")) {
      return Kind.PARQUET;
    }
    return name.endsWith(".ndjson") || name.endsWith(".jsonl") || name.endsWith(".json")
        ? Kind.NDJSON
        : Kind.CSV;
  }

  private static boolean isPattern(String name) {
    return name.indexOf('*') >= 0 || name.indexOf('?') >= 0;
  }

  private static List<Path> expand(Path path) {
    if (Files.isRegularFile(path)) {
      return List.of(path);
    }
    Path root = path.getRoot();
    List<Path> level = List.of(root == null ? Path.of("") : root);
    for (Path part : path) {
      String name = part.toString();
      List<Path> next = new ArrayList<>();
      for (Path folder : level) {
        if (isPattern(name)) {
          next.addAll(matches(folder, name));
        } else if (Files.exists(folder.resolve(name))) {
          next.add(folder.resolve(name));
        }
      }
      level = next;
    }
    return level.stream().filter(Files::isRegularFile).toList();
  }

  /// Hidden files match only a pattern that begins with a dot, as in a shell.
  private static List<Path> matches(Path folder, String pattern) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    String glob = pattern.replaceAll("([\\[\\]{}\\\\])", "\\\\$1");
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      for (Path entry : entries) {
        if (pattern.startsWith(".") || !entry.getFileName().toString().startsWith(".")) {
          found.add(entry);
        }
      }
    } catch (IOException e) {
      throw new BadInput(folder.toString(), "the folder can't be read", "allow reading it");
    }
    return found;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
