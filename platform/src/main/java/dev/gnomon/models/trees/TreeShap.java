package dev.gnomon.models.trees;

import java.util.Arrays;

/// Shapley values of a tree ensemble with path-dependent expectations: an unknown input follows
/// both children in proportion to the training weight that went there.
///
/// Lundberg, Erion, Lee: Consistent individualized feature attribution for tree ensembles (2018),
/// algorithm 2, in O(leaves x depth^2) per tree. It walks each tree once and keeps, for the inputs
/// on the path, which share of all subsets lets the row through (one) or follows the training data
/// (zero). In double precision; the values and the base add up to the margin.
final class TreeShap {
  private final Trees trees;
  private final double base;

  TreeShap(Trees trees) {
    this.trees = trees;
    double sum = trees.baseMargin();
    for (int root : trees.roots()) {
      sum += mean(root);
    }
    this.base = sum;
  }

  private double mean(int node) {
    if (trees.leaf(node)) {
      return trees.threshold()[node];
    }
    int left = trees.left()[node];
    int right = trees.right()[node];
    return share(left, node) * mean(left) + share(right, node) * mean(right);
  }

  private double share(int child, int parent) {
    float whole = trees.cover()[parent];
    return whole > 0 ? (double) trees.cover()[child] / whole : 0.5;
  }

  void contributions(float[] row, int offset, double[] out) {
    Arrays.fill(out, 0, trees.inputs(), 0);
    out[trees.inputs()] = base;
    Walk walk = new Walk(row, offset, out);
    for (int root : trees.roots()) {
      walk.step(root, 0, 0, 1, 1, -1);
    }
  }

  /// One explanation of one row. Each level of the walk has its own copy of the path, since both
  /// children continue from it.
  private final class Walk {
    private final float[] row;
    private final int offset;
    private final double[] out;
    private final int[] feature;
    private final double[] zero;
    private final double[] one;
    private final double[] weight;

    Walk(float[] row, int offset, double[] out) {
      this.row = row;
      this.offset = offset;
      this.out = out;
      int longest = trees.depth() + 2;
      int size = longest * (longest + 1) / 2;
      this.feature = new int[size];
      this.zero = new double[size];
      this.one = new double[size];
      this.weight = new double[size];
    }

    /// @param start where the path of the parent stands
    /// @param length its length
    void step(
        int node, int start, int length, double zeroShare, double oneShare, int throughFeature) {
      int at = start + length;
      System.arraycopy(feature, start, feature, at, length);
      System.arraycopy(zero, start, zero, at, length);
      System.arraycopy(one, start, one, at, length);
      System.arraycopy(weight, start, weight, at, length);
      extend(at, length, zeroShare, oneShare, throughFeature);
      int depth = length;
      if (trees.leaf(node)) {
        for (int i = 1; i <= depth; i++) {
          out[feature[at + i]] +=
              unwoundSum(at, depth, i) * (one[at + i] - zero[at + i]) * trees.threshold()[node];
        }
        return;
      }
      int split = trees.feature()[node];
      int hot = trees.next(node, row[offset + split]);
      int cold = hot == trees.left()[node] ? trees.right()[node] : trees.left()[node];
      double zeroBefore = 1;
      double oneBefore = 1;
      for (int i = 1; i <= depth; i++) {
        if (feature[at + i] == split) {
          zeroBefore = zero[at + i];
          oneBefore = one[at + i];
          unwind(at, depth, i);
          depth--;
          break;
        }
      }
      step(hot, at, depth + 1, zeroBefore * share(hot, node), oneBefore, split);
      step(cold, at, depth + 1, zeroBefore * share(cold, node), 0, split);
    }

    private void extend(int at, int depth, double zeroShare, double oneShare, int through) {
      feature[at + depth] = through;
      zero[at + depth] = zeroShare;
      one[at + depth] = oneShare;
      weight[at + depth] = depth == 0 ? 1 : 0;
      for (int i = depth - 1; i >= 0; i--) {
        weight[at + i + 1] += oneShare * weight[at + i] * (i + 1) / (depth + 1);
        weight[at + i] = zeroShare * weight[at + i] * (depth - i) / (depth + 1);
      }
    }

    private void unwind(int at, int depth, int index) {
      double oneShare = one[at + index];
      double zeroShare = zero[at + index];
      double next = weight[at + depth];
      for (int i = depth - 1; i >= 0; i--) {
        if (oneShare != 0) {
          double kept = weight[at + i];
          weight[at + i] = next * (depth + 1) / ((i + 1) * oneShare);
          next = kept - weight[at + i] * zeroShare * (depth - i) / (depth + 1);
        } else {
          weight[at + i] = weight[at + i] * (depth + 1) / (zeroShare * (depth - i));
        }
      }
      for (int i = index; i < depth; i++) {
        feature[at + i] = feature[at + i + 1];
        zero[at + i] = zero[at + i + 1];
        one[at + i] = one[at + i + 1];
      }
    }

    private double unwoundSum(int at, int depth, int index) {
      double oneShare = one[at + index];
      double zeroShare = zero[at + index];
      double next = weight[at + depth];
      double total = 0;
      for (int i = depth - 1; i >= 0; i--) {
        if (oneShare != 0) {
          double part = next * (depth + 1) / ((i + 1) * oneShare);
          total += part;
          next = weight[at + i] - part * zeroShare * (depth - i) / (depth + 1);
        } else if (zeroShare != 0) {
          total += weight[at + i] * (depth + 1) / (zeroShare * (depth - i));
        }
      }
      return total;
    }
  }
}
