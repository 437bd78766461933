package dev.gnomon.models.transforms;

import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The share of the training rows below a value, 0 to 1: linear between up to 1,000 quantiles of
/// them. Where quantiles are equal, the middle of their shares, as scikit-learn's
/// QuantileTransformer: the mean of the interpolation from below and from above. Missing stays
/// missing.
///
/// @param quantiles ascending, per column
record QuantileScale(int[] columns, double[][] quantiles) implements MatrixStep {
  static final String KIND = "quantile";
  static final int MOST = 1_000;

  @Override
  public List<Input> outputs(List<Input> inputs) {
    MatrixStep.within(columns, inputs.size());
    return inputs;
  }

  @Override
  public void apply(double[] row) {
    for (int i = 0; i < columns.length; i++) {
      row[columns[i]] = share(quantiles[i], row[columns[i]]);
    }
  }

  static double share(double[] quantiles, double value) {
    int last = quantiles.length - 1;
    if (Double.isNaN(value)) {
      return Double.NaN;
    }
    if (value <= quantiles[0]) {
      return 0;
    }
    if (value >= quantiles[last]) {
      return 1;
    }
    int found = Arrays.binarySearch(quantiles, value);
    if (found < 0) {
      int above = -found - 1;
      double from = quantiles[above - 1];
      return (above - 1 + (value - from) / (quantiles[above] - from)) / last;
    }
    int first = found;
    while (quantiles[first - 1] == value) {
      first--;
    }
    int end = found;
    while (quantiles[end + 1] == value) {
      end++;
    }
    return (first + end) / 2.0 / last;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node = Json.kind(KIND);
    Json.put(node, "columns", columns);
    Json.put(node, "quantiles", quantiles);
    return node;
  }

  static QuantileScale fromJson(JsonNode node) {
    return new QuantileScale(Json.ints(node, "columns"), Json.rows(node, "quantiles"));
  }
}
