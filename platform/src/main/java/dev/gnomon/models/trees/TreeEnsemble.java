package dev.gnomon.models.trees;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A boosted tree ensemble read from XGBoost's own JSON, scored without XGBoost.
///
/// Margins are the bits XGBoost computes. Trees of depth 8 or less take the branchless kernel,
/// deeper ones a plain loop. Contributions are path-dependent TreeSHAP.
public final class TreeEnsemble implements Model {
  public static final String KIND = "xgboost";
  static final String FILE = "model.json";

  private final byte[] source;
  private final Trees trees;
  private final Output output;
  private final TreeShap shap;
  private final @Nullable HeapKernel kernel;

  private TreeEnsemble(byte[] source, Trees trees, Output output) {
    this.source = source;
    this.trees = trees;
    this.output = output;
    this.shap = new TreeShap(trees);
    this.kernel = trees.depth() <= HeapKernel.DEEPEST ? new HeapKernel(trees) : null;
  }

  /// @param json a model as XGBoost saves it: booster `gbtree`, objective `binary:logistic` or
  ///   `reg:squarederror`, numeric splits
  /// @param place names the model in an error
  /// @throws BadInput when it is not
  public static TreeEnsemble parse(byte[] json, String place) {
    XgboostJson.Parsed parsed = XgboostJson.parse(json, place);
    return new TreeEnsemble(json.clone(), parsed.trees(), parsed.output());
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
    return kernel == null ? trees.margin(row, offset) : kernel.margin(row, offset);
  }

  @Override
  public void margins(float[] rows, int count, double[] out) {
    if (kernel == null) {
      Model.super.margins(rows, count, out);
    } else {
      kernel.margins(rows, count, trees.inputs(), out);
    }
  }

  /// By the plain loop, whatever the depth: what the kernel must agree with.
  double plainMargin(float[] row, int offset) {
    return trees.margin(row, offset);
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    shap.contributions(row, offset, out);
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
