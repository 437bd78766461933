package dev.gnomon.training.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What a searcher remembers: points with scores, points that are pending, and what was proposed.
///
/// A trial without a score counts as bad as the worst one that has a score.
final class History {
  /// A space of at most so many points is searched without repetition, all points being looked at.
  static final int FINITE = 4096;

  final Space space;
  final List<double[]> points = new ArrayList<>();
  final List<Double> scores = new ArrayList<>();
  final List<double[]> pending = new ArrayList<>();
  final Optional<List<Map<String, String>>> all;
  private final Set<String> proposed = new HashSet<>();
  private int asked;

  History(Space space) {
    this.space = space;
    this.all = space.all(FINITE);
  }

  int asked() {
    return asked;
  }

  boolean isNew(Map<String, String> settings) {
    return !proposed.contains(name(settings));
  }

  /// Points of a finite space that were not proposed yet.
  List<Map<String, String>> untried() {
    return all.orElseThrow().stream().filter(this::isNew).toList();
  }

  Proposal propose(double[] point, double resource) {
    Map<String, String> settings = space.settings(point);
    pending.add(space.point(settings));
    proposed.add(name(settings));
    asked++;
    return new Proposal(settings, resource);
  }

  void tell(Trial trial) {
    double[] point = space.point(trial.settings());
    for (int i = 0; i < pending.size(); i++) {
      if (java.util.Arrays.equals(pending.get(i), point)) {
        pending.remove(i);
        break;
      }
    }
    proposed.add(name(trial.settings()));
    points.add(point);
    scores.add(trial.score());
  }

  /// The scores, with the worst in place of missing ones.
  double[] told() {
    double worst = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      worst = Double.isFinite(score) ? Math.max(worst, score) : worst;
    }
    double[] told = new double[scores.size()];
    for (int i = 0; i < told.length; i++) {
      told[i] =
          Double.isFinite(scores.get(i))
              ? scores.get(i)
              : worst == Double.NEGATIVE_INFINITY ? 0 : worst;
    }
    return told;
  }

  private static String name(Map<String, String> settings) {
    return new TreeMap<>(settings).toString();
  }
}
