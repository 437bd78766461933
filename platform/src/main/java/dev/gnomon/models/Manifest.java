package dev.gnomon.models;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a bundle says about itself. Everything here follows from file, data and seed; times, hosts
/// and durations belong to the provenance, outside of the hash.
///
/// @param useCase its name
/// @param definition the text of the use-case file
/// @param row every value needed to decide: model inputs first, then what costs and segments read
/// @param inputs how many leading columns of `row` are model inputs
/// @param featurePlan hash of the feature definitions
/// @param trainingSet hash of the training set
/// @param libraries versions of what took part, by name
/// @param seeds by purpose
/// @param lineage what it came from, by name: as-of, the hash of the test rows, and behind [#VIEW]
///   the name of each feature view with the hash of its definition
/// @param metrics of the test part, by name; those not defined are left out
public record Manifest(
    String useCase,
    String definition,
    Schema row,
    int inputs,
    String featurePlan,
    String trainingSet,
    Map<String, String> libraries,
    Map<String, Long> seeds,
    Map<String, String> lineage,
    Map<String, Double> metrics) {
  /// The layout of the directory; raised when a reader of it must change.
  static final int FORMAT = 1;

  /// What the names of feature views begin with in the lineage.
  public static final String VIEW = "view/";

  public Manifest {
    libraries = Map.copyOf(libraries);
    seeds = Map.copyOf(seeds);
    lineage = Map.copyOf(lineage);
    metrics = Map.copyOf(metrics);
    if (inputs < 0 || inputs > row.size()) {
      throw new IllegalArgumentException("%d inputs in a row of %d".formatted(inputs, row.size()));
    }
  }

  JsonNode toJson(String modelKind) {
    ObjectNode json =
        CanonicalJson.object()
            .put("format", FORMAT)
            .put("useCase", useCase)
            .put("modelKind", modelKind)
            .put("inputs", inputs)
            .put("featurePlan", featurePlan)
            .put("trainingSet", trainingSet);
    ArrayNode fields = json.putArray("row");
    for (Field field : row.fields()) {
      fields.addObject().put("name", field.name()).put("type", field.type().word());
    }
    ObjectNode libraryNode = json.putObject("libraries");
    libraries.forEach(libraryNode::put);
    ObjectNode seedNode = json.putObject("seeds");
    seeds.forEach(seedNode::put);
    ObjectNode lineageNode = json.putObject("lineage");
    lineage.forEach(lineageNode::put);
    ObjectNode metricNode = json.putObject("metrics");
    metrics.forEach((name, value) -> {
      if (Double.isFinite(value)) {
        metricNode.put(name, value);
      }
    });
    return json;
  }

  static Manifest fromJson(JsonNode json, String definition) {
    int format = json.path("format").asInt(0);
    if (format != FORMAT) {
      throw new BadInput(
          "bundle.json",
          "format " + format,
          "format %d, which this version reads".formatted(FORMAT));
    }
    try {
      Map<String, String> libraries = new TreeMap<>();
      Map<String, Long> seeds = new TreeMap<>();
      Map<String, String> lineage = new TreeMap<>();
      Map<String, Double> metrics = new TreeMap<>();
      json.required("libraries")
          .forEachEntry((name, value) -> libraries.put(name, value.stringValue()));
      json.required("seeds").forEachEntry((name, value) -> seeds.put(name, value.longValue()));
      json.required("lineage")
          .forEachEntry((name, value) -> lineage.put(name, value.stringValue()));
      json.required("metrics")
          .forEachEntry((name, value) -> metrics.put(name, value.doubleValue()));
      return new Manifest(
          json.required("useCase").stringValue(),
          definition,
          FittedPreprocessing.schema(json.required("row")),
          json.required("inputs").intValue(),
          json.required("featurePlan").stringValue(),
          json.required("trainingSet").stringValue(),
          libraries,
          seeds,
          lineage,
          metrics);
    } catch (RuntimeException e) {
      throw new BadInput(
          "bundle.json", "it can't be read: " + e.getMessage(), "what the bundle wrote");
    }
  }
}
