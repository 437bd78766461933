package dev.gnomon.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A number that says how far a version is from the one before it: the first place counts changes
/// of the inputs, the second those of features, learner or policy, the third those of the weights
/// only.
///
/// It follows from what versions had written down of themselves when they were registered (`shape`
/// in their summary), so that all readers find the same numbers, also for versions whose bundles
/// are gone.
///
/// @param change what changed, in words
public record SemanticVersion(int major, int minor, int patch, String change) {
  /// What a summary holds of its version, each a hash: first that which asks callers to change,
  /// then what changes how it decides.
  public static final String SHAPE = "shape";

  public static final String INPUTS = "inputs";
  private static final List<String> PARTS = List.of("features", "learner", "policy");

  /// As it is written: `2.1.0`.
  public String text() {
    return major + "." + minor + "." + patch;
  }

  /// @param versions all of one use case, oldest first
  /// @return by the number of the version
  public static Map<Integer, SemanticVersion> of(List<ModelVersion> versions) {
    Map<Integer, SemanticVersion> found = new LinkedHashMap<>();
    SemanticVersion last = new SemanticVersion(1, 0, 0, "the first");
    JsonNode before = null;
    for (ModelVersion version : versions) {
      JsonNode shape = JsonMapper.shared().readTree(version.summaryJson()).path(SHAPE);
      if (before != null) {
        last = last.next(before, shape);
      }
      before = shape;
      found.put(version.version(), last);
    }
    return found;
  }

  private SemanticVersion next(JsonNode before, JsonNode now) {
    if (!before.isObject() || !now.isObject()) {
      return new SemanticVersion(major, minor + 1, 0, "not known what changed");
    }
    if (differs(INPUTS, before, now)) {
      return new SemanticVersion(major + 1, 0, 0, INPUTS);
    }
    List<String> changed = new ArrayList<>();
    for (String part : PARTS) {
      if (differs(part, before, now)) {
        changed.add(part);
      }
    }
    return changed.isEmpty()
        ? new SemanticVersion(major, minor, patch + 1, "weights only")
        : new SemanticVersion(major, minor + 1, 0, String.join(", ", changed));
  }

  private static boolean differs(String part, JsonNode before, JsonNode now) {
    return !Objects.equals(before.path(part).asString(""), now.path(part).asString(""));
  }
}
