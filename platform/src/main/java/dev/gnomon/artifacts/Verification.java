package dev.gnomon.artifacts;

import dev.gnomon.artifacts.spi.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One look at every file: each entry, and each content once however many paths name it.
final class Verification {
  private static final String SOUND = "";

  private final Contents contents;
  private final ObjectStore store;
  private final boolean quick;
  private final Map<String, String> known = new HashMap<>();
  private final List<String> damaged = new ArrayList<>();
  private long files;
  private long bytes;

  Verification(Artifacts artifacts, boolean quick) {
    this.contents = artifacts.contents();
    this.store = artifacts.store();
    this.quick = quick;
  }

  Verified run() throws IOException {
    List<String> entries = new ArrayList<>();
    store.walk(ObjectKeys.PATHS, info -> entries.add(info.key()));
    entries.sort(null);
    for (String key : entries) {
      look(key);
    }
    return new Verified(files, known.size(), bytes, damaged);
  }

  private void look(String key) throws IOException {
    Optional<Contents.Entry> entry;
    try {
      entry = contents.entry(key);
    } catch (DamagedArtifact e) {
      damaged.add(String.valueOf(e.getMessage()));
      return;
    }
    // It may be gone by now.
    if (entry.isPresent()) {
      files++;
      Contents.Content content = entry.get().content();
      String found = known.get(content.sha256());
      if (found == null) {
        found = look(content);
        known.put(content.sha256(), found);
        bytes += content.size();
      }
      if (!found.equals(SOUND)) {
        damaged.add("the file %s: %s".formatted(ObjectKeys.shown(key), found));
      }
    }
  }

  private String look(Contents.Content content) throws IOException {
    if (quick) {
      Optional<ObjectStore.Info> there = store.find(ObjectKeys.content(content.sha256()));
      return there.isEmpty()
          ? "content %s is gone".formatted(content.sha256())
          : there.get().size() == content.size()
              ? SOUND
              : "content %s has %d bytes instead of %d"
                  .formatted(content.sha256(), there.get().size(), content.size());
    }
    try {
      contents.readAll(content);
      return SOUND;
    } catch (DamagedArtifact e) {
      return String.valueOf(e.getMessage());
    }
  }
}
