package dev.gnomon.training.search;

import dev.gnomon.core.usecase.TrainingSection.Search.Acquisition;
import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// Bayesian optimisation: a [GaussianProcess] of the scores so far says where a better one may be
/// expected, and the point that promises most is tried (Jones, Schonlau, Welch: Efficient global
/// optimization of expensive black-box functions, 1998; Snoek, Larochelle, Adams: Practical
/// Bayesian optimization of machine learning algorithms, 2012).
///
/// The first five points are random. What a point promises is expected improvement, the probability
/// of improvement (both by at least 0.01 standard deviations of the scores), or the lower
/// confidence bound at two standard deviations. A finite space is looked through whole; else 1,000
/// points at random and around the best ones, the best of which are improved in shrinking random
/// steps. Pending points count as if they had given the best score so far (constant liar:
/// Ginsbourger, Le Riche, Carraro: Kriging is well-suited to parallelize optimization, 2010).
/// Beyond 400 points the process is fitted to the best and the latest 200.
public final class BayesianSearcher implements Searcher {
  static final int FIRST = 5;
  static final double XI = 0.01;
  static final double KAPPA = 2;
  private static final int RANDOM = 1000;
  private static final int AROUND = 200;
  private static final int IMPROVED = 5;
  private static final int ROUNDS = 40;
  private static final int POINTS = 400;
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private final History history;
  private final Acquisition acquisition;
  private final RandomStream root;
  private double[] parameters = {};

  public BayesianSearcher(Space space, Acquisition acquisition, long seed) {
    this.history = new History(space);
    this.acquisition = acquisition;
    this.root = RandomStream.of(seed).split("bayesian-search");
  }

  @Override
  public Optional<Proposal> ask() {
    RandomStream random = root.split(history.asked());
    if (history.points.size() + history.pending.size() < FIRST || history.points.size() < 2) {
      return RandomSearcher.draw(history, random).map(point -> history.propose(point, 1));
    }
    GaussianProcess process = fit();
    Optional<double[]> point =
        history.all.isPresent() ? bestOfAll(process) : bestFound(process, random);
    return point.map(found -> history.propose(found, 1));
  }

  @Override
  public void tell(Trial trial) {
    history.tell(trial);
  }

  private GaussianProcess fit() {
    double[] told = history.told();
    List<double[]> points = new ArrayList<>(history.points);
    List<Double> scores = new ArrayList<>();
    double best = Double.POSITIVE_INFINITY;
    for (double score : told) {
      scores.add(score);
      best = Math.min(best, score);
    }
    if (told.length > POINTS) {
      List<Integer> kept = kept(told);
      points = new ArrayList<>(kept.stream().map(history.points::get).toList());
      scores = new ArrayList<>(kept.stream().map(i -> told[i]).toList());
    }
    for (double[] waiting : history.pending) {
      points.add(waiting);
      scores.add(best);
    }
    GaussianProcess process =
        GaussianProcess.fit(
            history.space,
            points.toArray(double[][]::new),
            scores.stream().mapToDouble(s -> s).toArray(),
            parameters);
    parameters = process.parameters();
    return process;
  }

  private static List<Integer> kept(double[] scores) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      order.add(i);
    }
    List<Integer> latest = order.subList(scores.length - POINTS / 2, scores.length);
    List<Integer> kept = new ArrayList<>(latest);
    order.subList(0, scores.length - POINTS / 2).stream()
        .sorted(Comparator.comparingDouble(i -> scores[i]))
        .limit(POINTS / 2)
        .forEach(kept::add);
    kept.sort(Comparator.naturalOrder());
    return kept;
  }

  private Optional<double[]> bestOfAll(GaussianProcess process) {
    double most = Double.NEGATIVE_INFINITY;
    Optional<double[]> best = Optional.empty();
    for (Map<String, String> settings : history.untried()) {
      double[] point = history.space.point(settings);
      double promise = promise(process, point);
      if (promise > most) {
        most = promise;
        best = Optional.of(point);
      }
    }
    return best;
  }

  private record Promising(double[] point, double promise) {}

  private Optional<double[]> bestFound(GaussianProcess process, RandomStream random) {
    List<Promising> found = new ArrayList<>();
    for (int i = 0; i < RANDOM; i++) {
      add(found, process, history.space.draw(random));
    }
    double[] told = history.told();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < told.length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble(i -> told[i]));
    for (int i = 0; i < AROUND; i++) {
      double[] from = history.points.get(order.get(i % Math.min(IMPROVED, order.size())));
      add(found, process, history.space.near(from, 0.1, random));
    }
    found.sort(Comparator.comparingDouble(Promising::promise).reversed());
    Promising best = found.getFirst();
    for (int i = 0; i < Math.min(IMPROVED, found.size()); i++) {
      Promising at = found.get(i);
      double width = 0.1;
      for (int round = 0; round < ROUNDS; round++) {
        double[] next = history.space.near(at.point(), width, random);
        double promise = promise(process, next);
        if (promise > at.promise() && history.isNew(history.space.settings(next))) {
          at = new Promising(next, promise);
        } else {
          width = Math.max(0.005, 0.9 * width);
        }
      }
      best = at.promise() > best.promise() ? at : best;
    }
    return Optional.of(best.point());
  }

  private void add(List<Promising> found, GaussianProcess process, double[] point) {
    if (found.isEmpty() || history.isNew(history.space.settings(point))) {
      found.add(new Promising(point, promise(process, point)));
    }
  }

  private double promise(GaussianProcess process, double[] point) {
    double[] predicted = new double[2];
    process.predict(point, predicted);
    return promise(acquisition, process.best(), predicted[0], predicted[1]);
  }

  /// What a point promises whose standardised score is normal; more is better.
  static double promise(Acquisition acquisition, double best, double mean, double deviation) {
    double gain = best - mean - XI;
    double z = gain / deviation;
    return switch (acquisition) {
      case EI ->
          // Far in the tail both terms cancel to zero; there the more probable is the better.
          z < -30
              ? z * 1e-300
              : gain * NORMAL.cumulativeProbability(z) + deviation * NORMAL.density(z);
      case UCB -> KAPPA * deviation - mean;
      case PI -> z;
    };
  }
}
