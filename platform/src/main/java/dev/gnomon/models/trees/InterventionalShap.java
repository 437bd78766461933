package dev.gnomon.models.trees;

import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import java.util.Arrays;

/// Shapley values of a tree ensemble against a stated background: an unknown input takes the value
/// of a background row, and the values are averaged over those rows. They differ from the
/// path-dependent ones on the same model, and the base is the mean margin of the background.
///
/// Exact, per background row in one walk: where row and background row part ways at an input not
/// seen before, both children are followed; a leaf reached with a inputs from the row and b from
/// the background weighs (a - 1)! b! / (a + b)! for the former and a! (b - 1)! / (a + b)! against
/// the latter (Lundberg and others: From local explanations to global understanding with
/// explainable AI for trees, 2020, algorithm 3). Costs trees x background rows x leaves reached.
///
/// Safe for several threads; each keeps one work space.
public final class InterventionalShap {
  private final Trees trees;
  private final double divisor;
  private final Matrix background;
  private final double mean;

  /// By the number of inputs from the row and from the background.
  private final double[][] gains;

  private final double[][] losses;
  private final ThreadLocal<Walk> walks;

  private InterventionalShap(TreeBased model, Matrix background) {
    this.trees = model.trees();
    this.divisor = model.divisor();
    this.background = background;
    double sum = 0;
    for (int i = 0; i < background.rows(); i++) {
      sum += model.margin(background.values(), i * background.width());
    }
    this.mean = sum / background.rows();
    int most = Math.min(trees.depth(), trees.inputs()) + 1;
    this.gains = new double[most][most];
    this.losses = new double[most][most];
    for (int a = 0; a < most; a++) {
      for (int b = 0; a + b < most; b++) {
        gains[a][b] = a == 0 ? 0 : inverse(a - 1, b);
        losses[a][b] = b == 0 ? 0 : inverse(a, b - 1);
      }
    }
    this.walks = ThreadLocal.withInitial(Walk::new);
  }

  /// p! q! / (p + q + 1)!
  private static double inverse(int p, int q) {
    double value = 1.0 / (p + q + 1);
    for (int i = 1; i <= p; i++) {
      value *= (double) i / (q + i);
    }
    return value;
  }

  /// @param model made of trees: boosted, a forest, a single one
  /// @param background at least one row of the model's inputs
  /// @throws IllegalArgumentException for another model or background
  public static InterventionalShap of(Model model, Matrix background) {
    if (!(model instanceof TreeBased treeBased)) {
      throw new IllegalArgumentException(
          "a model of kind %s is no sum of trees".formatted(model.kind()));
    }
    if (background.rows() == 0 || background.width() != model.inputs()) {
      throw new IllegalArgumentException(
          "a background of %d rows with %d columns for %d inputs"
              .formatted(background.rows(), background.width(), model.inputs()));
    }
    return new InterventionalShap(treeBased, background);
  }

  /// What each input adds to the mean margin of the background, and last that mean: they add up to
  /// the row's margin.
  ///
  /// @param out of length inputs + 1
  public void contributions(float[] row, int offset, double[] out) {
    int width = trees.inputs();
    Arrays.fill(out, 0, width, 0);
    Walk walk = walks.get();
    for (int i = 0; i < background.rows(); i++) {
      for (int root : trees.roots()) {
        walk.from(root, row, offset, i * width, out);
      }
    }
    for (int i = 0; i < width; i++) {
      out[i] /= divisor * background.rows();
    }
    out[width] = mean;
  }

  private final class Walk {
    /// 1 the row's value is used, -1 the background's, 0 undecided.
    private final byte[] side = new byte[trees.inputs()];

    private final float[] other = background.values();
    private double gain;
    private double loss;

    private void from(int node, float[] row, int at, int otherAt, double[] out) {
      down(node, 0, 0, row, at, otherAt, out);
    }

    /// Leaves in `gain` and `loss` the sums over the leaves below.
    private void down(int node, int a, int b, float[] row, int at, int otherAt, double[] out) {
      if (trees.leaf(node)) {
        double value = trees.value(node);
        gain = value * gains[a][b];
        loss = value * losses[a][b];
        return;
      }
      int input = trees.input(node);
      int mine = child(node, row[at + input]);
      int theirs = child(node, other[otherAt + input]);
      if (mine == theirs || side[input] != 0) {
        down(side[input] < 0 ? theirs : mine, a, b, row, at, otherAt, out);
        return;
      }
      side[input] = 1;
      down(mine, a + 1, b, row, at, otherAt, out);
      double gained = gain;
      double lost = loss;
      side[input] = -1;
      down(theirs, a, b + 1, row, at, otherAt, out);
      side[input] = 0;
      out[input] += gained - loss;
      gain += gained;
      loss += lost;
    }

    private int child(int node, float value) {
      return trees.goesLeft(node, value) ? trees.left(node) : trees.right()[node];
    }
  }
}
