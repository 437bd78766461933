package dev.gnomon.models;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.spi.ModelReader;
import java.nio.file.Path;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Log-odds or a number as an intercept plus a weight per input, in double precision and in input
/// order.
///
/// A contribution is weight x (value - training mean), so that an average row explains nothing and
/// the base value is the margin of that average row; for a linear model these are its Shapley
/// values with independent inputs.
public final class LinearModel implements Model {
  /// With log-odds as its output.
  public static final String KIND = "logistic";

  /// With a number as its output.
  public static final String NUMBER_KIND = "linear";

  private static final String FILE = "model.json";

  private final Output output;
  private final double intercept;
  private final double[] weights;
  private final double[] means;
  private final double base;

  /// Gives log-odds.
  ///
  /// @param means of the inputs over the training rows
  public LinearModel(double intercept, double[] weights, double[] means) {
    this(Output.LOG_ODDS, intercept, weights, means);
  }

  /// @param output log-odds or a number
  /// @param means of the inputs over the training rows
  public LinearModel(Output output, double intercept, double[] weights, double[] means) {
    if (output != Output.LOG_ODDS && output != Output.NUMBER) {
      throw new IllegalArgumentException("a linear model gives log-odds or a number");
    }
    if (weights.length != means.length) {
      throw new IllegalArgumentException(
          "%d weights for %d means".formatted(weights.length, means.length));
    }
    this.output = output;
    this.intercept = intercept;
    this.weights = weights.clone();
    this.means = means.clone();
    double sum = intercept;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * means[i];
    }
    this.base = sum;
    if (!Double.isFinite(sum)) {
      throw new IllegalArgumentException("a weight is not finite");
    }
  }

  /// Another model whose margin is scale x this one's + shift.
  public LinearModel stretched(double scale, double shift) {
    double[] scaled = weights.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= scale;
    }
    return new LinearModel(output, scale * intercept + shift, scaled, means);
  }

  public double intercept() {
    return intercept;
  }

  public double weight(int input) {
    return weights[input];
  }

  @Override
  public String kind() {
    return output == Output.NUMBER ? NUMBER_KIND : KIND;
  }

  @Override
  public int inputs() {
    return weights.length;
  }

  @Override
  public Output output() {
    return output;
  }

  @Override
  public double margin(float[] row, int offset) {
    double sum = intercept;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * row[offset + i];
    }
    return sum;
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    for (int i = 0; i < weights.length; i++) {
      out[i] = weights[i] * (row[offset + i] - means[i]);
    }
    out[weights.length] = base;
  }

  @Override
  public void write(Path directory) {
    ObjectNode json = CanonicalJson.object().put("kind", kind()).put("intercept", intercept);
    ArrayNode weightList = json.putArray("weights");
    ArrayNode meanList = json.putArray("means");
    for (int i = 0; i < weights.length; i++) {
      weightList.add(weights[i]);
      meanList.add(means[i]);
    }
    CanonicalJson.write(json, directory.resolve(FILE));
  }

  private static Model read(Output output, Path directory) {
    Path file = directory.resolve(FILE);
    return ModelFiles.stated(
        file,
        "a linear model",
        json ->
            new LinearModel(
                output,
                json.required("intercept").doubleValue(),
                ModelFiles.doubles(json.required("weights")),
                ModelFiles.doubles(json.required("means"))));
  }

  /// Reads what gives log-odds; found with `ServiceLoader`.
  public static final class Reader implements ModelReader {
    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public Model read(Path directory) {
      return LinearModel.read(Output.LOG_ODDS, directory);
    }
  }

  /// Reads what gives a number; found with `ServiceLoader`.
  public static final class NumberReader implements ModelReader {
    @Override
    public String kind() {
      return NUMBER_KIND;
    }

    @Override
    public Model read(Path directory) {
      return LinearModel.read(Output.NUMBER, directory);
    }
  }
}
