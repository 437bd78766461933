package dev.gnomon.training;

import dev.gnomon.core.BadInput;
import dev.gnomon.stats.Confusion;
import dev.gnomon.stats.EntityBootstrap;
import dev.gnomon.stats.EntityBootstrap.WeightedMetric;
import dev.gnomon.stats.Interval;
import dev.gnomon.stats.ProbabilityScores;
import dev.gnomon.stats.RankedScores;
import dev.gnomon.stats.Recalibration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The metrics of one part under one set of decisions, by name.
final class Metrics {
  /// Always reported.
  private static final List<String> CORE =
      List.of(
          "roc-auc",
          "average-precision",
          "brier",
          "brier-skill",
          "log-loss",
          "recall",
          "precision");

  private static final List<String> MORE =
      List.of(
          "f1",
          "accuracy",
          "action-rate",
          "calibration-slope",
          "calibration-intercept",
          "expected-cost");

  private static final Set<String> LOWER_IS_BETTER = Set.of("brier", "log-loss", "expected-cost");

  private final Scored part;
  private final boolean[] decided;
  private final double[] costs;
  private final RankedScores ranked;

  /// @param costs what each row adds to the total cost; empty without costs
  Metrics(Scored part, boolean[] decided, double[] costs) {
    this.part = part;
    this.decided = decided;
    this.costs = costs;
    this.ranked = RankedScores.of(part.probabilities(), part.labels());
  }

  /// The entry of a metric that is known to be there.
  static <T> T required(Map<String, T> byName, String name) {
    T found = byName.get(name);
    if (found == null) {
      throw new IllegalStateException("metric '%s' was not measured".formatted(name));
    }
    return found;
  }

  static boolean lowerIsBetter(String name) {
    return LOWER_IS_BETTER.contains(name);
  }

  /// The names to report: those asked for first, then the core, cost last.
  ///
  /// @throws BadInput for a name that is no metric
  static List<String> names(List<String> asked, boolean withCosts) {
    Set<String> names = new LinkedHashSet<>();
    for (String name : asked) {
      require(name, "evaluation.metrics");
      if (withCosts || !name.equals("expected-cost")) {
        names.add(name);
      }
    }
    names.addAll(CORE);
    if (withCosts) {
      names.add("expected-cost");
    }
    return List.copyOf(names);
  }

  static void require(String name, String place) {
    if (!CORE.contains(name) && !MORE.contains(name)) {
      List<String> all = new ArrayList<>(CORE);
      all.addAll(MORE);
      throw new BadInput(
          place, "'%s' is no metric".formatted(name), "one of " + String.join(", ", all));
    }
  }

  /// The value over all rows.
  double value(String name) {
    double[] ones = new double[part.size()];
    Arrays.fill(ones, 1);
    return metric(name).of(ones);
  }

  Map<String, Double> values(List<String> names) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (String name : names) {
      values.put(name, value(name));
    }
    return values;
  }

  Map<String, Interval> intervals(List<String> names, EntityBootstrap bootstrap) {
    List<Interval> found =
        bootstrap.intervals(
            part.entities(), part.entityCount(), names.stream().map(this::metric).toList());
    Map<String, Interval> intervals = new LinkedHashMap<>();
    for (int i = 0; i < found.size(); i++) {
      intervals.put(names.get(i), found.get(i));
    }
    return intervals;
  }

  WeightedMetric metric(String name) {
    double[] p = part.probabilities();
    double[] y = part.labels();
    return switch (name) {
      case "roc-auc" -> ranked::rocAuc;
      case "average-precision" -> ranked::averagePrecision;
      case "brier" -> w -> ProbabilityScores.brier(p, y, w);
      case "brier-skill" ->
          w -> {
            double rate = mean(y, w);
            return 1 - ProbabilityScores.brier(p, y, w) / (rate * (1 - rate));
          };
      case "log-loss" -> w -> ProbabilityScores.logLoss(p, y, w);
      case "recall" -> w -> confusion(w).recall();
      case "precision" -> w -> confusion(w).precision();
      case "f1" -> w -> confusion(w).f1();
      case "accuracy" -> w -> confusion(w).accuracy();
      case "action-rate" -> w -> confusion(w).actionRate();
      case "calibration-slope" -> w -> Recalibration.fit(p, y, w).slope();
      case "calibration-intercept" -> w -> Recalibration.fit(p, y, w).intercept();
      case "expected-cost" -> w -> mean(costs, w);
      default -> throw new IllegalArgumentException("no metric '" + name + "'");
    };
  }

  private Confusion confusion(double[] weights) {
    double tp = 0;
    double fp = 0;
    double fn = 0;
    double tn = 0;
    for (int i = 0; i < weights.length; i++) {
      double positive = weights[i] * part.labels()[i];
      double negative = weights[i] - positive;
      if (decided[i]) {
        tp += positive;
        fp += negative;
      } else {
        fn += positive;
        tn += negative;
      }
    }
    return new Confusion(tp, fp, fn, tn);
  }

  private static double mean(double[] values, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * values[i];
      total += weights[i];
    }
    return sum / total;
  }
}
