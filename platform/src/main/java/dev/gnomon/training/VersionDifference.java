package dev.gnomon.training;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.RecordJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// How two versions differ by what their bundles say of them.
///
/// @param inputsAdded only the second has them; `inputsRemoved` only the first
/// @param inputsRetyped name, then the types of both
/// @param changes what else differs, by name: features and their views, learner and settings, data,
///   seeds
/// @param definition lines of the use-case file that only one of them has, `-` before those of the
///   first and `+` before those of the second
/// @param metrics of the test part as each was measured then; the rows may be others
public record VersionDifference(
    List<String> inputsAdded,
    List<String> inputsRemoved,
    List<String> inputsRetyped,
    Map<String, Pair> changes,
    List<String> definition,
    Map<String, Numbers> metrics) {

  /// A text of both; empty where one has none.
  public record Pair(String first, String second) {}

  /// A metric of both; NaN where one has none.
  public record Numbers(double first, double second) {}

  /// @param first the directory of its bundle; `second` likewise
  public static VersionDifference between(Path first, Path second) {
    JsonNode a = CanonicalJson.read(first.resolve("bundle.json"));
    JsonNode b = CanonicalJson.read(second.resolve("bundle.json"));
    Map<String, String> inputsA = inputs(a);
    Map<String, String> inputsB = inputs(b);
    List<String> added = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    List<String> retyped = new ArrayList<>();
    for (String name : both(inputsA, inputsB)) {
      String was = inputsA.get(name);
      String is = inputsB.get(name);
      if (was == null) {
        added.add(name + " " + is);
      } else if (is == null) {
        removed.add(name + " " + was);
      } else if (!was.equals(is)) {
        retyped.add(name + " " + was + " " + is);
      }
    }
    Map<String, String> factsA = facts(a, first);
    Map<String, String> factsB = facts(b, second);
    Map<String, Pair> changes = new LinkedHashMap<>();
    for (String name : both(factsA, factsB)) {
      Pair pair = new Pair(factsA.getOrDefault(name, ""), factsB.getOrDefault(name, ""));
      if (!pair.first().equals(pair.second())) {
        changes.put(name, pair);
      }
    }
    Map<String, Double> metricsA = metrics(a);
    Map<String, Double> metricsB = metrics(b);
    Map<String, Numbers> metrics = new LinkedHashMap<>();
    for (String name : both(metricsA, metricsB)) {
      metrics.put(
          name,
          new Numbers(
              metricsA.getOrDefault(name, Double.NaN), metricsB.getOrDefault(name, Double.NaN)));
    }
    return new VersionDifference(added, removed, retyped, changes, lines(first, second), metrics);
  }

  private static Map<String, String> inputs(JsonNode manifest) {
    Map<String, String> inputs = new LinkedHashMap<>();
    for (int i = 0; i < manifest.path("inputs").asInt(0); i++) {
      JsonNode field = manifest.path("row").path(i);
      inputs.put(field.path("name").asString(""), field.path("type").asString(""));
    }
    return inputs;
  }

  private static Map<String, String> facts(JsonNode manifest, Path bundle) {
    Map<String, String> facts = new TreeMap<>();
    facts.put("features", manifest.path("featurePlan").asString(""));
    facts.put("training set", manifest.path("trainingSet").asString(""));
    facts.put("model", manifest.path("modelKind").asString(""));
    manifest.path("lineage").forEachEntry((name, value) -> facts.put(name, value.asString("")));
    manifest
        .path("seeds")
        .forEachEntry((name, value) -> facts.put("seed " + name, value.asString("")));
    manifest.path("libraries").forEachEntry((name, value) -> facts.put(name, value.asString("")));
    JsonNode evaluation = CanonicalJson.read(bundle.resolve("evaluation.json"));
    for (JsonNode candidate : evaluation.path("candidates")) {
      if (candidate.path("chosen").asBoolean(false)) {
        facts.put("learner", candidate.path("name").asString(""));
        facts.put("settings", candidate.path("settings").asString(""));
      }
    }
    for (JsonNode point : evaluation.path("points")) {
      facts.put("yes where", point.path("rule").asString("")); // the last one is served
    }
    return facts;
  }

  private static Map<String, Double> metrics(JsonNode manifest) {
    Map<String, Double> metrics = new TreeMap<>();
    manifest.path("metrics").forEachEntry((name, value) -> metrics.put(name, value.doubleValue()));
    return metrics;
  }

  private static List<String> both(Map<String, ?> first, Map<String, ?> second) {
    TreeSet<String> names = new TreeSet<>(first.keySet());
    names.addAll(second.keySet());
    return List.copyOf(names);
  }

  private static List<String> lines(Path first, Path second) {
    List<String> a = definition(first);
    List<String> b = definition(second);
    List<String> lines = new ArrayList<>();
    a.stream().filter(line -> !b.contains(line)).forEach(line -> lines.add("- " + line));
    b.stream().filter(line -> !a.contains(line)).forEach(line -> lines.add("+ " + line));
    return lines;
  }

  private static List<String> definition(Path bundle) {
    try {
      return java.nio.file.Files.readAllLines(bundle.resolve("usecase.yaml"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  public JsonNode json() {
    return RecordJson.node(this);
  }
}
