package dev.gnomon.training.resampling;

import dev.gnomon.models.spi.Fit;
import dev.gnomon.stats.RandomStream;
import java.util.Arrays;

/// Rows between a row of the rarer class and one of its nearest rows of that class (Chawla, Bowyer,
/// Hall, Kegelmeyer: SMOTE, JAIR 16, 2002).
///
/// A synthetic row is `parent + u (neighbour - parent)` in every number, with one u, uniform in [0,
/// 1), per row, and a neighbour drawn from the k nearest. Its categories are those most frequent
/// among the k nearest (SMOTE-NC); of equally frequent ones the parent's, else that of the nearest.
/// A number that is missing in either of the two is missing. Whole numbers do not stay whole. The
/// weight and the group are the parent's, so that folds inside a learner never separate them.
final class Synthetic {
  /// More rows than this are searched for neighbours in a sample of this size.
  static final int MOST_CANDIDATES = 50_000;

  private Synthetic() {}

  /// @param parents rows of the rarer class
  /// @param counts how many synthetic rows each gives
  static Fit.Rows append(
      Fit.Rows rows,
      Space space,
      int[] parents,
      int[] counts,
      int[] rare,
      int neighbours,
      RandomStream random) {
    Neighbours near =
        Neighbours.of(space, parents, candidates(rare, random.split("candidates")), neighbours);
    int[][] categories = space.inputs().categories();
    int[] numbers = space.inputs().numbers();
    Draft draft = Draft.withRoom(rows, Arrays.stream(counts).sum());
    int[] chosen = new int[categories.length];
    for (int p = 0; p < parents.length; p++) {
      if (counts[p] == 0) {
        continue;
      }
      for (int g = 0; g < categories.length; g++) {
        chosen[g] = mostFrequent(space, parents[p], near, p, g);
      }
      for (int i = 0; i < counts[p]; i++) {
        draft.copy(parents[p]);
        int neighbour = near.at(p, random.nextInt(near.count()));
        draft.towards(neighbour, random.nextDouble(), numbers);
        for (int g = 0; g < categories.length; g++) {
          draft.take(chosen[g], categories[g]);
        }
      }
    }
    return draft.rows();
  }

  /// The rows among which neighbours are sought: all, or a sample of them.
  static int[] candidates(int[] rows, RandomStream random) {
    if (rows.length <= MOST_CANDIDATES) {
      return rows;
    }
    int[] drawn = Choice.without(rows, MOST_CANDIDATES, random);
    Arrays.sort(drawn);
    return drawn;
  }

  /// A row that has the most frequent pattern of a category among the neighbours of a parent.
  private static int mostFrequent(Space space, int parent, Neighbours near, int p, int category) {
    int best = parent;
    int most = 0;
    for (int i = 0; i < near.count(); i++) {
      long code = space.code(near.at(p, i), category);
      int same = 0;
      for (int j = 0; j < near.count(); j++) {
        same += space.code(near.at(p, j), category) == code ? 1 : 0;
      }
      if (same > most || (same == most && code == space.code(parent, category))) {
        most = same;
        best = near.at(p, i);
      }
    }
    return best;
  }
}
