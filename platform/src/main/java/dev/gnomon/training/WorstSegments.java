package dev.gnomon.training;

import dev.gnomon.data.Column;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.stats.Interval;
import dev.gnomon.stats.SortOrder;
import dev.gnomon.training.Evaluation.Errors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// Looks through all levels of all inputs for those in which the chosen candidate errs more than
/// elsewhere.
///
/// The mean loss of a level is compared with that of all other rows by a one-sided z test whose
/// standard error adds up the influence of each entity's rows (Liang and Zeger 1986), since rows of
/// one entity err together. Hundreds of levels are looked at, so some are bad by chance: p-values
/// are adjusted by the step-down procedure of Holm (1979), which bounds the chance that any level
/// is named wrongly. A level needs [#MIN_ROWS] rows on both sides; numbers are cut at their
/// quartiles. A level with a high loss may be hard rather than badly learned: where prediction and
/// outcome agree on average, nothing is wrong but much is uncertain.
final class WorstSegments {
  static final int MIN_ROWS = 50;
  private static final double MAX_P = 0.05;
  private static final int MOST = 10;

  private WorstSegments() {}

  private record Found(
      String column,
      String level,
      int rows,
      double mean,
      double error,
      double rest,
      double p,
      double predicted,
      double actual,
      double share) {}

  static Errors of(TrainingSet set, Scored part, boolean number) {
    double[] loss = losses(part, number);
    List<Found> all = new ArrayList<>();
    List<String> inputs = set.plan().inputNames();
    for (int c = 0; c < inputs.size(); c++) {
      Column column = set.rows().column(c);
      if (column instanceof Column.Moments || allMissing(column, part.rows())) {
        continue;
      }
      Levels levels = Segments.levels(inputs.get(c), column, part);
      collect(inputs.get(c), levels, part, loss, all);
    }
    double[] adjusted = holm(all.stream().mapToDouble(Found::p).toArray());
    double overall = Arrays.stream(loss).average().orElse(Double.NaN);
    List<Errors.Worst> worst = new ArrayList<>();
    for (int i = 0; i < adjusted.length; i++) {
      Found f = all.get(i);
      if (adjusted[i] < MAX_P) {
        worst.add(
            new Errors.Worst(
                f.column,
                f.level,
                f.rows,
                normal(f.mean, f.error),
                f.rest,
                f.predicted,
                f.actual,
                f.share,
                adjusted[i]));
      }
    }
    worst.sort(
        Comparator.<Errors.Worst>comparingDouble(
                w -> -w.rows() * (w.mean().estimate() - w.elsewhere()))
            .thenComparing(Errors.Worst::column)
            .thenComparing(Errors.Worst::level));
    int[] everything = new int[part.size()];
    Arrays.setAll(everything, i -> i);
    return new Errors(
        number
            ? "size of the error, in the unit of the target"
            : "squared distance of probability and outcome",
        normal(overall, standardError(part, loss, everything, overall)),
        all.size(),
        worst.subList(0, Math.min(MOST, worst.size())));
  }

  static double[] losses(Scored part, boolean number) {
    double[] loss = new double[part.size()];
    for (int i = 0; i < loss.length; i++) {
      double error = part.probabilities()[i] - part.labels()[i];
      loss[i] = number ? Math.abs(error) : error * error;
    }
    return loss;
  }

  private static void collect(
      String column, Levels levels, Scored part, double[] loss, List<Found> all) {
    int n = part.size();
    int[] counts = new int[levels.count()];
    for (int code : levels.codes()) {
      counts[code]++;
    }
    int[][] rows = new int[counts.length][];
    for (int level = 0; level < counts.length; level++) {
      rows[level] =
          counts[level] >= MIN_ROWS && n - counts[level] >= MIN_ROWS
              ? new int[counts[level]]
              : new int[0];
    }
    int[] at = new int[counts.length];
    double total = 0;
    for (int i = 0; i < n; i++) {
      int level = levels.codes()[i];
      total += loss[i];
      if (rows[level].length > 0) {
        rows[level][at[level]++] = i;
      }
    }
    for (int level = 0; level < rows.length; level++) {
      if (rows[level].length > 0) {
        all.add(measure(column, levels.labels()[level], part, loss, rows[level], total));
      }
    }
  }

  private static Found measure(
      String column, String label, Scored part, double[] loss, int[] rows, double total) {
    double inside = 0;
    double predicted = 0;
    double actual = 0;
    for (int row : rows) {
      inside += loss[row];
      predicted += part.probabilities()[row];
      actual += part.labels()[row];
    }
    int others = part.size() - rows.length;
    double mean = inside / rows.length;
    double rest = (total - inside) / others;
    double error = standardError(part, loss, rows, mean);
    double difference = differenceError(part, loss, rows, mean, rest);
    double p =
        difference > 0
            ? NormalDistribution.of(0, 1).survivalProbability((mean - rest) / difference)
            : 1;
    return new Found(
        column,
        Segments.level(column, label),
        rows.length,
        mean,
        error,
        rest,
        p,
        predicted / rows.length,
        actual / rows.length,
        total > 0 ? inside / total : 0);
  }

  /// Of a mean over some rows.
  private static double standardError(Scored part, double[] loss, int[] rows, double mean) {
    double[] influence = new double[part.entityCount()];
    for (int row : rows) {
      influence[part.entities()[row]] += (loss[row] - mean) / rows.length;
    }
    return spread(influence);
  }

  /// Of the difference between the rows and all others.
  private static double differenceError(
      Scored part, double[] loss, int[] rows, double mean, double rest) {
    double[] influence = new double[part.entityCount()];
    int others = part.size() - rows.length;
    for (int i = 0; i < part.size(); i++) {
      influence[part.entities()[i]] -= (loss[i] - rest) / others;
    }
    for (int row : rows) {
      influence[part.entities()[row]] +=
          (loss[row] - rest) / others + (loss[row] - mean) / rows.length;
    }
    return spread(influence);
  }

  private static double spread(double[] influence) {
    double squares = 0;
    int units = 0;
    for (double i : influence) {
      squares += i * i;
      units += i == 0 ? 0 : 1;
    }
    return units < 2 ? Double.NaN : Math.sqrt(squares * units / (units - 1.0));
  }

  private static Interval normal(double estimate, double error) {
    double half =
        NormalDistribution.of(0, 1).inverseCumulativeProbability((1 + Evaluator.LEVEL) / 2) * error;
    return new Interval(estimate - half, estimate, estimate + half, Evaluator.LEVEL);
  }

  /// Adjusted p-values: the smallest times how many there are, the next times one less, and so on,
  /// never falling (Holm 1979).
  static double[] holm(double[] p) {
    int[] order = SortOrder.ascending(p);
    double[] adjusted = new double[p.length];
    double most = 0;
    for (int i = 0; i < order.length; i++) {
      most = Math.max(most, Math.min(1, p[order[i]] * (order.length - i)));
      adjusted[order[i]] = most;
    }
    return adjusted;
  }

  private static boolean allMissing(Column column, int[] rows) {
    for (int row : rows) {
      if (!column.missing(row)) {
        return false;
      }
    }
    return true;
  }
}
