package dev.gnomon.models.trees;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A boosted tree ensemble read from XGBoost's own JSON, scored without XGBoost.
///
/// Margins are the bits XGBoost computes. Trees of depth 8 or less take the branchless kernel,
/// deeper ones a plain loop. Contributions are path-dependent TreeSHAP.
public final class TreeEnsemble implements TreeBased {
  public static final String KIND = "xgboost";
  static final String FILE = "model.json";

  private final byte[] source;
  private final Trees trees;
  private final float baseMargin;
  private final double mean;
  private final Output output;
  private final TreeShap shap;
  private final @Nullable HeapKernel kernel;

  private TreeEnsemble(byte[] source, XgboostJson.Parsed parsed) {
    this.source = source;
    this.trees = parsed.trees();
    this.baseMargin = parsed.baseMargin();
    this.output = parsed.output();
    this.shap = new TreeShap(trees);
    double mean = baseMargin;
    for (int tree = 0; tree < trees.size(); tree++) {
      mean += shap.mean(tree);
    }
    this.mean = mean;
    this.kernel = trees.depth() <= HeapKernel.DEEPEST ? new HeapKernel(trees, baseMargin) : null;
  }

  /// @param json a model as XGBoost saves it: booster `gbtree`, objective `binary:logistic` or
  ///   `reg:squarederror`, numeric splits
  /// @param place names the model in an error
  /// @throws BadInput when it is not
  public static TreeEnsemble parse(byte[] json, String place) {
    return new TreeEnsemble(json.clone(), XgboostJson.parse(json, place));
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
    return kernel == null ? trees.singleSum(baseMargin, row, offset) : kernel.margin(row, offset);
  }

  @Override
  public void margins(float[] rows, int count, double[] out) {
    if (kernel == null) {
      TreeBased.super.margins(rows, count, out);
    } else {
      kernel.margins(rows, count, trees.inputs(), out);
    }
  }

  /// By the plain loop, whatever the depth: what the kernel must agree with.
  double plainMargin(float[] row, int offset) {
    return trees.singleSum(baseMargin, row, offset);
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    Arrays.fill(out, 0, trees.inputs(), 0);
    out[trees.inputs()] = mean;
    shap.addAll(row, offset, out);
  }

  @Override
  public Trees trees() {
    return trees;
  }

  @Override
  public double base() {
    return baseMargin;
  }

  @Override
  public double divisor() {
    return 1;
  }

  @Override
  public void write(Path directory) {
    try {
      Files.write(directory.resolve(FILE), source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
