package dev.gnomon.learners;

import dev.gnomon.models.Matrix;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.stats.RandomStream;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Folds inside the rows of a fit that never tear a group apart. Groups are dealt out in random
/// order, the larger ones first; those with positives go where positives are fewest, the others
/// where rows are fewest.
final class GroupFolds {
  private GroupFolds() {}

  /// The fold of each row, from 0; no more folds than groups, so that none is empty.
  static int[] of(Fit.Rows rows, int folds, RandomStream random) {
    int size = rows.size();
    int groups = 1 + Arrays.stream(rows.groups()).max().orElse(-1);
    int[] sizes = new int[groups];
    double[] positives = new double[groups];
    for (int i = 0; i < size; i++) {
      sizes[rows.groups()[i]]++;
      positives[rows.groups()[i]] += rows.targets()[i] == 1 ? 1 : 0;
    }
    int[] order = IntStream.range(0, groups).filter(g -> sizes[g] > 0).toArray();
    random.shuffle(order);
    int[] dealt =
        Arrays.stream(order)
            .boxed()
            .sorted((a, b) -> {
              int byKind = Boolean.compare(positives[b] > 0, positives[a] > 0);
              return byKind != 0 ? byKind : Integer.compare(sizes[b], sizes[a]);
            })
            .mapToInt(Integer::intValue)
            .toArray();
    int count = Math.max(1, Math.min(folds, dealt.length));
    int[] ofGroup = new int[groups];
    double[] foldPositives = new double[count];
    long[] foldRows = new long[count];
    for (int group : dealt) {
      int best = 0;
      for (int fold = 1; fold < count; fold++) {
        double gain = positives[group] > 0 ? foldPositives[fold] - foldPositives[best] : 0;
        if (gain < 0 || (gain == 0 && foldRows[fold] < foldRows[best])) {
          best = fold;
        }
      }
      ofGroup[group] = best;
      foldPositives[best] += positives[group];
      foldRows[best] += sizes[group];
    }
    int[] found = new int[size];
    for (int i = 0; i < size; i++) {
      found[i] = ofGroup[rows.groups()[i]];
    }
    return found;
  }

  static int count(int[] folds) {
    return 1 + Arrays.stream(folds).max().orElse(-1);
  }

  /// The positions inside a fold, or outside it.
  static int[] positions(int[] folds, int fold, boolean inside) {
    return IntStream.range(0, folds.length).filter(i -> (folds[i] == fold) == inside).toArray();
  }

  /// The rows at the given positions, in that order.
  static Fit.Rows take(Fit.Rows rows, int[] positions) {
    int width = rows.inputs().width();
    float[] values = new float[Math.multiplyExact(positions.length, width)];
    float[] targets = new float[positions.length];
    float[] weights = new float[positions.length];
    int[] groups = new int[positions.length];
    for (int i = 0; i < positions.length; i++) {
      int from = positions[i];
      System.arraycopy(rows.inputs().values(), from * width, values, i * width, width);
      targets[i] = rows.targets()[from];
      weights[i] = rows.weights()[from];
      groups[i] = rows.groups()[from];
    }
    return new Fit.Rows(
        new Matrix(rows.inputs().names(), values, positions.length), targets, weights, groups);
  }
}
