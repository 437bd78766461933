package dev.gnomon.learners.trees;

import java.util.Arrays;
import java.util.PriorityQueue;

/// Minimal cost-complexity pruning (Breiman, Friedman, Olshen, Stone 1984, chapter 3): the subtrees
/// that minimise impurity + alpha x leaves, for every alpha at once.
///
/// Again and again the weakest link is cut: the inner node whose subtree lowers the impurity least
/// per leaf. The impurity of a node counts by its share of the training weight.
final class Pruning {
  private final GrownTree tree;
  private final double[] cutAt;
  private final double[] alphas;
  private final double[] impurities;

  private record Link(int node, double alpha, int version) implements Comparable<Link> {
    @Override
    public int compareTo(Link other) {
      int order = Double.compare(alpha, other.alpha);
      return order != 0 ? order : Integer.compare(node, other.node);
    }
  }

  Pruning(GrownTree tree) {
    this.tree = tree;
    int size = tree.size();
    this.cutAt = new double[size];
    Arrays.fill(cutAt, Double.POSITIVE_INFINITY);
    int[] parent = new int[size];
    double[] own = new double[size];
    double[] below = new double[size];
    int[] leaves = new int[size];
    int[] version = new int[size];
    boolean[] gone = new boolean[size];
    double total = tree.weight(0);
    parent[0] = -1;
    // Children are always made after their parent.
    for (int node = 0; node < size; node++) {
      own[node] = tree.weight(node) * tree.impurity(node) / total;
      if (!tree.leaf(node)) {
        parent[tree.left(node)] = node;
        parent[tree.right(node)] = node;
      }
    }
    PriorityQueue<Link> links = new PriorityQueue<>();
    for (int node = size - 1; node >= 0; node--) {
      if (tree.leaf(node)) {
        below[node] = own[node];
        leaves[node] = 1;
      } else {
        below[node] = below[tree.left(node)] + below[tree.right(node)];
        leaves[node] = leaves[tree.left(node)] + leaves[tree.right(node)];
        links.add(new Link(node, (own[node] - below[node]) / (leaves[node] - 1), 0));
      }
    }
    double[] pathAlphas = new double[links.size() + 1];
    double[] pathImpurities = new double[links.size() + 1];
    pathImpurities[0] = below[0];
    int steps = 1;
    double reached = 0;
    while (!links.isEmpty()) {
      Link weakest = links.remove();
      int node = weakest.node();
      if (gone[node] || weakest.version() != version[node]) {
        continue;
      }
      // Rounding must not make the path go back.
      reached = Math.max(reached, weakest.alpha());
      cut(node, reached, gone);
      double more = own[node] - below[node];
      int fewer = leaves[node] - 1;
      below[node] = own[node];
      leaves[node] = 1;
      for (int up = parent[node]; up >= 0; up = parent[up]) {
        below[up] += more;
        leaves[up] -= fewer;
        links.add(new Link(up, (own[up] - below[up]) / (leaves[up] - 1), ++version[up]));
      }
      pathAlphas[steps] = reached;
      pathImpurities[steps++] = below[0];
    }
    this.alphas = Arrays.copyOf(pathAlphas, steps);
    this.impurities = Arrays.copyOf(pathImpurities, steps);
  }

  /// Marks the inner nodes of a subtree that are still there.
  private void cut(int top, double alpha, boolean[] gone) {
    int[] open = {top};
    int count = 1;
    while (count > 0) {
      int node = open[--count];
      if (tree.leaf(node) || gone[node]) {
        continue;
      }
      gone[node] = true;
      cutAt[node] = alpha;
      if (count + 2 > open.length) {
        open = Arrays.copyOf(open, 2 * open.length + 2);
      }
      open[count++] = tree.left(node);
      open[count++] = tree.right(node);
    }
  }

  /// From 0 upwards, one per cut; at the last one nothing but the root is left.
  double[] alphas() {
    return alphas.clone();
  }

  /// The impurity of all leaves together at each of [#alphas].
  double[] impurities() {
    return impurities.clone();
  }

  /// From which alpha on the node is a leaf; infinite for one that is a leaf anyway.
  double cutAt(int node) {
    return cutAt[node];
  }

  /// The inner nodes that `alpha` makes leaves.
  boolean[] cut(double alpha) {
    boolean[] cut = new boolean[tree.size()];
    for (int node = 0; node < cut.length; node++) {
      cut[node] = cutAt[node] <= alpha;
    }
    return cut;
  }
}
