package dev.gnomon.models.transforms;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The power transform of Yeo and Johnson (A new family of power transformations to improve
/// normality or symmetry, 2000) with the lambda of greatest likelihood, then to mean 0 and variance
/// 1. Takes negative values too. Missing stays missing.
record PowerScale(int[] columns, double[] lambdas, double[] means, double[] scales)
    implements MatrixStep {
  static final String KIND = "yeo-johnson";

  @Override
  public List<Input> outputs(List<Input> inputs) {
    MatrixStep.within(columns, inputs.size());
    return inputs;
  }

  @Override
  public void apply(double[] row) {
    for (int i = 0; i < columns.length; i++) {
      row[columns[i]] = (transform(row[columns[i]], lambdas[i]) - means[i]) / scales[i];
    }
  }

  static double transform(double value, double lambda) {
    if (value >= 0) {
      return Math.abs(lambda) < 1e-12
          ? Math.log1p(value)
          : Math.expm1(lambda * Math.log1p(value)) / lambda;
    }
    return Math.abs(lambda - 2) < 1e-12
        ? -Math.log1p(-value)
        : -Math.expm1((2 - lambda) * Math.log1p(-value)) / (2 - lambda);
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node = Json.kind(KIND);
    Json.put(node, "columns", columns);
    Json.put(node, "lambdas", lambdas);
    Json.put(node, "means", means);
    Json.put(node, "scales", scales);
    return node;
  }

  static PowerScale fromJson(JsonNode node) {
    return new PowerScale(
        Json.ints(node, "columns"),
        Json.doubles(node, "lambdas"),
        Json.doubles(node, "means"),
        Json.doubles(node, "scales"));
  }
}
