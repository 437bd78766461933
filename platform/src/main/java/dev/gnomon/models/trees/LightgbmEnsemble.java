package dev.gnomon.models.trees;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.spi.ModelReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Trees read from LightGBM's own text, scored without LightGBM: summed in double precision and in
/// their order, as LightGBM does. Contributions are path-dependent TreeSHAP.
public final class LightgbmEnsemble implements TreeBased {
  public static final String KIND = "lightgbm";
  private static final String FILE = "model.txt";

  private final byte[] source;
  private final Trees trees;
  private final Output output;
  private final double divisor;
  private final TreeShap shap;
  private final double mean;
  private final @Nullable FlatKernel kernel;

  private LightgbmEnsemble(byte[] source, LightgbmText.Parsed parsed) {
    this.source = source;
    this.trees = parsed.trees();
    this.output = parsed.output();
    this.divisor = parsed.divisor();
    this.shap = new TreeShap(trees);
    double sum = 0;
    for (int tree = 0; tree < trees.size(); tree++) {
      sum += shap.mean(tree);
    }
    this.mean = sum / divisor;
    this.kernel = FlatKernel.of(trees, 0, false);
  }

  /// @param bytes a model as LightGBM saves it
  /// @param place names the model in an error
  /// @throws BadInput when it is not, or can't be scored
  public static LightgbmEnsemble parse(byte[] bytes, String place) {
    return new LightgbmEnsemble(bytes.clone(), LightgbmText.parse(bytes, place));
  }

  /// The same with what the file says of its inputs.
  static ImportedTrees imported(byte[] bytes, String place) {
    LightgbmText.Parsed parsed = LightgbmText.parse(bytes, place);
    return new ImportedTrees(
        new LightgbmEnsemble(bytes.clone(), parsed),
        ImportedTrees.Format.LIGHTGBM_TEXT,
        parsed.objective(),
        parsed.features());
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int inputs() {
    return trees.inputs();
  }

  @Override
  public Output output() {
    return output;
  }

  /// How many trees.
  public int size() {
    return trees.size();
  }

  @Override
  public double margin(float[] row, int offset) {
    return (kernel == null ? trees.sum(row, offset) : kernel.sum(row, offset)) / divisor;
  }

  @Override
  public void margins(float[] rows, int count, double[] out) {
    if (kernel == null) {
      TreeBased.super.margins(rows, count, out);
      return;
    }
    kernel.sums(rows, count, out);
    for (int i = 0; i < count; i++) {
      out[i] /= divisor;
    }
  }

  /// By the plain loop: what the kernel must agree with.
  double plainMargin(float[] row, int offset) {
    return trees.sum(row, offset) / divisor;
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    int width = trees.inputs();
    Arrays.fill(out, 0, width, 0);
    shap.addAll(row, offset, out);
    for (int i = 0; i < width; i++) {
      out[i] /= divisor;
    }
    out[width] = mean;
  }

  @Override
  public Trees trees() {
    return trees;
  }

  @Override
  public double base() {
    return 0;
  }

  @Override
  public double divisor() {
    return divisor;
  }

  @Override
  public void write(Path directory) {
    try {
      Files.write(directory.resolve(FILE), source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads LightGBM models without LightGBM; found with `ServiceLoader`.
  public static final class Reader implements ModelReader {
    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public Model read(Path directory) {
      Path file = directory.resolve(FILE);
      try {
        return parse(Files.readAllBytes(file), file.toString());
      } catch (IOException e) {
        throw new BadInput(file.toString(), "it can't be read", "a LightGBM model in text");
      }
    }
  }
}
