package dev.gnomon.models.transforms;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// (value - shift) / scale: to mean 0 and variance 1 (standard, with n in the denominator), to 0 …
/// 1 (min-max), or by the median and the interquartile range (robust). A scale of 0 is taken as 1.
/// Values outside of what the training rows had are not cut off.
record Affine(int[] columns, double[] shifts, double[] scales) implements MatrixStep {
  static final String KIND = "affine";

  @Override
  public List<Input> outputs(List<Input> inputs) {
    MatrixStep.within(columns, inputs.size());
    return inputs;
  }

  @Override
  public void apply(double[] row) {
    for (int i = 0; i < columns.length; i++) {
      row[columns[i]] = (row[columns[i]] - shifts[i]) / scales[i];
    }
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node = Json.kind(KIND);
    Json.put(node, "columns", columns);
    Json.put(node, "shifts", shifts);
    Json.put(node, "scales", scales);
    return node;
  }

  static Affine fromJson(JsonNode node) {
    return new Affine(
        Json.ints(node, "columns"), Json.doubles(node, "shifts"), Json.doubles(node, "scales"));
  }
}
