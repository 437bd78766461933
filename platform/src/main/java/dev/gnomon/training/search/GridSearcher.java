package dev.gnomon.training.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Every combination of some values of each setting.
///
/// Words and levels are tried one by one. Ranges get as many values, spread evenly with both ends,
/// as the number of trials allows: the settings in their order get two, then three, and so on; one
/// that can't get two stays in the middle of its range.
public final class GridSearcher implements Searcher {
  private final List<Map<String, String>> points;
  private int next;

  public GridSearcher(Space space, int trials) {
    points = points(space, trials);
  }

  /// How many combinations the listed values have, ranges aside.
  public static long listed(Space space) {
    long product = 1;
    for (Dimension dimension : space.dimensions()) {
      if (isListed(dimension)) {
        product = Math.min(Integer.MAX_VALUE, product * dimension.count());
      }
    }
    return product;
  }

  private static boolean isListed(Dimension dimension) {
    return dimension instanceof Dimension.Levels || dimension instanceof Dimension.Choice;
  }

  private static List<Map<String, String>> points(Space space, int trials) {
    int[] counts = new int[space.size()];
    long product = listed(space);
    for (int i = 0; i < counts.length; i++) {
      counts[i] = isListed(space.dimensions().get(i)) ? space.dimensions().get(i).count() : 1;
    }
    boolean grown = true;
    while (grown) {
      grown = false;
      for (int i = 0; i < counts.length; i++) {
        Dimension dimension = space.dimensions().get(i);
        boolean more = dimension.count() == 0 || counts[i] < dimension.count();
        long larger = product / counts[i] * (counts[i] + 1);
        if (!isListed(dimension) && more && larger <= trials) {
          counts[i]++;
          product = larger;
          grown = true;
        }
      }
    }
    List<double[]> levels = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      levels.add(Space.positions(space.dimensions().get(i), counts[i]));
    }
    return space.combinations(levels, Integer.MAX_VALUE).orElseThrow();
  }

  @Override
  public Optional<Proposal> ask() {
    return next < points.size()
        ? Optional.of(new Proposal(points.get(next++), 1))
        : Optional.empty();
  }

  @Override
  public void tell(Trial trial) {
    // What is tried next does not depend on what came of the last.
  }
}
