package dev.gnomon.models.transforms;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps some inputs, in their order, and drops the others.
///
/// @param columns ascending
record Keep(int[] columns) implements MatrixStep {
  static final String KIND = "keep";

  Keep {
    for (int i = 1; i < columns.length; i++) {
      if (columns[i] <= columns[i - 1]) {
        throw new IllegalArgumentException("positions out of order");
      }
    }
  }

  @Override
  public List<Input> outputs(List<Input> inputs) {
    MatrixStep.within(columns, inputs.size());
    List<Input> outputs = new ArrayList<>(columns.length);
    for (int column : columns) {
      outputs.add(inputs.get(column));
    }
    return outputs;
  }

  @Override
  public void apply(double[] row) {
    for (int i = 0; i < columns.length; i++) {
      row[i] = row[columns[i]];
    }
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node = Json.kind(KIND);
    Json.put(node, "columns", columns);
    return node;
  }

  static Keep fromJson(JsonNode node) {
    return new Keep(Json.ints(node, "columns"));
  }
}
