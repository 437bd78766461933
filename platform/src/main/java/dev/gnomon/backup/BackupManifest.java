package dev.gnomon.backup;

import dev.gnomon.core.BadInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The last entry of a backup: what is in it, with checksums, and where the ledger stood.
///
/// @param files by path, with slashes
/// @param ledgerEntries how many entries the ledger had when the backup began; the copy has no
///   fewer
/// @param ledgerHead hash of the last of these
record BackupManifest(Map<String, Sum> files, long ledgerEntries, String ledgerHead) {
  static final String NAME = "backup-manifest.txt";
  private static final String FIRST_LINE = "gnomon backup 1";

  /// Size and SHA-256 of a file.
  record Sum(long size, String sha256) {}

  BackupManifest {
    files = Map.copyOf(files);
  }

  String text() {
    StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
    text.append("ledger %d %s\n".formatted(ledgerEntries, ledgerHead));
    new TreeMap<>(files)
        .forEach(
            (path, sum) -> text.append("%s %d %s\n".formatted(sum.sha256(), sum.size(), path)));
    return text.toString();
  }

  static BackupManifest parse(String text) {
    try {
      List<String> lines = text.lines().toList();
      if (!lines.getFirst().equals(FIRST_LINE)) {
        throw new IllegalArgumentException("it begins with '%s'".formatted(lines.getFirst()));
      }
      String[] ledger = lines.get(1).split(" ", 3);
      Map<String, Sum> files = new TreeMap<>();
      for (String line : lines.subList(2, lines.size())) {
        String[] parts = line.split(" ", 3);
        files.put(parts[2], new Sum(Long.parseLong(parts[1]), parts[0]));
      }
      return new BackupManifest(files, Long.parseLong(ledger[1]), ledger[2]);
    } catch (RuntimeException e) {
      throw new BadInput(
          NAME, "can't be read: " + e.getMessage(), "'%s' first".formatted(FIRST_LINE));
    }
  }

  /// One line for every file that is not as noted.
  List<String> differencesTo(Map<String, Sum> found) {
    List<String> differences = new ArrayList<>();
    Map<String, Sum> others = new TreeMap<>(found);
    new TreeMap<>(files)
        .forEach((path, sum) -> {
          Sum other = others.remove(path);
          if (other == null) {
            differences.add(path + " is missing");
          } else if (!other.equals(sum)) {
            differences.add(path + " was changed");
          }
        });
    others.keySet().forEach(path -> differences.add(path + " was added"));
    return differences;
  }
}
