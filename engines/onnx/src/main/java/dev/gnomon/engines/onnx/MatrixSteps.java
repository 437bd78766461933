package dev.gnomon.engines.onnx;

import dev.gnomon.core.Problem;
import dev.gnomon.models.ModelFiles;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The matrix stage of a preprocessing in ONNX: each step as `preprocessing.json` has it.
final class MatrixSteps {
  private final List<Problem> problems;

  /// @param problems gets what has no form
  MatrixSteps(List<Problem> problems) {
    this.problems = problems;
  }

  Matrix apply(Matrix rows, JsonNode steps) {
    Matrix row = rows;
    for (JsonNode step : steps) {
      row = apply(step, row);
    }
    return row;
  }

  private Matrix apply(JsonNode step, Matrix row) {
    String kind = step.required("kind").stringValue();
    return switch (kind) {
      case "clip" ->
          row.atLeast(spread(step, "low", row, Double.NEGATIVE_INFINITY))
              .atMost(spread(step, "high", row, Double.POSITIVE_INFINITY));
      case "outlier-flags" -> {
        Matrix some = row.columns(ints(step, "columns"));
        yield row.with(
            some.below(doubles(step, "low"))
                .or(some.above(doubles(step, "high")))
                .flags(some.width()));
      }
      case "missing-flags" -> {
        Matrix some = row.columns(ints(step, "columns"));
        yield row.with(some.missing().flags(some.width()));
      }
      case "fill" -> row.where(row.missing(), spread(step, "values", row, Double.NaN));
      case "affine" ->
          row.minus(spread(step, "shifts", row, 0)).over(spread(step, "scales", row, 1));
      case "yeo-johnson" -> {
        int[] columns = ints(step, "columns");
        yield row.replacing(
            columns,
            power(row.columns(columns), doubles(step, "lambdas"))
                .minus(doubles(step, "means"))
                .over(doubles(step, "scales")));
      }
      case "quantile" -> {
        int[] columns = ints(step, "columns");
        Matrix[] shares = new Matrix[columns.length];
        for (int i = 0; i < columns.length; i++) {
          shares[i] =
              Steps.share(
                  row.columns(columns[i]), ModelFiles.doubles(step.required("quantiles").path(i)));
        }
        yield row.replacing(columns, Matrix.beside(row.graph(), Arrays.asList(shares)));
      }
      case "products" ->
          row.with(row.columns(ints(step, "left")).times(row.columns(ints(step, "right"))));
      case "keep" -> row.columns(ints(step, "columns"));
      case "components" -> {
        JsonNode list = step.required("loadings");
        double[][] loadings = new double[list.size()][];
        Arrays.setAll(loadings, i -> ModelFiles.doubles(list.path(i)));
        yield row.minus(doubles(step, "means")).multiplied(loadings);
      }
      case "iterative-fill" -> chained(step, row);
      default -> {
        problems.add(
            new Problem(
                "preprocessing",
                "the step '%s' has no form in ONNX".formatted(kind),
                "clip, outlier-flags, missing-flags, fill, iterative-fill, affine, yeo-johnson,"
                    + " quantile, products, keep, components"));
        yield row;
      }
    };
  }

  /// The power transform of Yeo and Johnson: each branch is computed where it holds and of 0
  /// elsewhere, so that neither meets the logarithm of a negative number.
  private static Matrix power(Matrix x, double[] lambdas) {
    int n = lambdas.length;
    double[] zeros = new double[n];
    Matrix.Mask negative = x.below(zeros);
    Matrix up = x.where(negative, zeros).plus(constant(n, 1)).log();
    Matrix down = x.negated().where(x.above(zeros), zeros).plus(constant(n, 1)).log();
    return branch(up, lambdas)
        .where(negative, branch(down, Arrays.stream(lambdas).map(l -> 2 - l).toArray()).negated());
  }

  /// expm1(l x) / l, and x itself where l is 0.
  private static Matrix branch(Matrix logs, double[] lambdas) {
    int n = lambdas.length;
    double[] safe = lambdas.clone();
    double[] weight = new double[n];
    double[] rest = new double[n];
    for (int i = 0; i < n; i++) {
      boolean zero = Math.abs(lambdas[i]) < 1e-12;
      safe[i] = zero ? 1 : lambdas[i];
      weight[i] = zero ? 0 : 1;
      rest[i] = 1 - weight[i];
    }
    // Where l is 0 the exponential is of 0 and not of the logarithm: infinity times 0 is missing.
    Matrix curved = logs.times(product(safe, weight)).exp().minus(constant(n, 1)).over(safe);
    return curved.plus(logs.times(rest));
  }

  private static double[] product(double[] a, double[] b) {
    double[] found = new double[a.length];
    Arrays.setAll(found, i -> a[i] * b[i]);
    return found;
  }

  private static double[] constant(int size, double value) {
    double[] values = new double[size];
    Arrays.fill(values, value);
    return values;
  }

  /// Chained equations: the regressions in their order, each on what the ones before it gave.
  private static Matrix chained(JsonNode step, Matrix row) {
    int[] columns = ints(step, "columns");
    int[] order = ints(step, "order");
    double[] means = doubles(step, "means");
    double[] scales = doubles(step, "scales");
    JsonNode weights = step.required("weights");
    Matrix own = row.columns(columns);
    Matrix.Mask missing = own.missing();
    int n = columns.length;
    Matrix now = own.minus(means).over(scales).where(missing, new double[n]);
    for (int i = 0; i < weights.size(); i++) {
      double[] all = ModelFiles.doubles(weights.path(i));
      double[] pick = new double[n];
      pick[order[i % order.length]] = 1;
      Matrix estimate = now.multiplied(Arrays.copyOf(all, n)).plus(all[n]);
      Matrix.Mask target = own.constant(pick).above(0.5);
      now = now.where(missing.and(target), estimate);
    }
    return row.replacing(columns, own.where(missing, now.times(scales).plus(means)));
  }

  /// A value per input: the step's for the columns it works on, a neutral one for the others.
  private static double[] spread(JsonNode step, String name, Matrix row, double neutral) {
    double[] values = new double[row.width()];
    Arrays.fill(values, neutral);
    int[] columns = ints(step, "columns");
    double[] stated = doubles(step, name);
    for (int i = 0; i < columns.length; i++) {
      values[columns[i]] = stated[i];
    }
    return values;
  }

  private static double[] doubles(JsonNode step, String name) {
    return ModelFiles.doubles(step.required(name));
  }

  private static int[] ints(JsonNode step, String name) {
    return Arrays.stream(doubles(step, name)).mapToInt(d -> (int) d).toArray();
  }
}
