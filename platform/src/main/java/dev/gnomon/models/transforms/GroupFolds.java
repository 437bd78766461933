package dev.gnomon.models.transforms;

import dev.gnomon.stats.RandomStream;
import java.util.Arrays;

/// Deals groups of rows at random, all rows of a group together.
final class GroupFolds {
  private GroupFolds() {}

  /// The distinct groups in a random order that follows from the seed.
  static int[] shuffled(int[] groups, long seed, String purpose) {
    int[] distinct = Arrays.stream(groups).sorted().distinct().toArray();
    RandomStream.of(seed).split(purpose).shuffle(distinct);
    return distinct;
  }

  /// The place of each row's group in such an order.
  static int[] places(int[] groups, long seed, String purpose) {
    int[] order = shuffled(groups, seed, purpose);
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    int[] place = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      place[Arrays.binarySearch(sorted, order[i])] = i;
    }
    int[] places = new int[groups.length];
    for (int i = 0; i < groups.length; i++) {
      places[i] = place[Arrays.binarySearch(sorted, groups[i])];
    }
    return places;
  }

  /// A fold, 0 and up, per row.
  static int[] folds(int[] groups, int count, long seed) {
    int[] folds = places(groups, seed, "cross-fitting");
    for (int i = 0; i < folds.length; i++) {
      folds[i] %= count;
    }
    return folds;
  }
}
