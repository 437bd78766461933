package dev.gnomon.features;

import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import dev.gnomon.schema.Times;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the chunks of a folder were computed by, against what they would be computed by now.
record ChunkDefinition(Path folder, SortedMap<String, String> definition, List<String> features) {

  /// @throws Refusal naming every part that differs
  void requireSame(ChunkManifest manifest) {
    if (manifest.definition().equals(definition)) {
      return;
    }
    List<Problem> problems = new ArrayList<>();
    SortedMap<String, String> parts = new TreeMap<>(manifest.definition());
    parts.putAll(definition);
    for (String part : parts.keySet()) {
      String was = manifest.definition().getOrDefault(part, "none");
      String is = definition.getOrDefault(part, "none");
      if (!was.equals(is)) {
        problems.add(
            new Problem(
                folder.toString(),
                "its chunks were computed by another definition: %s"
                    .formatted(difference(part, was, is, manifest)),
                "the same definition, another folder, or --restart to begin anew"));
      }
    }
    throw new Refusal(problems);
  }

  private String difference(String part, String was, String is, ChunkManifest manifest) {
    if (part.equals("features")) {
      List<String> added = new ArrayList<>(features);
      added.removeAll(manifest.features());
      List<String> gone = new ArrayList<>(manifest.features());
      gone.removeAll(features);
      return added.isEmpty() && gone.isEmpty()
          ? "a feature of an old name means something else"
          : "features added: %s; gone: %s"
              .formatted(String.join(", ", added), String.join(", ", gone));
    }
    if (part.equals("chunk")) {
      return "chunks of %s, now %s".formatted(length(was), length(is));
    }
    return part.startsWith("source ")
        ? part + " is defined otherwise"
        : "%s was '%s', is '%s'".formatted(part, was, is);
  }

  private static String length(String micros) {
    return Duration.ofSeconds(Long.parseLong(micros) / Times.SECOND).toString();
  }
}
