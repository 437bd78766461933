package dev.gnomon.training.resampling;

import java.util.Arrays;
import java.util.stream.IntStream;

/// The nearest rows of some rows, exact: every distance is looked at, in blocks that stay in the
/// cache. Of equally distant rows the one with the smaller position comes first, so that the answer
/// depends neither on the order of the work nor on the number of threads.
///
/// @param count how many neighbours each row has
/// @param found their positions, `count` per row, nearest first
record Neighbours(int count, int[] found) {
  private static final int CANDIDATES = 512;
  private static final int QUERIES = 256;

  /// @param candidates ascending; a row is never its own neighbour
  static Neighbours of(Space space, int[] queries, int[] candidates, int wanted) {
    int others = candidates.length;
    boolean itself = false;
    for (int query : queries) {
      itself |= Arrays.binarySearch(candidates, query) >= 0;
    }
    int count = Math.max(0, Math.min(wanted, itself ? others - 1 : others));
    int[] found = new int[Math.multiplyExact(queries.length, count)];
    if (count > 0) {
      int chunks = (queries.length + QUERIES - 1) / QUERIES;
      IntStream.range(0, chunks)
          .parallel()
          .forEach(c ->
              search(
                  space,
                  queries,
                  c * QUERIES,
                  Math.min(queries.length, (c + 1) * QUERIES),
                  candidates,
                  count,
                  found));
    }
    return new Neighbours(count, found);
  }

  private static void search(
      Space space, int[] queries, int from, int to, int[] candidates, int count, int[] found) {
    double[] best = new double[(to - from) * count];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    for (int start = 0; start < candidates.length; start += CANDIDATES) {
      int end = Math.min(candidates.length, start + CANDIDATES);
      for (int q = from; q < to; q++) {
        int query = queries[q];
        int base = (q - from) * count;
        int last = base + count - 1;
        for (int c = start; c < end; c++) {
          int candidate = candidates[c];
          if (candidate == query) {
            continue;
          }
          double distance = space.distance(query, candidate, best[last]);
          if (distance < best[last]) {
            int at = last;
            int shift = q * count - base;
            while (at > base && best[at - 1] > distance) {
              best[at] = best[at - 1];
              found[at + shift] = found[at - 1 + shift];
              at--;
            }
            best[at] = distance;
            found[at + shift] = candidate;
          }
        }
      }
    }
  }

  int at(int query, int rank) {
    return found[query * count + rank];
  }
}
