package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.FeatureNames;
import java.util.HashMap;
import java.util.Map;

/// The names of features given so far: two features of one name are refused, and names that
/// training sets use themselves.
final class FeatureClaims {
  private final Map<String, Integer> lines = new HashMap<>();

  void claim(String name, Fields fields, String key, Context context) {
    if (FeatureNames.RESERVED.contains(name)) {
      context.problem(
          fields,
          key,
          "a feature called '" + name + "'",
          "training sets use key, label and observed_at themselves; choose another name");
    }
    Integer before = lines.putIfAbsent(name, fields.line(key));
    if (before != null) {
      context.problem(
          fields,
          key,
          "two features called '" + name + "', the first on line " + before,
          "remove one, or rename it (as: for aggregates)");
    }
  }
}
