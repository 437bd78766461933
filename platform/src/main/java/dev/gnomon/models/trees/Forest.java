package dev.gnomon.models.trees;

import dev.gnomon.models.Output;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Trees that are averaged (a single tree, random forest, extra trees) or summed (boosted stumps),
/// in double precision and in their order.
///
/// Contributions are path-dependent TreeSHAP of every tree, combined as the trees are. Such trees
/// are often too deep for the padded heap of boosted ones and take the [FlatKernel].
public final class Forest implements TreeBased {
  /// How trees make the raw output.
  public enum Combination {
    SUM,
    MEAN
  }

  private final String kind;
  private final Output output;
  private final Combination combination;
  private final double base;
  private final Trees trees;
  private final TreeShap shap;
  private final double mean;
  private final OutOfBag outOfBag;
  private final @Nullable FlatKernel kernel;

  /// @param kind the trainer's name
  /// @param base added to the combined trees
  /// @throws IllegalArgumentException naming the tree that is none
  public Forest(
      String kind,
      Output output,
      Combination combination,
      double base,
      int inputs,
      List<Tree> trees,
      OutOfBag outOfBag) {
    if (trees.isEmpty() || !Double.isFinite(base)) {
      throw new IllegalArgumentException("%d trees on base %s".formatted(trees.size(), base));
    }
    this.kind = kind;
    this.output = output;
    this.combination = combination;
    this.base = base;
    this.trees = Trees.of(inputs, trees);
    if (this.trees.questions() != null) {
      throw new IllegalArgumentException("the file of a forest can't hold splits on categories");
    }
    this.shap = new TreeShap(this.trees);
    this.outOfBag = outOfBag;
    this.kernel = FlatKernel.of(this.trees, 0, false);
    double sum = 0;
    for (int tree = 0; tree < trees.size(); tree++) {
      sum += shap.mean(tree);
    }
    this.mean = base + sum / divisor();
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public Output output() {
    return output;
  }

  @Override
  public int inputs() {
    return trees.inputs();
  }

  Combination combination() {
    return combination;
  }

  @Override
  public double base() {
    return base;
  }

  /// How many trees.
  public int size() {
    return trees.size();
  }

  /// Inner nodes and leaves of all trees.
  public int nodes() {
    return trees.right().length;
  }

  /// Leaves of all trees.
  public int leaves() {
    return trees.values().length;
  }

  /// The longest path, in edges.
  public int depth() {
    return trees.depth();
  }

  /// The estimate without a validation part, where the trees were grown on samples.
  public OutOfBag outOfBag() {
    return outOfBag;
  }

  @Override
  public Trees trees() {
    return trees;
  }

  /// One of the trees.
  public Tree tree(int index) {
    return trees.tree(index);
  }

  @Override
  public double divisor() {
    return combination == Combination.MEAN ? trees.size() : 1;
  }

  @Override
  public double margin(float[] row, int offset) {
    double sum = kernel == null ? trees.sum(row, offset) : kernel.sum(row, offset);
    return base + sum / divisor();
  }

  @Override
  public void margins(float[] rows, int count, double[] out) {
    if (kernel == null) {
      TreeBased.super.margins(rows, count, out);
      return;
    }
    kernel.sums(rows, count, out);
    for (int i = 0; i < count; i++) {
      out[i] = base + out[i] / divisor();
    }
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    int width = inputs();
    Arrays.fill(out, 0, width, 0);
    shap.addAll(row, offset, out);
    for (int i = 0; i < width; i++) {
      out[i] /= divisor();
    }
    out[width] = mean;
  }

  @Override
  public void write(Path directory) {
    ForestFile.write(this, directory);
  }
}
