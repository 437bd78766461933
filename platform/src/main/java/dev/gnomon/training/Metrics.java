package dev.gnomon.training;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.MetricNames;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.stats.CalibrationCurve;
import dev.gnomon.stats.Confusion;
import dev.gnomon.stats.EntityBootstrap;
import dev.gnomon.stats.EntityBootstrap.WeightedMetric;
import dev.gnomon.stats.Interval;
import dev.gnomon.stats.ProbabilityScores;
import dev.gnomon.stats.RankedScores;
import dev.gnomon.stats.Recalibration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The metrics of one part under one set of decisions, by name.
final class Metrics {
  private static final int BINS = 10;

  private final Scored part;
  private final boolean[] decided;
  private final double[] costs;
  private final double[] idle;
  private final double[] spent;
  private @Nullable RankedScores ranked;

  /// @param costs what each row adds to the total cost; empty without costs
  Metrics(Scored part, boolean[] decided, double[] costs) {
    this(part, decided, costs, new double[part.size()], new double[part.size()]);
  }

  /// @param idle what each row would add if nobody were acted on
  /// @param spent the price of the action, on rows that are acted on
  Metrics(Scored part, boolean[] decided, double[] costs, double[] idle, double[] spent) {
    this.part = part;
    this.decided = decided;
    this.costs = costs;
    this.idle = idle;
    this.spent = spent;
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
    return MetricNames.lowerIsBetter(name) || NumberMetrics.lowerIsBetter(name);
  }

  /// The names to report of the kind of target that a use case has.
  static List<String> names(UseCase useCase, List<String> asked, boolean withCosts) {
    return useCase.frame().task().isNumber() ? NumberMetrics.names(asked) : names(asked, withCosts);
  }

  /// The names to report: those asked for first, then the core, cost last.
  ///
  /// @throws BadInput for a name that is no metric
  static List<String> names(List<String> asked, boolean withCosts) {
    Set<String> names = new LinkedHashSet<>();
    for (String name : asked) {
      require(name, "evaluation.metrics");
      if (withCosts || !MetricNames.isMoney(name)) {
        names.add(name);
      }
    }
    names.addAll(MetricNames.CORE);
    if (withCosts) {
      names.add("expected-cost");
    }
    return List.copyOf(names);
  }

  static void require(String name, String place) {
    if (!NumberMetrics.has(name)) {
      MetricNames.require(name, place);
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

  /// Sorted once, when first asked for; never where the target is a number.
  private RankedScores ranked() {
    RankedScores found = ranked;
    if (found == null) {
      found = RankedScores.of(part.probabilities(), part.labels());
      ranked = found;
    }
    return found;
  }

  WeightedMetric metric(String name) {
    double[] p = part.probabilities();
    double[] y = part.labels();
    return switch (name) {
      case "roc-auc" -> ranked()::rocAuc;
      case "average-precision" -> ranked()::averagePrecision;
      case "brier" -> w -> ProbabilityScores.brier(p, y, w);
      case "brier-skill" -> w -> ProbabilityScores.brierSkill(p, y, w);
      case "log-loss" -> w -> ProbabilityScores.logLoss(p, y, w);
      case "recall" -> w -> confusion(w).recall();
      case "precision" -> w -> confusion(w).precision();
      case "f1" -> w -> confusion(w).f1();
      case "accuracy" -> w -> confusion(w).accuracy();
      case "balanced-accuracy" -> w -> confusion(w).balancedAccuracy();
      case "specificity" -> w -> 1 - confusion(w).falsePositiveRate();
      case "mcc" -> w -> confusion(w).matthews();
      case "kappa" -> w -> confusion(w).kappa();
      case "action-rate" -> w -> confusion(w).actionRate();
      case "calibration-slope" -> w -> Recalibration.fit(p, y, w).slope();
      case "calibration-intercept" -> w -> Recalibration.fit(p, y, w).intercept();
      case "pr-auc-trapezoid" -> ranked()::precisionRecallTrapezoid;
      case "ks" -> ranked()::kolmogorovSmirnov;
      case "ece" -> equalWidth();
      case "ece-equal-mass" -> w -> ranked().calibrationErrorEqualMass(BINS, w);
      case "expected-cost" -> w -> mean(costs, w);
      case "profit" -> w -> mean(idle, w) - mean(costs, w);
      case "roi" -> w -> (sum(idle, w) - sum(costs, w)) / sum(spent, w);
      default -> NumberMetrics.has(name) ? NumberMetrics.metric(name, p, y) : family(name);
    };
  }

  /// Those with a figure in their name.
  private WeightedMetric family(String name) {
    OptionalDouble beta = MetricNames.beta(name);
    if (beta.isPresent()) {
      return w -> confusion(w).fBeta(beta.getAsDouble());
    }
    Optional<MetricNames.Top> top = MetricNames.top(name);
    if (top.isPresent()) {
      double share = top.get().share(part.size());
      return switch (top.get().measure()) {
        case "lift" -> w -> ranked().precisionAtTop(share, w) / mean(part.labels(), w);
        case "precision" -> w -> ranked().precisionAtTop(share, w);
        default -> w -> ranked().recallAtTop(share, w);
      };
    }
    MetricNames.AtOther other =
        MetricNames.atOther(name)
            .orElseThrow(() -> new IllegalArgumentException("no metric '" + name + "'"));
    return other.recall()
        ? w -> ranked().recallAtPrecision(other.least(), w)
        : w -> ranked().precisionAtRecall(other.least(), w);
  }

  /// The bin of a row does not depend on the weights, so it is found once.
  private WeightedMetric equalWidth() {
    double[] p = part.probabilities();
    int[] bins = new int[p.length];
    for (int i = 0; i < bins.length; i++) {
      bins[i] = CalibrationCurve.equalWidthBin(p[i], BINS);
    }
    return w -> {
      double[] apart = new double[BINS];
      double total = 0;
      for (int i = 0; i < bins.length; i++) {
        apart[bins[i]] += w[i] * (p[i] - part.labels()[i]);
        total += w[i];
      }
      double sum = 0;
      for (double bin : apart) {
        sum += Math.abs(bin);
      }
      return sum / total;
    };
  }

  private static double sum(double[] values, double[] weights) {
    return Evaluator.sum(values, weights);
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
