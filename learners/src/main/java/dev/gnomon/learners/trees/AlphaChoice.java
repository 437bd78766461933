package dev.gnomon.learners.trees;

import dev.gnomon.models.spi.Fit;
import dev.gnomon.stats.RandomStream;
import java.util.Arrays;

/// How far to prune, by cross-validation: for each fold a tree is grown on the others, and every
/// row held out is scored by all of that tree's pruned versions at once, along its way down.
final class AlphaChoice {
  private static final int FOLDS = 5;
  private static final int ONE_FOLD_FROM = 200_000;

  private AlphaChoice() {}

  /// @param path the alphas of the tree on all rows, rising
  /// @return the geometric mean of the neighbouring alphas with the least squared error, the
  ///   greatest of equally good ones, hence the smallest tree
  static double choose(Fit.Rows rows, TreeGrower grower, double[] path, RandomStream random) {
    double[] alphas = new double[path.length];
    for (int k = 0; k < alphas.length; k++) {
      alphas[k] =
          k + 1 < path.length ? Math.sqrt(path[k]) * Math.sqrt(path[k + 1]) : path[path.length - 1];
    }
    Arrays.sort(alphas);
    int[] fold = folds(rows.groups(), random);
    int tried = rows.size() >= ONE_FOLD_FROM ? 1 : FOLDS;
    // Entry k is the change of the summed error from alpha k - 1 to alpha k.
    double[] change = new double[alphas.length + 1];
    for (int held = 0; held < tried; held++) {
      float[] weights = rows.weights().clone();
      boolean others = false;
      for (int i = 0; i < weights.length; i++) {
        weights[i] = fold[i] == held ? 0 : weights[i];
        others |= weights[i] > 0;
      }
      if (others) {
        GrownTree tree = grower.grow(rows.targets(), weights, random.split("tree").split(held));
        score(rows, fold, held, tree, alphas, change);
      }
    }
    double error = 0;
    double least = Double.POSITIVE_INFINITY;
    double best = 0;
    for (int k = 0; k < alphas.length; k++) {
      error += change[k];
      if (error <= least) {
        least = error;
        best = alphas[k];
      }
    }
    return best;
  }

  private static int[] folds(int[] groups, RandomStream random) {
    int most = Arrays.stream(groups).max().orElse(0);
    int[] order = new int[most + 1];
    Arrays.setAll(order, i -> i);
    random.shuffle(order);
    int[] fold = new int[groups.length];
    for (int i = 0; i < fold.length; i++) {
      fold[i] = order[groups[i]] % FOLDS;
    }
    return fold;
  }

  private static void score(
      Fit.Rows rows, int[] fold, int held, GrownTree tree, double[] alphas, double[] change) {
    Pruning pruning = new Pruning(tree);
    int[] from = new int[tree.size()];
    for (int node = 0; node < from.length; node++) {
      from[node] = firstAtLeast(alphas, pruning.cutAt(node));
    }
    int width = rows.inputs().width();
    float[] values = rows.inputs().values();
    for (int i = 0; i < fold.length; i++) {
      if (fold[i] != held) {
        continue;
      }
      // A node speaks for the alphas at which it is a leaf and its parent is not.
      int upper = alphas.length;
      int node = 0;
      while (upper > 0) {
        int lower = tree.leaf(node) ? 0 : from[node];
        if (lower < upper) {
          double miss = rows.targets()[i] - tree.mean(node);
          double error = rows.weights()[i] * miss * miss;
          change[lower] += error;
          change[upper] -= error;
          upper = lower;
        }
        if (tree.leaf(node)) {
          break;
        }
        node = tree.next(node, values, i * width);
      }
    }
  }

  private static int firstAtLeast(double[] sorted, double value) {
    int at = Arrays.binarySearch(sorted, value);
    if (at < 0) {
      return -1 - at;
    }
    while (at > 0 && sorted[at - 1] == value) {
      at--;
    }
    return at;
  }
}
