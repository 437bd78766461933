package dev.gnomon.training;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.usecase.ProductionSection;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.registry.SemanticVersion;
import dev.gnomon.schema.Field;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What of a version is compared with the one before it to find its semantic version: the names and
/// types of its inputs, its features, how it learns, and what it decides by. Settings found by a
/// search and thresholds fitted to costs belong to the weights.
final class Shape {
  private Shape() {}

  static ObjectNode of(UseCase useCase, TrainingSet set, String chosen) {
    ObjectNode shape = CanonicalJson.object();
    ArrayNode inputs = CanonicalJson.object().putArray("inputs");
    for (Field field : set.plan().row().fields().subList(0, set.plan().inputs())) {
      inputs.add(field.name() + " " + field.type().word());
    }
    shape.put(SemanticVersion.INPUTS, CanonicalJson.hash(inputs));
    shape.put("features", hash(set.plan().hash()));
    shape.put(
        "learner",
        hash(
            chosen
                + section(useCase, "models", List.of())
                + section(useCase, "training", List.of("seed"))));
    shape.put(
        "policy",
        hash(
            section(useCase, "problem", List.of("decision", "owner", "description"))
                + fallback(useCase.production())));
    return shape;
  }

  private static String fallback(ProductionSection production) {
    return production.fallback().stream()
            .map(rule -> rule.when().map(when -> when.text()).orElse("otherwise") + rule.score())
            .collect(Collectors.joining(";"))
        + production.holdOut();
  }

  /// The lines of a section of the file, without comments, blank lines and some keys that decide
  /// nothing; the whole file where it is not written section by section.
  static String section(UseCase useCase, String name, List<String> without) {
    StringBuilder found = new StringBuilder();
    boolean inside = false;
    boolean any = false;
    for (String line : useCase.source().lines().toList()) {
      String bare = line.replaceFirst("(^|\\s)#.*$", "").stripTrailing();
      if (bare.isBlank()) {
        continue;
      }
      if (!Character.isWhitespace(bare.charAt(0)) && bare.charAt(0) != '-') {
        inside = bare.startsWith(name + ":");
        any |= bare.matches("[a-z]+:.*");
      }
      String key = bare.strip();
      if (inside && without.stream().noneMatch(word -> key.startsWith(word + ":"))) {
        found.append(bare.stripTrailing()).append('\n');
      }
    }
    return any ? found.toString() : useCase.source();
  }

  private static String hash(String text) {
    return CanonicalJson.hash(CanonicalJson.object().put("text", text));
  }
}
