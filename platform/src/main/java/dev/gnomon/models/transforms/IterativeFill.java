package dev.gnomon.models.transforms;

import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Imputation by chained equations (van Buuren, Groothuis-Oudshoorn: mice, 2011), one estimate
/// instead of draws: missing values begin as the mean; then, in fixed rounds, column by column from
/// the fewest missing values to the most, each is estimated anew by a ridge regression on all other
/// columns. The regressions of every round are kept and applied to a row in the same order.
///
/// A column that was complete in the training rows has no regression: there, missing becomes the
/// mean.
///
/// @param columns all columns that take part, ascending; they are standardised by `means` and
///   `scales` while this step works
/// @param order positions among `columns` that are estimated, in this order in every round
/// @param weights per round and estimated column: one per column, its own is 0, then the intercept
record IterativeFill(
    int width, int[] columns, double[] means, double[] scales, int[] order, double[][] weights)
    implements MatrixStep {
  static final String KIND = "iterative-fill";

  @Override
  public List<Input> outputs(List<Input> inputs) {
    MatrixStep.within(columns, inputs.size());
    return inputs;
  }

  @Override
  public int spare() {
    return columns.length;
  }

  @Override
  public void apply(double[] row) {
    boolean missing = false;
    for (int column : columns) {
      missing |= Double.isNaN(row[column]);
    }
    if (!missing) {
      return;
    }
    for (int i = 0; i < columns.length; i++) {
      double value = row[columns[i]];
      row[width + i] = Double.isNaN(value) ? 0 : (value - means[i]) / scales[i];
    }
    for (int step = 0; step < weights.length; step++) {
      int target = order[step % order.length];
      if (Double.isNaN(row[columns[target]])) {
        row[width + target] = estimate(weights[step], row, width);
      }
    }
    for (int i = 0; i < columns.length; i++) {
      if (Double.isNaN(row[columns[i]])) {
        row[columns[i]] = row[width + i] * scales[i] + means[i];
      }
    }
  }

  static double estimate(double[] weights, double[] values, int from) {
    int last = weights.length - 1;
    double sum = weights[last];
    for (int i = 0; i < last; i++) {
      sum += weights[i] * values[from + i];
    }
    return sum;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node = Json.kind(KIND);
    Json.put(node, "columns", columns);
    Json.put(node, "means", means);
    Json.put(node, "scales", scales);
    Json.put(node, "order", order);
    ArrayNode rows = node.putArray("weights");
    for (double[] each : weights) {
      ArrayNode values = rows.addArray();
      Arrays.stream(each).forEach(values::add);
    }
    return node;
  }

  static IterativeFill fromJson(int inputs, JsonNode node) {
    int[] order = Json.ints(node, "order");
    int[] columns = Json.ints(node, "columns");
    MatrixStep.within(order, columns.length);
    return new IterativeFill(
        inputs,
        columns,
        Json.doubles(node, "means"),
        Json.doubles(node, "scales"),
        order,
        Json.rows(node, "weights"));
  }
}
