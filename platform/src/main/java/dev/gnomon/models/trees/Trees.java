package dev.gnomon.models.trees;

/// The trees of an ensemble as flat arrays, one entry per node; the nodes of a tree stand together.
///
/// A row goes left when its value is below the threshold, and by `defaultLeft` when it is missing.
/// A node without children (`left` is -1) is a leaf and has its value in `threshold`.
///
/// @param roots first node of each tree
/// @param left the left child as a position in these arrays, or -1
/// @param cover the training weight that reached the node
record Trees(
    int inputs,
    float baseMargin,
    int[] roots,
    int[] left,
    int[] right,
    int[] feature,
    float[] threshold,
    boolean[] defaultLeft,
    float[] cover,
    int depth) {

  int size() {
    return roots.length;
  }

  boolean leaf(int node) {
    return left[node] < 0;
  }

  int next(int node, float value) {
    boolean goLeft = Float.isNaN(value) ? defaultLeft[node] : value < threshold[node];
    return goLeft ? left[node] : right[node];
  }

  /// Sums in single precision, base first, then tree by tree: the order of XGBoost, so that the
  /// margins are the same bits.
  float margin(float[] row, int offset) {
    float sum = baseMargin;
    for (int root : roots) {
      int node = root;
      while (left[node] >= 0) {
        node = next(node, row[offset + feature[node]]);
      }
      sum += threshold[node];
    }
    return sum;
  }
}
