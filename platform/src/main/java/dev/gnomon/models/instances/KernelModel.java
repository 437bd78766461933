package dev.gnomon.models.instances;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.Model;
import dev.gnomon.models.ModelFiles;
import dev.gnomon.models.Output;
import dev.gnomon.models.PathContributions;
import dev.gnomon.models.spi.ModelReader;
import java.nio.file.Path;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/// scale x (sum of coefficient x kernel(support row, row) + intercept) + shift: log-odds of a
/// support vector classifier brought to probabilities, or the number of a support vector
/// regression.
///
/// The model holds its support rows, which are (scaled) training rows. Contributions are
/// [PathContributions] from the mean training row.
public final class KernelModel implements Model {
  public static final String KIND = "svm";
  private static final String FILE = "model.json";

  private final Output output;
  private final Kernel kernel;
  private final RowBlocks rows;
  private final double[] coefficients;
  private final double intercept;
  private final double scale;
  private final double shift;
  private final float[] means;
  private final ThreadLocal<double[]> scratch =
      ThreadLocal.withInitial(() -> new double[RowBlocks.BLOCK]);

  /// @param coefficients one per support row
  /// @param scale times the decision value, plus `shift`, is the output
  /// @param means of the inputs over the training rows
  public KernelModel(
      Output output,
      Kernel kernel,
      RowBlocks rows,
      double[] coefficients,
      double intercept,
      double scale,
      double shift,
      float[] means) {
    if (coefficients.length != rows.rows() || means.length != rows.width()) {
      throw new IllegalArgumentException("lists of different lengths");
    }
    this.output = output;
    this.kernel = kernel;
    this.rows = rows;
    this.coefficients = coefficients.clone();
    this.intercept = intercept;
    this.scale = scale;
    this.shift = shift;
    this.means = means.clone();
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int inputs() {
    return rows.width();
  }

  @Override
  public Output output() {
    return output;
  }

  /// How many support rows it keeps.
  public int size() {
    return rows.rows();
  }

  /// The signed distance to the surface, before it is brought to log-odds or the target's unit.
  public double decision(float[] row, int offset) {
    double[] values = scratch.get();
    double sum = intercept;
    for (int block = 0; block < rows.blocks(); block++) {
      kernel.values(rows, block, row, offset, values);
      int first = block * RowBlocks.BLOCK;
      for (int i = 0; i < rows.size(block); i++) {
        sum += coefficients[first + i] * values[i];
      }
    }
    return sum;
  }

  @Override
  public double margin(float[] row, int offset) {
    return scale * decision(row, offset) + shift;
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    PathContributions.of(this, means, row, offset, out);
  }

  @Override
  public void write(Path directory) {
    ObjectNode json =
        CanonicalJson.object()
            .put("kind", KIND)
            .put("output", output.name().toLowerCase(Locale.ROOT))
            .put("kernel", kernel.shape().name().toLowerCase(Locale.ROOT))
            .put("gamma", kernel.gamma())
            .put("kernelShift", kernel.shift())
            .put("degree", kernel.degree())
            .put("rows", rows.rows())
            .put("width", rows.width())
            .put("intercept", intercept)
            .put("scale", scale)
            .put("shift", shift);
    ModelFiles.add(coefficients, json.putArray("coefficients"));
    ModelFiles.add(means, json.putArray("means"));
    CanonicalJson.write(json, directory.resolve(FILE));
    rows.write(directory);
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
          "a support vector model",
          json ->
              new KernelModel(
                  Output.valueOf(json.required("output").stringValue().toUpperCase(Locale.ROOT)),
                  new Kernel(
                      Kernel.Shape.valueOf(
                          json.required("kernel").stringValue().toUpperCase(Locale.ROOT)),
                      json.required("gamma").doubleValue(),
                      json.required("kernelShift").doubleValue(),
                      json.required("degree").intValue()),
                  RowBlocks.read(directory, json),
                  ModelFiles.doubles(json.required("coefficients")),
                  json.required("intercept").doubleValue(),
                  json.required("scale").doubleValue(),
                  json.required("shift").doubleValue(),
                  ModelFiles.row(json.required("means"))));
    }
  }
}
