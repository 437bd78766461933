package dev.gnomon.models.trees;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A boosted tree ensemble read from XGBoost's own file, scored without XGBoost.
///
/// Margins are the bits XGBoost computes. Few shallow numeric trees take the padded heap, others
/// the [FlatKernel]. Contributions are path-dependent TreeSHAP.
public final class TreeEnsemble implements TreeBased {
  public static final String KIND = "xgboost";
  private static final int MOST_PADDED = 1 << 16;

  private final byte[] source;
  private final String file;
  private final Trees trees;
  private final float baseMargin;
  private final double mean;
  private final Output output;
  private final TreeShap shap;
  private final @Nullable HeapKernel heap;
  private final @Nullable FlatKernel flat;

  private TreeEnsemble(byte[] source, XgboostFile.Parsed parsed, Trees trees) {
    this.source = source;
    this.file = XgboostReader.file(parsed.format());
    this.trees = trees;
    this.baseMargin = parsed.baseMargin();
    this.output = parsed.objective().output();
    this.shap = new TreeShap(trees);
    double mean = baseMargin;
    for (int tree = 0; tree < trees.size(); tree++) {
      mean += shap.mean(tree);
    }
    this.mean = mean;
    // The padded heap beats the flat layout as long as it stays in the nearer caches.
    boolean shallow =
        trees.depth() <= HeapKernel.DEEPEST
            && trees.questions() == null
            && (long) trees.size() << trees.depth() <= MOST_PADDED;
    this.heap = shallow ? new HeapKernel(trees, baseMargin) : null;
    this.flat = shallow ? null : FlatKernel.of(trees, baseMargin, true);
  }

  /// @param bytes a model as XGBoost saves it, JSON or UBJSON, booster `gbtree` or `dart`
  /// @param place names the model in an error
  /// @throws BadInput when it is not, or can't be scored
  public static TreeEnsemble parse(byte[] bytes, String place) {
    if (imported(bytes, place).model() instanceof TreeEnsemble ensemble) {
      return ensemble;
    }
    throw new BadInput(place, "its booster is linear", "an XGBoost model of trees");
  }

  /// The same with what the file says of its inputs, or a linear booster.
  static ImportedTrees imported(byte[] bytes, String place) {
    byte[] source = bytes.clone();
    XgboostFile.Parsed parsed = XgboostFile.parse(source, place);
    Model model =
        switch (parsed.booster()) {
          case XgboostFile.Booster.Summed(Trees trees) -> new TreeEnsemble(source, parsed, trees);
          case XgboostFile.Booster.Linear(float[] weights) ->
              new BoostedLinear(source, parsed, weights);
        };
    return new ImportedTrees(model, parsed.format(), parsed.name(), parsed.features());
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
    if (heap != null) {
      return heap.margin(row, offset);
    }
    return flat == null ? trees.singleSum(baseMargin, row, offset) : flat.sum(row, offset);
  }

  @Override
  public void margins(float[] rows, int count, double[] out) {
    if (heap != null) {
      heap.margins(rows, count, trees.inputs(), out);
    } else if (flat != null) {
      flat.sums(rows, count, out);
    } else {
      TreeBased.super.margins(rows, count, out);
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
      Files.write(directory.resolve(file), source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
