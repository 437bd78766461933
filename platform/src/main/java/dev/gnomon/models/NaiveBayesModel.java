package dev.gnomon.models;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.spi.ModelReader;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Log-odds as a prior plus one term per input, as if inputs were independent within each class.
///
/// The term of a number is the difference of two normal log-densities, a + b x + c x^2 around the
/// two means; the term of a 0/1 input is the difference of two log-probabilities.
///
/// A contribution is an input's term less its mean over the training rows: Shapley values with
/// independent inputs, as for any sum of terms.
public final class NaiveBayesModel implements Model {
  public static final String KIND = "naive-bayes";
  private static final String FILE = "model.json";

  private final Classes numbers;
  private final double prior;
  private final double[] means;
  private final double[] logs;
  private final double base;

  /// What was learnt per input, of negatives and positives.
  ///
  /// @param binary whether the input is 0 or 1; then the centres are the probabilities of a 1
  /// @param negativeSpreads the variances of the negatives; unused for 0/1 inputs
  /// @param positiveSpreads those of the positives
  public record Classes(
      boolean[] binary,
      double[] negativeCentres,
      double[] positiveCentres,
      double[] negativeSpreads,
      double[] positiveSpreads) {}

  /// @param prior log-odds of a positive before any input
  /// @param means of each input's term over the training rows
  public NaiveBayesModel(double prior, Classes learnt, double[] means) {
    this.prior = prior;
    this.numbers = learnt;
    this.means = means.clone();
    int width = learnt.binary.length;
    if (means.length != width
        || learnt.negativeCentres.length != width
        || learnt.positiveCentres.length != width
        || learnt.negativeSpreads.length != width
        || learnt.positiveSpreads.length != width) {
      throw new IllegalArgumentException("lists of different lengths");
    }
    this.logs = new double[2 * width];
    double sum = prior;
    for (int j = 0; j < width; j++) {
      if (learnt.binary[j]) {
        logs[2 * j] =
            Math.log1p(-learnt.positiveCentres[j]) - Math.log1p(-learnt.negativeCentres[j]);
        logs[2 * j + 1] = Math.log(learnt.positiveCentres[j]) - Math.log(learnt.negativeCentres[j]);
      } else {
        logs[2 * j] =
            (Math.log(learnt.negativeSpreads[j]) - Math.log(learnt.positiveSpreads[j])) / 2;
      }
      sum += means[j];
      if (!Double.isFinite(logs[2 * j]) || !Double.isFinite(logs[2 * j + 1])) {
        throw new IllegalArgumentException("input %d has a class without spread".formatted(j));
      }
    }
    this.base = sum;
    if (!Double.isFinite(sum)) {
      throw new IllegalArgumentException("a term is not finite");
    }
  }

  /// What one input with this value says.
  public double term(int input, double value) {
    if (numbers.binary[input]) {
      return value > 0.5 ? logs[2 * input + 1] : logs[2 * input];
    }
    double positive = value - numbers.positiveCentres[input];
    double negative = value - numbers.negativeCentres[input];
    return logs[2 * input]
        - positive * positive / (2 * numbers.positiveSpreads[input])
        + negative * negative / (2 * numbers.negativeSpreads[input]);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int inputs() {
    return means.length;
  }

  @Override
  public double margin(float[] row, int offset) {
    double sum = prior;
    for (int j = 0; j < means.length; j++) {
      sum += term(j, row[offset + j]);
    }
    return sum;
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    for (int j = 0; j < means.length; j++) {
      out[j] = term(j, row[offset + j]) - means[j];
    }
    out[means.length] = base;
  }

  @Override
  public void write(Path directory) {
    ObjectNode json = CanonicalJson.object().put("kind", KIND).put("prior", prior);
    for (boolean binary : numbers.binary) {
      json.withArray("binary").add(binary);
    }
    ModelFiles.add(numbers.negativeCentres, json.putArray("negativeCentres"));
    ModelFiles.add(numbers.positiveCentres, json.putArray("positiveCentres"));
    ModelFiles.add(numbers.negativeSpreads, json.putArray("negativeSpreads"));
    ModelFiles.add(numbers.positiveSpreads, json.putArray("positiveSpreads"));
    ModelFiles.add(means, json.putArray("means"));
    CanonicalJson.write(json, directory.resolve(FILE));
  }

  /// Found with `ServiceLoader`.
  public static final class Reader implements ModelReader {
    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public Model read(Path directory) {
      Path file = directory.resolve(FILE);
      return ModelFiles.stated(
          file,
          "a naive Bayes model",
          json -> {
            JsonNode flags = json.path("binary");
            boolean[] binary = new boolean[flags.size()];
            for (int j = 0; j < binary.length; j++) {
              binary[j] = flags.required(j).booleanValue();
            }
            return new NaiveBayesModel(
                json.required("prior").doubleValue(),
                new Classes(
                    binary,
                    ModelFiles.doubles(json.required("negativeCentres")),
                    ModelFiles.doubles(json.required("positiveCentres")),
                    ModelFiles.doubles(json.required("negativeSpreads")),
                    ModelFiles.doubles(json.required("positiveSpreads"))),
                ModelFiles.doubles(json.required("means")));
          });
    }
  }
}
