package dev.gnomon.training.report;

import dev.gnomon.core.RecordJson;
import dev.gnomon.training.Evaluation;
import tools.jackson.databind.JsonNode;

/// The evaluation as JSON: the names of its records, an undefined number as null.
public final class EvaluationJson {
  private EvaluationJson() {}

  public static JsonNode tree(Evaluation evaluation) {
    return RecordJson.node(evaluation);
  }

  /// Any record of numbers, texts, lists and maps.
  public static JsonNode node(Object value) {
    return RecordJson.node(value);
  }
}
