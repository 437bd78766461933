package dev.gnomon.learners.trees;

/// The rows of a tree, so ordered that those of each node stand together, with their weights and
/// targets beside them.
final class NodeRows {
  private final int[] order;
  private final float[] weights;
  private final float[] targets;
  private final int[] otherOrder;
  private final float[] otherWeights;
  private final float[] otherTargets;
  private final int size;

  /// @param rowWeights rows of weight 0 are left out
  NodeRows(float[] rowTargets, float[] rowWeights) {
    int count = 0;
    for (float weight : rowWeights) {
      count += weight > 0 ? 1 : 0;
    }
    this.size = count;
    this.order = new int[count];
    this.weights = new float[count];
    this.targets = new float[count];
    this.otherOrder = new int[count];
    this.otherWeights = new float[count];
    this.otherTargets = new float[count];
    int at = 0;
    for (int i = 0; i < rowWeights.length; i++) {
      if (rowWeights[i] > 0) {
        order[at] = i;
        weights[at] = rowWeights[i];
        targets[at++] = rowTargets[i];
      }
    }
  }

  int size() {
    return size;
  }

  int[] order() {
    return order;
  }

  float[] weights() {
    return weights;
  }

  float[] targets() {
    return targets;
  }

  /// Puts the rows that go left first, each side in its old order.
  ///
  /// @return where the right side begins
  int part(Bins bins, int from, int to, Split by) {
    int missing = bins.present(by.column);
    int left = from;
    int right = 0;
    byte[] narrow = bins.narrow(by.column);
    boolean isNarrow = bins.isNarrow(by.column);
    for (int i = from; i < to; i++) {
      int row = order[i];
      int bin = isNarrow ? narrow[row] & 0xFF : bins.bin(by.column, row);
      if (bin == missing ? by.missingLeft : bin <= by.lastLeft) {
        order[left] = row;
        weights[left] = weights[i];
        targets[left++] = targets[i];
      } else {
        otherOrder[right] = row;
        otherWeights[right] = weights[i];
        otherTargets[right++] = targets[i];
      }
    }
    System.arraycopy(otherOrder, 0, order, left, right);
    System.arraycopy(otherWeights, 0, weights, left, right);
    System.arraycopy(otherTargets, 0, targets, left, right);
    return left;
  }
}
