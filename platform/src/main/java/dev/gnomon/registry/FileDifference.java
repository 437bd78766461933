package dev.gnomon.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A content file of two bundles.
///
/// @param firstBytes its size in the first; -1 where it is not there; `secondBytes` likewise
/// @param at the first byte that differs, from 0; -1 when none does
/// @param differing how many bytes differ, those that only the longer has included
public record FileDifference(
    String path, long firstBytes, long secondBytes, long at, long differing) {
  public boolean same() {
    return differing == 0 && firstBytes == secondBytes;
  }

  static List<FileDifference> between(
      Path first, BundleManifest ofFirst, Path second, BundleManifest ofSecond) throws IOException {
    Map<String, BundleManifest.Entry> theirs = new TreeMap<>();
    ofSecond.entries().forEach(entry -> theirs.put(entry.path(), entry));
    Map<String, FileDifference> found = new TreeMap<>();
    for (BundleManifest.Entry mine : ofFirst.entries()) {
      BundleManifest.Entry other = theirs.remove(mine.path());
      found.put(
          mine.path(),
          other == null
              ? new FileDifference(mine.path(), mine.size(), -1, 0, mine.size())
              : mine.equals(other)
                  ? new FileDifference(mine.path(), mine.size(), other.size(), -1, 0)
                  : bytes(
                      mine.path(),
                      Files.readAllBytes(first.resolve(mine.path())),
                      Files.readAllBytes(second.resolve(mine.path()))));
    }
    theirs
        .values()
        .forEach(only ->
            found.put(
                only.path(), new FileDifference(only.path(), -1, only.size(), 0, only.size())));
    return new ArrayList<>(found.values());
  }

  private static FileDifference bytes(String path, byte[] first, byte[] second) {
    int common = Math.min(first.length, second.length);
    long at = -1;
    long differing = Math.abs((long) first.length - second.length);
    for (int i = 0; i < common; i++) {
      if (first[i] != second[i]) {
        at = at < 0 ? i : at;
        differing++;
      }
    }
    return new FileDifference(
        path, first.length, second.length, at < 0 && differing > 0 ? common : at, differing);
  }
}
