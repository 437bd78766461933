package dev.gnomon.models.transforms;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Puts a fixed value in the place of a missing one: the median, mean or mode of the training rows,
/// or a constant.
record Fill(int[] columns, double[] values) implements MatrixStep {
  static final String KIND = "fill";

  @Override
  public List<Input> outputs(List<Input> inputs) {
    MatrixStep.within(columns, inputs.size());
    return inputs;
  }

  @Override
  public void apply(double[] row) {
    for (int i = 0; i < columns.length; i++) {
      if (Double.isNaN(row[columns[i]])) {
        row[columns[i]] = values[i];
      }
    }
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node = Json.kind(KIND);
    Json.put(node, "columns", columns);
    Json.put(node, "values", values);
    return node;
  }

  static Fill fromJson(JsonNode node) {
    return new Fill(Json.ints(node, "columns"), Json.doubles(node, "values"));
  }
}
