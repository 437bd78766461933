package dev.gnomon.models.transforms;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Adds an input per column that is 1 where its value lies beyond the bounds; 0 where missing.
record OutlierFlags(int width, int[] columns, double[] low, double[] high) implements MatrixStep {
  static final String KIND = "outlier-flags";

  @Override
  public List<Input> outputs(List<Input> inputs) {
    MatrixStep.within(columns, inputs.size());
    List<Input> outputs = new ArrayList<>(inputs);
    for (int column : columns) {
      Input input = inputs.get(column);
      outputs.add(input.named(input.name() + " is an outlier", Input.Kind.INDICATOR));
    }
    return outputs;
  }

  @Override
  public void apply(double[] row) {
    for (int i = 0; i < columns.length; i++) {
      double value = row[columns[i]];
      row[width + i] = value < low[i] || value > high[i] ? 1 : 0;
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

  static OutlierFlags fromJson(int inputs, JsonNode node) {
    return new OutlierFlags(
        inputs, Json.ints(node, "columns"), Json.doubles(node, "low"), Json.doubles(node, "high"));
  }
}
