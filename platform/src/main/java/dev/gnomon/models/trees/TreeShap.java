package dev.gnomon.models.trees;

import java.util.Arrays;

/// Shapley values of a tree ensemble with path-dependent expectations: an unknown input follows
/// both children in proportion to the training weight that went there (Lundberg, Erion, Lee:
/// Consistent individualized feature attribution for tree ensembles, 2018).
///
/// Lundberg's algorithm keeps, per leaf, a polynomial of the share of subsets that let the row
/// through, and takes it apart again for every input. Here the same polynomial is kept by its
/// values at Gauss-Legendre points, because a Shapley value is an integral: for a leaf of value v
/// whose path asks inputs F, with o = 1 where the row passes and z the share of the training weight
/// that does,
///
/// phi(i) = v (o_i - z_i) x integral over t in [0, 1] of prod over j in F without i of (o_j t + z_j
/// (1 - t)).
///
/// The integrand has a degree below |F|, so that |F| / 2 points are exact. Extending a path is one
/// product per point, and sums over the leaves below a node are carried upwards, which makes
/// O(nodes x depth / 2) per tree without a stack of paths (the scheme of Yu, Bifet, Read, Xu:
/// Linear TreeSHAP, 2022). In double precision; the values and the base add up to the margin.
///
/// A row needs no memory of its own: each thread keeps one work space.
final class TreeShap {
  private final Trees trees;
  private final double[] means;
  private final double[] points;
  private final double[] weights;
  private final ThreadLocal<Walk> walks;

  TreeShap(Trees trees) {
    this.trees = trees;
    this.means = new double[trees.size()];
    for (int tree = 0; tree < means.length; tree++) {
      means[tree] = trees.mean(trees.roots()[tree]);
    }
    int inputs = Math.max(1, Math.min(trees.depth(), trees.inputs()));
    Quadrature quadrature = Quadrature.of((inputs + 1) / 2);
    this.points = quadrature.points();
    this.weights = quadrature.weights();
    this.walks = ThreadLocal.withInitial(Walk::new);
  }

  /// What the tree says of a row about which nothing is known.
  double mean(int tree) {
    return means[tree];
  }

  /// Adds what each input contributes to the tree's value for the row.
  void add(int tree, float[] row, int offset, double[] out) {
    Walk walk = walks.get();
    Arrays.fill(walk.product, 0, points.length, 1);
    walk.down(trees.roots()[tree], 0, row, offset, out);
  }

  /// Adds the contributions of all trees.
  void addAll(float[] row, int offset, double[] out) {
    for (int tree = 0; tree < means.length; tree++) {
      add(tree, row, offset, out);
    }
  }

  /// One walk through one tree. Level by level: the product along the path and the sum over the
  /// leaves below, at every point; by input: its share and whether the row passes it so far.
  private final class Walk {
    private final int n = points.length;
    private final double[] product = new double[(trees.depth() + 1) * n];
    private final double[] below = new double[(trees.depth() + 1) * n];
    private final double[] zero = new double[trees.inputs()];
    private final boolean[] fails = new boolean[trees.inputs()];

    Walk() {
      Arrays.fill(zero, 1);
    }

    private void down(int node, int level, float[] row, int offset, double[] out) {
      int at = level * n;
      int right = trees.right()[node];
      if (right < 0) {
        double value = trees.values()[-1 - right];
        for (int q = 0; q < n; q++) {
          below[at + q] = value * product[at + q];
        }
        return;
      }
      int input = trees.input(node);
      boolean goesLeft = trees.goesLeft(node, row[offset + input]);
      double leftShare = trees.leftShare(node);
      child(node + 1, level, input, leftShare, goesLeft, row, offset, out);
      for (int q = 0; q < n; q++) {
        below[at + q] = below[at + n + q];
      }
      child(right, level, input, 1 - leftShare, !goesLeft, row, offset, out);
      for (int q = 0; q < n; q++) {
        below[at + q] += below[at + n + q];
      }
    }

    /// @param passes whether the row goes to this child
    private void child(
        int node,
        int level,
        int input,
        double share,
        boolean passes,
        float[] row,
        int offset,
        double[] out) {
      int from = level * n;
      int to = from + n;
      double before = zero[input];
      boolean failed = fails[input];
      double now = before * share;
      if (failed) {
        // Failed further up already: nothing but the share changes, and the edge above counts it.
        for (int q = 0; q < n; q++) {
          product[to + q] = product[from + q] * share;
        }
        zero[input] = now;
        down(node, level + 1, row, offset, out);
        zero[input] = before;
        return;
      }
      for (int q = 0; q < n; q++) {
        double t = points[q];
        double factor = passes ? t + now * (1 - t) : now * (1 - t);
        product[to + q] = product[from + q] * factor / (t + before * (1 - t));
      }
      zero[input] = now;
      fails[input] = !passes;
      down(node, level + 1, row, offset, out);
      zero[input] = before;
      fails[input] = false;
      double sum = 0;
      for (int q = 0; q < n; q++) {
        double t = points[q];
        double here = passes ? (1 - now) / (t + now * (1 - t)) : -1 / (1 - t);
        // The edge above counted these leaves as if it were the last to ask this input.
        double above = (1 - before) / (t + before * (1 - t));
        sum += weights[q] * (here - above) * below[to + q];
      }
      out[input] += sum;
    }
  }
}
