package dev.gnomon.models.transforms;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Brings values beyond the bounds to the bounds. Missing stays missing.
record Clip(int[] columns, double[] low, double[] high) implements MatrixStep {
  static final String KIND = "clip";

  @Override
  public List<Input> outputs(List<Input> inputs) {
    MatrixStep.within(columns, inputs.size());
    return inputs;
  }

  @Override
  public void apply(double[] row) {
    for (int i = 0; i < columns.length; i++) {
      double value = row[columns[i]];
      if (value < low[i]) {
        row[columns[i]] = low[i];
      } else if (value > high[i]) {
        row[columns[i]] = high[i];
      }
    }
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node = Json.kind(KIND);
    Json.put(node, "columns", columns);
    Json.put(node, "low", low);
    Json.put(node, "high", high);
    return node;
  }

  static Clip fromJson(JsonNode node) {
    return new Clip(
        Json.ints(node, "columns"), Json.doubles(node, "low"), Json.doubles(node, "high"));
  }
}
