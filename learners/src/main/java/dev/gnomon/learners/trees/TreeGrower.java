package dev.gnomon.learners.trees;

import dev.gnomon.stats.RandomStream;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Grows trees top down on binned columns (Breiman, Friedman, Olshen, Stone: Classification and
/// regression trees, 1984; extremely randomised: Geurts, Ernst, Wehenkel, 2006).
///
/// The best of equally good splits is that of the first input tried, at its lowest threshold.
/// Inputs of a large node are searched by several threads when workers are given; what is found
/// does not depend on it.
final class TreeGrower {
  private static final long WORTH_SHARING = 200_000;

  private final Bins bins;
  private final Growth growth;
  private final @Nullable Workers workers;
  private final SplitSearch[] searches;
  private final Split[] found;
  private final int[] columns;

  /// @param workers share the search within a tree; null where each tree has a thread
  TreeGrower(Bins bins, Growth growth, @Nullable Workers workers) {
    this.bins = bins;
    this.growth = growth;
    this.workers = workers;
    this.searches = new SplitSearch[workers == null ? 1 : workers.threads()];
    for (int i = 0; i < searches.length; i++) {
      searches[i] = new SplitSearch(bins, growth);
    }
    this.found = new Split[bins.width()];
    this.columns = new int[bins.width()];
    for (int j = 0; j < columns.length; j++) {
      found[j] = new Split();
      columns[j] = j;
    }
  }

  private record Open(int node, int from, int to, int depth, Split split, double decrease) {}

  /// @param weights per row; rows of weight 0 are left out
  GrownTree grow(float[] targets, float[] weights, RandomStream random) {
    for (int j = 0; j < columns.length; j++) {
      columns[j] = j;
    }
    NodeRows rows = new NodeRows(targets, weights);
    GrownTree tree = new GrownTree();
    int root = add(tree, rows, 0, rows.size());
    // Last in first out where all nodes are split; else the one that gains most, older ones first.
    PriorityQueue<Open> open =
        new PriorityQueue<>(
            growth.maxLeaves() > 0
                ? Comparator.comparingDouble((Open o) -> -o.decrease()).thenComparingInt(Open::node)
                : Comparator.comparingInt((Open o) -> -o.node()));
    offer(open, tree, rows, root, 0, rows.size(), 0, random);
    int leaves = 1;
    while (!open.isEmpty() && (growth.maxLeaves() == 0 || leaves < growth.maxLeaves())) {
      Open next = open.remove();
      int middle = rows.part(bins, next.from(), next.to(), next.split());
      int left = add(tree, rows, next.from(), middle);
      int right = add(tree, rows, middle, next.to());
      tree.split(next.node(), next.split(), left, right);
      leaves++;
      offer(open, tree, rows, right, middle, next.to(), next.depth() + 1, random);
      offer(open, tree, rows, left, next.from(), middle, next.depth() + 1, random);
    }
    return tree;
  }

  private int add(GrownTree tree, NodeRows rows, int from, int to) {
    double weight = 0;
    double sum = 0;
    double squares = 0;
    float[] weights = rows.weights();
    float[] targets = rows.targets();
    for (int i = from; i < to; i++) {
      double w = weights[i];
      double y = targets[i];
      weight += w;
      sum += w * y;
      squares += w * y * y;
    }
    return tree.add(weight, sum, growth.criterion().impurity(weight, sum, squares));
  }

  private void offer(
      PriorityQueue<Open> open,
      GrownTree tree,
      NodeRows rows,
      int node,
      int from,
      int to,
      int depth,
      RandomStream random) {
    if (depth >= growth.maxDepth()
        || to - from < Math.max(growth.minSplit(), 2 * growth.minLeaf())
        || constant(rows.targets(), from, to)) {
      return;
    }
    Split best = new Split();
    search(rows, from, to, random, best);
    if (best.found()) {
      double weight = tree.weight(node);
      double before = growth.criterion().gain(weight, tree.mean(node) * weight);
      open.add(new Open(node, from, to, depth, best, best.gain - before));
    }
  }

  private static boolean constant(float[] targets, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      if (targets[i] != targets[from]) {
        return false;
      }
    }
    return true;
  }

  private void search(NodeRows rows, int from, int to, RandomStream random, Split best) {
    int width = columns.length;
    if (growth.features() >= width && !growth.randomThresholds()) {
      every(rows, from, to, best);
      return;
    }
    boolean differs = false;
    for (int tried = 0; tried < width && (tried < growth.features() || !differs); tried++) {
      int at = tried + random.nextInt(width - tried);
      int column = columns[at];
      columns[at] = columns[tried];
      columns[tried] = column;
      double chance = growth.randomThresholds() ? random.nextDouble() : 0;
      differs |= searches[0].search(rows, from, to, column, chance, best);
    }
  }

  private void every(NodeRows rows, int from, int to, Split best) {
    int width = columns.length;
    if (workers == null || searches.length == 1 || (long) (to - from) * width < WORTH_SHARING) {
      for (int column = 0; column < width; column++) {
        searches[0].search(rows, from, to, column, 0, best);
      }
      return;
    }
    int parts = searches.length;
    workers.run(
        parts,
        part -> {
          for (int column = part; column < width; column += parts) {
            found[column].clear();
            searches[part].search(rows, from, to, column, 0, found[column]);
          }
        });
    for (int column = 0; column < width; column++) {
      if (found[column].gain > best.gain) {
        best.take(found[column]);
      }
    }
  }
}
