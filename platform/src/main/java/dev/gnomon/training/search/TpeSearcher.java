package dev.gnomon.training.search;

import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Tree-structured Parzen estimator (Bergstra, Bardenet, Bengio, Kégl: Algorithms for
/// hyper-parameter optimization, NIPS 2011): of the trials so far, the best tenth (at most 25) give
/// a density of good settings, the others one of bad settings, and of 24 points drawn from the
/// first the one with the highest ratio of the two is tried, which is the one with the highest
/// expected improvement.
///
/// Densities are mixtures of normal kernels cut off at the ends of the range, plus a flat one;
/// words are counted. By itself each setting is modelled alone, among the trials in which it was
/// active, with kernels as wide as the distance to their farther neighbour. Modelled together
/// (`multivariate`), a kernel spans all settings of one trial, at Scott's width; that finds
/// settings that only work in combination. The first ten points are random. Pending points count as
/// bad, so that parallel trials keep apart.
public final class TpeSearcher implements Searcher {
  private static final int FIRST = 10;
  private static final int DRAWS = 24;
  private static final double GOOD = 0.1;
  private static final int MOST_GOOD = 25;
  private static final int ATTEMPTS = 5;

  private final History history;
  private final boolean multivariate;
  private final RandomStream root;

  public TpeSearcher(Space space, boolean multivariate, long seed) {
    this.history = new History(space);
    this.multivariate = multivariate;
    this.root = RandomStream.of(seed).split("tpe-search");
  }

  @Override
  public void tell(Trial trial) {
    history.tell(trial);
  }

  @Override
  public Optional<Proposal> ask() {
    RandomStream random = root.split(history.asked());
    if (history.points.size() + history.pending.size() < FIRST || history.points.size() < 2) {
      return RandomSearcher.draw(history, random).map(point -> history.propose(point, 1));
    }
    List<double[]> good = new ArrayList<>();
    List<double[]> bad = new ArrayList<>(history.pending);
    double[] told = history.told();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < told.length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble(i -> told[i]));
    int most = Math.min(MOST_GOOD, (int) Math.ceil(GOOD * told.length));
    for (int i = 0; i < told.length; i++) {
      (i < most ? good : bad).add(history.points.get(order.get(i)));
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double[] point = multivariate ? together(good, bad, random) : alone(good, bad, random);
      Map<String, String> settings = history.space.settings(point);
      if (history.isNew(settings)) {
        return Optional.of(history.propose(history.space.point(settings), 1));
      }
    }
    return RandomSearcher.draw(history, random).map(point -> history.propose(point, 1));
  }

  private double[] alone(List<double[]> good, List<double[]> bad, RandomStream random) {
    Space space = history.space;
    double[] point = new double[space.size()];
    for (int d = 0; d < point.length; d++) {
      point[d] = Double.NaN;
      if (space.active(d, point)) {
        Dimension dimension = space.dimensions().get(d);
        Parzen likely = Parzen.of(dimension, column(good, d));
        Parzen other = Parzen.of(dimension, column(bad, d));
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < DRAWS; i++) {
          double drawn = likely.draw(random);
          double ratio = likely.logDensity(drawn) - other.logDensity(drawn);
          if (ratio > most) {
            most = ratio;
            point[d] = drawn;
          }
        }
      }
    }
    return point;
  }

  private static double[] column(List<double[]> points, int dimension) {
    return points.stream().mapToDouble(p -> p[dimension]).filter(v -> !Double.isNaN(v)).toArray();
  }

  private double[] together(List<double[]> good, List<double[]> bad, RandomStream random) {
    double[] best = {};
    double most = Double.NEGATIVE_INFINITY;
    JointParzen likely = new JointParzen(history.space, good);
    JointParzen other = new JointParzen(history.space, bad);
    for (int i = 0; i < DRAWS; i++) {
      double[] drawn = likely.draw(random);
      double ratio = likely.logDensity(drawn) - other.logDensity(drawn);
      if (ratio > most || best.length == 0) {
        most = ratio;
        best = drawn;
      }
    }
    return best;
  }
}
