package dev.gnomon.models.trees;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The trees of an ensemble one after the other, each laid out as a [Tree], with positions in the
/// common arrays. 20 bytes per node on average, in the order in which a walk reads them.
///
/// @param roots first node of each tree
/// @param questions of all nodes; null where every node asks for values below its threshold
/// @param depth the longest path of any tree, in edges
record Trees(
    int inputs,
    int[] roots,
    int[] right,
    int[] feature,
    float[] threshold,
    float[] cover,
    double[] values,
    @Nullable Questions questions,
    int depth) {

  /// @throws IllegalArgumentException naming the tree that is none
  static Trees of(int inputs, List<Tree> trees) {
    int nodes = 0;
    int leaves = 0;
    for (Tree tree : trees) {
      nodes = Math.addExact(nodes, tree.size());
      leaves += tree.values().length;
    }
    int[] roots = new int[trees.size()];
    int[] right = new int[nodes];
    int[] feature = new int[nodes];
    float[] threshold = new float[nodes];
    float[] cover = new float[nodes];
    double[] values = new double[leaves];
    int at = 0;
    int leaf = 0;
    int deepest = 0;
    for (int t = 0; t < roots.length; t++) {
      Tree tree = trees.get(t);
      try {
        deepest = Math.max(deepest, tree.checkedDepth(inputs));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("tree %d: %s".formatted(t, e.getMessage()), e);
      }
      roots[t] = at;
      for (int i = 0; i < tree.size(); i++) {
        int next = tree.right()[i];
        right[at + i] = next < 0 ? next - leaf : next + at;
      }
      System.arraycopy(tree.feature(), 0, feature, at, tree.size());
      System.arraycopy(tree.threshold(), 0, threshold, at, tree.size());
      System.arraycopy(tree.cover(), 0, cover, at, tree.size());
      System.arraycopy(tree.values(), 0, values, leaf, tree.values().length);
      at += tree.size();
      leaf += tree.values().length;
    }
    return new Trees(
        inputs, roots, right, feature, threshold, cover, values, together(trees, nodes), deepest);
  }

  private static @Nullable Questions together(List<Tree> trees, int nodes) {
    int lists = 0;
    @Nullable Questions any = null;
    for (Tree tree : trees) {
      Questions own = tree.questions();
      if (own != null) {
        if (any != null && any.rule() != own.rule()) {
          throw new IllegalArgumentException("trees of two libraries in one ensemble");
        }
        any = own;
        lists += own.lists().length;
      }
    }
    if (any == null) {
      return null;
    }
    int[] of = new int[nodes];
    int[][] all = new int[lists][];
    int at = 0;
    int list = 0;
    for (Tree tree : trees) {
      Questions own = tree.questions();
      if (own != null) {
        for (int i = 0; i < tree.size(); i++) {
          of[at + i] = own.of()[i] > 0 ? own.of()[i] + list : own.of()[i];
        }
        System.arraycopy(own.lists(), 0, all, list, own.lists().length);
        list += own.lists().length;
      }
      at += tree.size();
    }
    return new Questions(of, all, any.rule());
  }

  /// The tree as it stands alone.
  Tree tree(int index) {
    int from = roots[index];
    int to = index + 1 < roots.length ? roots[index + 1] : right.length;
    int[] own = new int[to - from];
    int leaves = (to - from + 1) / 2;
    int firstLeaf = -1;
    for (int i = 0; i < own.length; i++) {
      int next = right[from + i];
      if (next < 0 && firstLeaf < 0) {
        firstLeaf = -1 - next;
      }
      own[i] = next < 0 ? next + firstLeaf : next - from;
    }
    return new Tree(
        own,
        Arrays.copyOfRange(feature, from, to),
        Arrays.copyOfRange(threshold, from, to),
        Arrays.copyOfRange(cover, from, to),
        Arrays.copyOfRange(values, firstLeaf, firstLeaf + leaves),
        questions == null
            ? null
            : new Questions(
                Arrays.copyOfRange(questions.of(), from, to), questions.lists(), questions.rule()));
  }

  int size() {
    return roots.length;
  }

  boolean leaf(int node) {
    return right[node] < 0;
  }

  double value(int leaf) {
    return values[-1 - right[leaf]];
  }

  int left(int node) {
    return node + 1;
  }

  int input(int node) {
    return feature[node] >> 1;
  }

  boolean defaultLeft(int node) {
    return (feature[node] & 1) != 0;
  }

  /// What a node asks; see [Questions#of].
  int question(int node) {
    return questions == null ? Questions.BELOW : questions.of()[node];
  }

  /// What a node on categories lists.
  int[] categories(int node) {
    return questions == null ? new int[0] : questions.lists()[questions.of()[node] - 1];
  }

  boolean goesLeft(int node, float value) {
    if (questions != null && questions.of()[node] != Questions.BELOW) {
      return questions.left(node, value, threshold[node], defaultLeft(node));
    }
    return Float.isNaN(value) ? (feature[node] & 1) != 0 : value < threshold[node];
  }

  /// The value of the leaf that the row ends in.
  double score(int tree, float[] row, int offset) {
    int node = roots[tree];
    int next = right[node];
    while (next >= 0) {
      node = goesLeft(node, row[offset + (feature[node] >> 1)]) ? node + 1 : next;
      next = right[node];
    }
    return values[-1 - next];
  }

  /// The mean of the leaf values under a node by the training weight that reached them.
  double mean(int node) {
    if (right[node] < 0) {
      return values[-1 - right[node]];
    }
    double share = leftShare(node);
    return share * mean(node + 1) + (1 - share) * mean(right[node]);
  }

  /// Which share of the training weight went left.
  double leftShare(int node) {
    double left = cover[node + 1];
    double both = left + cover[right[node]];
    return both > 0 ? left / both : 0.5;
  }

  /// Sums in double precision, tree by tree.
  double sum(float[] row, int offset) {
    double sum = 0;
    for (int tree = 0; tree < roots.length; tree++) {
      sum += score(tree, row, offset);
    }
    return sum;
  }

  /// Sums in single precision, base first, then tree by tree: the order of XGBoost, so that the
  /// margins are the same bits.
  float singleSum(float base, float[] row, int offset) {
    float sum = base;
    for (int tree = 0; tree < roots.length; tree++) {
      sum += (float) score(tree, row, offset);
    }
    return sum;
  }
}
