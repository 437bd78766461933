package dev.gnomon.models.transforms;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Adds an input per column that is 1 where its value is missing, before it is filled.
record MissingFlags(int width, int[] columns) implements MatrixStep {
  static final String KIND = "missing-flags";

  @Override
  public List<Input> outputs(List<Input> inputs) {
    MatrixStep.within(columns, inputs.size());
    List<Input> outputs = new ArrayList<>(inputs);
    for (int column : columns) {
      Input input = inputs.get(column);
      outputs.add(input.named(input.name() + MissingFlag.SUFFIX, Input.Kind.INDICATOR));
    }
    return outputs;
  }

  @Override
  public void apply(double[] row) {
    for (int i = 0; i < columns.length; i++) {
      row[width + i] = Double.isNaN(row[columns[i]]) ? 1 : 0;
    }
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node = Json.kind(KIND);
    Json.put(node, "columns", columns);
    return node;
  }

  static MissingFlags fromJson(int inputs, JsonNode node) {
    return new MissingFlags(inputs, Json.ints(node, "columns"));
  }
}
