package dev.gnomon.models.trees;

import org.jspecify.annotations.Nullable;

/// One binary tree in preorder: the left child of an inner node stands right behind it.
///
/// A row goes left when its value is below the threshold, and by the learned direction when it is
/// missing. With a threshold of minus infinity nothing but missing values can go left.
///
/// Trees read from elsewhere may ask more, see [Questions].
///
/// @param right the right child of an inner node; of a leaf -1 - its position in `values`
/// @param feature of an inner node: twice the input, plus one if missing values go left
/// @param cover the training weight that reached the node
/// @param values of the leaves, in their order
/// @param questions null where every node asks for values below its threshold
public record Tree(
    int[] right,
    int[] feature,
    float[] threshold,
    float[] cover,
    double[] values,
    @Nullable Questions questions) {
  /// Deeper trees are refused: explaining a row keeps one entry per level.
  public static final int DEEPEST = 512;

  public Tree {
    int nodes = right.length;
    if (nodes == 0
        || feature.length != nodes
        || threshold.length != nodes
        || cover.length != nodes
        || values.length != (nodes + 1) / 2
        || (questions != null && questions.of().length != nodes)) {
      throw new IllegalArgumentException(
          "%d nodes with %d leaves are no binary tree".formatted(nodes, values.length));
    }
  }

  /// A tree whose nodes all ask for values below their threshold.
  public Tree(int[] right, int[] feature, float[] threshold, float[] cover, double[] values) {
    this(right, feature, threshold, cover, values, null);
  }

  public int size() {
    return right.length;
  }

  /// The value of the leaf that a row ends in.
  public double score(float[] row, int offset) {
    int node = 0;
    int next = right[node];
    while (next >= 0) {
      node = goesLeft(node, row[offset + (feature[node] >> 1)]) ? node + 1 : next;
      next = right[node];
    }
    return values[-1 - next];
  }

  private boolean goesLeft(int node, float value) {
    boolean missingLeft = (feature[node] & 1) != 0;
    if (questions != null && questions.of()[node] != Questions.BELOW) {
      return questions.left(node, value, threshold[node], missingLeft);
    }
    return Float.isNaN(value) ? missingLeft : value < threshold[node];
  }

  /// The longest path from the root, in edges.
  ///
  /// @throws IllegalArgumentException if the arrays are no tree in preorder over so many inputs, or
  ///   one deeper than [#DEEPEST]
  int checkedDepth(int inputs) {
    Check check = new Check(inputs);
    int end = check.subtree(0, 0);
    if (end != size() || check.leaves != values.length) {
      throw new IllegalArgumentException("%d of %d nodes hang on the root".formatted(end, size()));
    }
    return check.deepest;
  }

  private final class Check {
    private final int inputs;
    private int leaves;
    private int deepest;

    Check(int inputs) {
      this.inputs = inputs;
    }

    /// The position behind the subtree.
    int subtree(int node, int level) {
      if (level > DEEPEST) {
        throw new IllegalArgumentException("it is deeper than %d".formatted(DEEPEST));
      }
      if (node >= size() || !(cover[node] >= 0 && cover[node] <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException("node %d is missing or has no weight".formatted(node));
      }
      deepest = Math.max(deepest, level);
      if (right[node] < 0) {
        if (right[node] != -1 - leaves || !Double.isFinite(values[leaves])) {
          throw new IllegalArgumentException("the leaf at node %d has no value".formatted(node));
        }
        leaves++;
        return node + 1;
      }
      if (feature[node] < 0 || feature[node] >> 1 >= inputs || Float.isNaN(threshold[node])) {
        throw new IllegalArgumentException(
            "node %d reads input %d of %d at %s"
                .formatted(node, feature[node] >> 1, inputs, threshold[node]));
      }
      int between = subtree(node + 1, level + 1);
      if (between != right[node]) {
        throw new IllegalArgumentException(
            "node %d has its right child at %d".formatted(node, right[node]));
      }
      return subtree(between, level + 1);
    }
  }
}
