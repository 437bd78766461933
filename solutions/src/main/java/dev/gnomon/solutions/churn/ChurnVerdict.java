package dev.gnomon.solutions.churn;

import dev.gnomon.schema.Times;
import dev.gnomon.stats.RankedScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A model's decisions beside the oracle's on the same observations.
///
/// Money saved is what a policy costs less than offering to nobody, in USD by the costs of the use
/// case ([ChurnTruth#cost]).
///
/// @param nobody what offering to nobody costs, each observation on its own
/// @param everyone what offering to everyone costs, each observation on its own
/// @param model the decisions judged
/// @param oracle acting where the true probability says that it pays
public record ChurnVerdict(
    int observations, double nobody, double everyone, Figures model, Figures oracle) {
  private static final long PERIOD = ChurnScenario.HORIZON_DAYS * Times.DAY;

  /// @param rocAuc of the scores
  /// @param recall share of the leavers that an offer is meant for
  /// @param precision share of leavers among the offers
  /// @param found leavers that an offer is meant for
  /// @param leavers all
  /// @param saved each observation on its own
  /// @param savedOnce with at most one offer and one loss per customer and 30 days: what is left
  ///   when an early offer to somebody who leaves later counts as wasted
  public record Figures(
      double rocAuc,
      double recall,
      double precision,
      long found,
      long leavers,
      double saved,
      double savedOnce) {}

  /// @param truths in the order of time
  /// @param scores of the model, per truth
  /// @param acts decisions of the model, per truth
  public static ChurnVerdict of(List<ChurnOracle.Truth> truths, double[] scores, boolean[] acts) {
    double[] known = truths.stream().mapToDouble(ChurnOracle.Truth::probability).toArray();
    boolean[] best = new boolean[acts.length];
    boolean[] all = new boolean[acts.length];
    Arrays.fill(all, true);
    for (int i = 0; i < best.length; i++) {
      best[i] = ChurnTruth.pays(truths.get(i).probability(), truths.get(i).clv());
    }
    return new ChurnVerdict(
        acts.length,
        cost(truths, new boolean[acts.length]),
        cost(truths, all),
        figures(truths, scores, acts),
        figures(truths, known, best));
  }

  /// The share of the oracle's saving that the model reaches, each observation on its own.
  public double share() {
    return model.saved() / oracle.saved();
  }

  /// The same with at most one offer and one loss per customer and 30 days.
  public double shareOnce() {
    return model.savedOnce() / oracle.savedOnce();
  }

  private static Figures figures(List<ChurnOracle.Truth> truths, double[] scores, boolean[] acts) {
    boolean[] none = new boolean[acts.length];
    double[] labels = new double[acts.length];
    long found = 0;
    long leavers = 0;
    long offers = 0;
    for (int i = 0; i < acts.length; i++) {
      boolean leaves = truths.get(i).cancelled();
      labels[i] = leaves ? 1 : 0;
      leavers += leaves ? 1 : 0;
      offers += acts[i] ? 1 : 0;
      found += leaves && acts[i] ? 1 : 0;
    }
    return new Figures(
        RankedScores.of(scores, labels).rocAuc(),
        (double) found / leavers,
        (double) found / offers,
        found,
        leavers,
        cost(truths, none) - cost(truths, acts),
        costOnce(truths, none) - costOnce(truths, acts));
  }

  private static double cost(List<ChurnOracle.Truth> truths, boolean[] acts) {
    double sum = 0;
    for (int i = 0; i < acts.length; i++) {
      sum += ChurnTruth.cost(acts[i], truths.get(i).cancelled(), truths.get(i).clv());
    }
    return sum;
  }

  private static double costOnce(List<ChurnOracle.Truth> truths, boolean[] acts) {
    Map<String, List<Integer>> open = new HashMap<>();
    List<List<Integer>> periods = new ArrayList<>();
    for (int i = 0; i < acts.length; i++) {
      List<Integer> period = open.get(truths.get(i).key());
      if (period == null || truths.get(i).at() - truths.get(period.getFirst()).at() >= PERIOD) {
        period = new ArrayList<>();
        periods.add(period);
        open.put(truths.get(i).key(), period);
      }
      period.add(i);
    }
    return periods.stream().mapToDouble(period -> costOnce(truths, acts, period)).sum();
  }

  private static double costOnce(
      List<ChurnOracle.Truth> truths, boolean[] acts, List<Integer> period) {
    for (int row : period) {
      if (acts[row]) {
        double offer = ChurnTruth.cost(true, truths.get(row).cancelled(), truths.get(row).clv());
        return truths.get(row).cancelled() ? offer : offer + firstLoss(truths, period);
      }
    }
    return firstLoss(truths, period);
  }

  private static double firstLoss(List<ChurnOracle.Truth> truths, List<Integer> period) {
    return period.stream()
        .map(truths::get)
        .filter(ChurnOracle.Truth::cancelled)
        .mapToDouble(ChurnOracle.Truth::clv)
        .findFirst()
        .orElse(0);
  }
}
