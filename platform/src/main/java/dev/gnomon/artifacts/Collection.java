package dev.gnomon.artifacts;

import dev.gnomon.artifacts.spi.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One collection: first everything that is pointed at, then what is old and is not.
final class Collection {
  private final Artifacts artifacts;
  private final ObjectStore store;
  private final Instant before;
  private final boolean dryRun;
  private final Set<String> needed = new HashSet<>();

  Collection(Artifacts artifacts, Instant before, boolean dryRun) {
    this.artifacts = artifacts;
    this.store = artifacts.store();
    this.before = before;
    this.dryRun = dryRun;
  }

  Collected run() throws IOException {
    // Candidates first: what is entered while the entries are read is younger than they are.
    List<ObjectStore.Info> old = new ArrayList<>();
    long[] young = new long[1];
    store.walk(
        ObjectKeys.CONTENTS,
        info -> {
          if (info.modified().isBefore(before)) {
            old.add(info);
          } else {
            young[0]++;
          }
        });
    long uploads = uploads();
    List<String> entries = new ArrayList<>();
    store.walk(ObjectKeys.PATHS, info -> entries.add(info.key()));
    for (String key : entries) {
      need(key);
    }
    long contents = 0;
    long bytes = 0;
    long kept = young[0];
    for (ObjectStore.Info info : old) {
      String hash = info.key().substring(info.key().lastIndexOf('/') + 1);
      if (!ObjectKeys.isHash(hash) || needed.contains(hash) || !removed(info, hash)) {
        kept++;
      } else {
        contents++;
        bytes += info.size();
      }
    }
    if (!dryRun) {
      sums();
    }
    return new Collected(dryRun, contents, bytes, uploads, store.sweep(before, dryRun), kept);
  }

  private boolean removed(ObjectStore.Info info, String hash) throws IOException {
    if (dryRun) {
      return true;
    }
    Optional<ObjectStore.Info> now = store.find(info.key());
    if (now.isEmpty() || !now.get().modified().isBefore(before)) {
      return false;
    }
    store.delete(info.key());
    store.delete(ObjectKeys.sums(hash));
    return true;
  }

  /// Sums whose content went, where a collection ended between the two.
  private void sums() throws IOException {
    List<String> old = new ArrayList<>();
    store.walk(
        ObjectKeys.SUMS,
        info -> {
          if (info.modified().isBefore(before)) {
            old.add(info.key());
          }
        });
    for (String key : old) {
      String hash = key.substring(key.lastIndexOf('/') + 1);
      if (ObjectKeys.isHash(hash) && store.find(ObjectKeys.content(hash)).isEmpty()) {
        store.delete(key);
      }
    }
  }

  private void need(String key) throws IOException {
    artifacts.contents().entry(key).ifPresent(entry -> needed.add(entry.content().sha256()));
  }

  /// What unfinished uploads hold is needed as long as they are young.
  private long uploads() throws IOException {
    List<String> ids = new ArrayList<>();
    String token = null;
    do {
      ObjectStore.Listing page = store.list(ObjectKeys.UPLOADS, token, 1_000);
      ids.addAll(page.parts());
      token = page.next();
    } while (token != null);
    long gone = 0;
    for (String id : ids) {
      List<ObjectStore.Info> parts = new ArrayList<>();
      store.walk(ObjectKeys.UPLOADS + id, parts::add);
      if (parts.stream().allMatch(part -> part.modified().isBefore(before))) {
        gone++;
        for (ObjectStore.Info part : parts) {
          if (!dryRun) {
            store.delete(part.key());
          }
        }
      } else {
        for (ObjectStore.Info part : parts) {
          if (Uploads.isPart(part.key())) {
            need(part.key());
          }
        }
      }
    }
    return gone;
  }
}
