package dev.gnomon.training.resampling;

import java.util.Arrays;

/// Pairs of rows of different classes that are each other's nearest row (Tomek: Two modifications
/// of CNN, 1976). One of the two is noise, or both lie at the border.
///
/// Nearest neighbours are exact; of equally near rows the one with the smaller position counts.
final class TomekLinks {
  private TomekLinks() {}

  /// @param rare positions of the rarer class, ascending
  /// @param isRare per row
  /// @return pairs, the rare row first
  static int[][] find(Space space, int[] rare, boolean[] isRare) {
    int[] all = new int[isRare.length];
    Arrays.setAll(all, i -> i);
    Neighbours ofRare = Neighbours.of(space, rare, all, 1);
    if (ofRare.count() == 0) {
      return new int[0][];
    }
    int[] others =
        Arrays.stream(ofRare.found()).filter(r -> !isRare[r]).sorted().distinct().toArray();
    Neighbours back = Neighbours.of(space, others, all, 1);
    int[][] pairs = new int[rare.length][];
    int n = 0;
    for (int i = 0; i < rare.length; i++) {
      int other = ofRare.at(i, 0);
      if (!isRare[other] && back.at(Arrays.binarySearch(others, other), 0) == rare[i]) {
        pairs[n++] = new int[] {rare[i], other};
      }
    }
    return Arrays.copyOf(pairs, n);
  }
}
