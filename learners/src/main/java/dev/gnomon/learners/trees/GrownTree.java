package dev.gnomon.learners.trees;

import dev.gnomon.models.trees.Tree;
import java.util.Arrays;

/// A tree as it grew: nodes in the order of their making, each with what its rows were like.
final class GrownTree {
  private int size;
  private int[] left = new int[16];
  private int[] right = new int[16];
  private int[] feature = new int[16];
  private float[] threshold = new float[16];
  private double[] weight = new double[16];
  private double[] sum = new double[16];
  private double[] impurity = new double[16];

  /// Adds a leaf.
  int add(double nodeWeight, double nodeSum, double nodeImpurity) {
    if (size == left.length) {
      int more = 2 * size;
      left = Arrays.copyOf(left, more);
      right = Arrays.copyOf(right, more);
      feature = Arrays.copyOf(feature, more);
      threshold = Arrays.copyOf(threshold, more);
      weight = Arrays.copyOf(weight, more);
      sum = Arrays.copyOf(sum, more);
      impurity = Arrays.copyOf(impurity, more);
    }
    left[size] = -1;
    right[size] = -1;
    weight[size] = nodeWeight;
    sum[size] = nodeSum;
    impurity[size] = nodeImpurity;
    return size++;
  }

  void split(int node, Split by, int leftChild, int rightChild) {
    left[node] = leftChild;
    right[node] = rightChild;
    feature[node] = 2 * by.column + (by.missingLeft ? 1 : 0);
    threshold[node] = by.threshold;
  }

  int size() {
    return size;
  }

  boolean leaf(int node) {
    return left[node] < 0;
  }

  int left(int node) {
    return left[node];
  }

  int right(int node) {
    return right[node];
  }

  double weight(int node) {
    return weight[node];
  }

  /// The weighted mean of the targets: a probability or a predicted number.
  double mean(int node) {
    return sum[node] / weight[node];
  }

  double impurity(int node) {
    return impurity[node];
  }

  /// The leaf that a row ends in.
  int leafOf(float[] row, int offset) {
    int node = 0;
    while (left[node] >= 0) {
      node = next(node, row, offset);
    }
    return node;
  }

  int next(int node, float[] row, int offset) {
    float value = row[offset + (feature[node] >> 1)];
    boolean goesLeft = Float.isNaN(value) ? (feature[node] & 1) != 0 : value < threshold[node];
    return goesLeft ? left[node] : right[node];
  }

  /// The value of a leaf.
  interface LeafValue {
    double of(int node);
  }

  /// In the layout of a model, with nodes that `cut` names made into leaves.
  Tree tree(boolean[] cut, LeafValue value) {
    Layout layout = new Layout(cut, value);
    layout.add(0);
    return layout.tree();
  }

  Tree tree() {
    return tree(new boolean[size], this::mean);
  }

  private final class Layout {
    private final boolean[] cut;
    private final LeafValue value;
    private final int[] next = new int[size];
    private final int[] inputs = new int[size];
    private final float[] limits = new float[size];
    private final float[] cover = new float[size];
    private final double[] values = new double[size];
    private int nodes;
    private int leaves;

    Layout(boolean[] cut, LeafValue value) {
      this.cut = cut;
      this.value = value;
    }

    void add(int node) {
      int at = nodes++;
      cover[at] = (float) weight[node];
      if (left[node] < 0 || cut[node]) {
        next[at] = -1 - leaves;
        values[leaves++] = value.of(node);
        return;
      }
      inputs[at] = feature[node];
      limits[at] = threshold[node];
      add(left[node]);
      next[at] = nodes;
      add(right[node]);
    }

    Tree tree() {
      return new Tree(
          Arrays.copyOf(next, nodes),
          Arrays.copyOf(inputs, nodes),
          Arrays.copyOf(limits, nodes),
          Arrays.copyOf(cover, nodes),
          Arrays.copyOf(values, leaves));
    }
  }
}
