package dev.gnomon.registry;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The content files of a bundle, sorted by path, with their sizes and SHA-256 sums.
///
/// Its text, one line `sha256 size path` per file, is what the hash of the bundle is taken of.
/// Files under `provenance/` (times, hosts, durations) are not in it.
record BundleManifest(List<Entry> entries) {
  static final String PROVENANCE = "provenance/";

  /// A file by its path relative to the bundle, with slashes.
  record Entry(String path, long size, String sha256) {
    String line() {
      return "%s %d %s\n".formatted(sha256, size, path);
    }
  }

  /// How large a bundle may be; beyond is refused.
  record Bounds(int files, long bytes) {
    static final Bounds DEFAULT = new Bounds(10_000, 4L << 30);
  }

  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9 ._=+@-]{0,127}");
  private static final int MAX_PATH = 400;

  BundleManifest {
    entries = List.copyOf(entries);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    entries.forEach(entry -> text.append(entry.line()));
    return text.toString();
  }

  String hash() {
    return HexFormat.of().formatHex(sha256().digest(text().getBytes(StandardCharsets.UTF_8)));
  }

  /// Reads all files below a directory.
  ///
  /// @throws BadInput naming every file that a bundle can't have: links, odd names, too many or too
  ///   large
  static BundleManifest of(Path directory, Bounds bounds) throws IOException {
    Map<String, Entry> entries = new TreeMap<>(); // code units order is byte order: names are ASCII
    for (Map.Entry<String, Path> file : files(directory, bounds).entrySet()) {
      if (!file.getKey().startsWith(PROVENANCE)) {
        entries.put(
            file.getKey(),
            new Entry(file.getKey(), Files.size(file.getValue()), sha256(file.getValue())));
      }
    }
    if (entries.isEmpty()) {
      throw new BadInput(
          directory.toString(),
          "no content files",
          "a bundle has at least one outside provenance/");
    }
    return new BundleManifest(List.copyOf(entries.values()));
  }

  /// All files below a directory, provenance included, by their relative path.
  static Map<String, Path> files(Path directory, Bounds bounds) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    Map<String, String> byLowerCase = new HashMap<>();
    List<Problem> problems = new ArrayList<>();
    long[] bytes = {0};
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String path = directory.relativize(file).toString().replace('\\', '/');
            if (!attributes.isRegularFile()) {
              problems.add(new Problem(path, "not a regular file", "a bundle has no links"));
            } else if (!isValidPath(path)) {
              problems.add(badPath(path));
            } else {
              String other = byLowerCase.put(path.toLowerCase(Locale.ROOT), path);
              if (other != null) {
                problems.add(
                    new Problem(path, "differs from " + other + " in case only", "distinct names"));
              }
              files.put(path, file);
            }
            bytes[0] += attributes.size();
            boolean tooLarge = files.size() > bounds.files() || bytes[0] > bounds.bytes();
            if (tooLarge) {
              problems.add(tooLarge(directory.toString(), bounds));
            }
            return tooLarge || problems.size() > 100
                ? FileVisitResult.TERMINATE
                : FileVisitResult.CONTINUE;
          }
        });
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    return files;
  }

  static boolean isValidPath(String path) {
    if (path.length() > MAX_PATH) {
      return false;
    }
    for (String segment : path.split("/", -1)) {
      if (!SEGMENT.matcher(segment).matches()) {
        return false;
      }
    }
    return true;
  }

  static Problem badPath(String path) {
    return new Problem(
        path.length() > 100 ? path.substring(0, 100) + "…" : path,
        "not a name for a file of a bundle",
        "a relative path of at most %d characters, each part made of letters, digits and ._=+@- and not starting with a dot"
            .formatted(MAX_PATH));
  }

  static Problem tooLarge(String place, Bounds bounds) {
    return new Problem(
        place,
        "too large for a bundle",
        "at most %d files and %d bytes".formatted(bounds.files(), bounds.bytes()));
  }

  /// One line per difference, in the reader's words.
  List<String> differencesTo(BundleManifest found) {
    Map<String, Entry> theirs = new TreeMap<>();
    found.entries.forEach(entry -> theirs.put(entry.path(), entry));
    List<String> differences = new ArrayList<>();
    for (Entry mine : entries) {
      Entry other = theirs.remove(mine.path());
      if (other == null) {
        differences.add(mine.path() + " is missing");
      } else if (!other.equals(mine)) {
        differences.add(mine.path() + " was changed");
      }
    }
    theirs.keySet().forEach(path -> differences.add(path + " was added"));
    return differences;
  }

  /// Reads back [#text()].
  static BundleManifest parse(String text) {
    List<Entry> entries = new ArrayList<>();
    text.lines()
        .forEach(line -> {
          String[] parts = line.split(" ", 3);
          entries.add(new Entry(parts[2], Long.parseLong(parts[1]), parts[0]));
        });
    return new BundleManifest(entries);
  }

  static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
