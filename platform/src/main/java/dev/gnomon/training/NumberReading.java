package dev.gnomon.training;

import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.stats.EntityBootstrap;
import dev.gnomon.stats.Interval;
import dev.gnomon.stats.Quantiles;
import dev.gnomon.stats.SortOrder;
import dev.gnomon.training.Evaluation.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How predicted numbers lie about what happened.
final class NumberReading {
  private static final int BINS = 10;
  private static final double[] ERRORS = {0.05, 0.25, 0.5, 0.75, 0.95};
  private static final double[] WITHIN = {0.5, 0.8, 0.9, 0.95};

  private NumberReading() {}

  static Numbers of(
      UseCase useCase, TrainingSet set, int[] train, Scored part, EntityBootstrap bootstrap) {
    double[] p = part.probabilities();
    double[] y = part.labels();
    double[] targets = Arrays.stream(train).mapToDouble(r -> set.labels()[r]).toArray();
    double mean = Arrays.stream(targets).average().orElse(Double.NaN);
    double squares = Arrays.stream(targets).map(t -> (t - mean) * (t - mean)).sum();
    List<Interval> line =
        bootstrap.intervals(
            part.entities(),
            part.entityCount(),
            List.of(w -> line(p, y, w)[0], w -> line(p, y, w)[1]));
    double[] errors = new double[p.length];
    double[] sizes = new double[p.length];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = p[i] - y[i];
      sizes[i] = Math.abs(errors[i]);
    }
    return new Numbers(
        useCase.frame().target() instanceof Frame.Target.InColumn target
            ? target.column()
            : "the target",
        mean,
        Math.sqrt(squares / targets.length),
        line.get(0),
        line.get(1),
        bins(part, bootstrap),
        quantiles(errors, ERRORS),
        quantiles(sizes, WITHIN));
  }

  static String headline(Numbers numbers, Map<String, Interval> test) {
    Interval mae = Metrics.required(test, "mae");
    return String.format(
        Locale.ROOT,
        "Foresees %s, off by %s on average (95 %%: %s to %s), 9 times of 10 by at most %s (R2 %.3f)",
        numbers.target(),
        amount(mae.estimate()),
        amount(mae.lower()),
        amount(mae.upper()),
        amount(
            numbers.within().stream()
                .filter(q -> q.share() == 0.9)
                .findFirst()
                .orElseThrow()
                .value()),
        Metrics.required(test, "r2").estimate());
  }

  /// Three significant digits.
  private static String amount(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    double size = Math.abs(value);
    return size >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : new java.math.BigDecimal(value)
            .round(new java.math.MathContext(3))
            .stripTrailingZeros()
            .toPlainString();
  }

  /// Slope and intercept of y over p by weighted least squares; NaN when all p are the same.
  private static double[] line(double[] p, double[] y, double[] w) {
    double total = 0;
    double meanP = 0;
    double meanY = 0;
    for (int i = 0; i < p.length; i++) {
      total += w[i];
      meanP += w[i] * p[i];
      meanY += w[i] * y[i];
    }
    meanP /= total;
    meanY /= total;
    double both = 0;
    double own = 0;
    for (int i = 0; i < p.length; i++) {
      both += w[i] * (p[i] - meanP) * (y[i] - meanY);
      own += w[i] * (p[i] - meanP) * (p[i] - meanP);
    }
    double slope = own > 0 ? both / own : Double.NaN;
    return new double[] {slope, meanY - slope * meanP};
  }

  /// Of equally many rows; equal predictions are not torn apart by chance, since their order is
  /// that of the rows.
  private static List<Numbers.Slice> bins(Scored part, EntityBootstrap bootstrap) {
    int[] ascending = SortOrder.ascending(part.probabilities());
    int n = ascending.length;
    int bins = Math.clamp(n / 20, 1, BINS);
    EntityBootstrap fewer =
        new EntityBootstrap(
            Math.min(300, bootstrap.resamples()), bootstrap.level(), bootstrap.seed());
    List<Numbers.Slice> found = new ArrayList<>();
    for (int b = 0; b < bins; b++) {
      int from = (int) ((long) n * b / bins);
      int to = (int) ((long) n * (b + 1) / bins);
      double predicted = 0;
      double[] actual = new double[to - from];
      int[] entities = new int[actual.length];
      int[] renumbered = new int[part.entityCount()];
      int count = 0;
      for (int i = from; i < to; i++) {
        int row = ascending[i];
        predicted += part.probabilities()[row] / actual.length;
        actual[i - from] = part.labels()[row];
        int entity = part.entities()[row];
        if (renumbered[entity] == 0) {
          renumbered[entity] = ++count;
        }
        entities[i - from] = renumbered[entity] - 1;
      }
      Interval mean =
          fewer.interval(entities, count, w -> Evaluator.sum(actual, w) / Arrays.stream(w).sum());
      double[] sorted = actual.clone();
      Arrays.sort(sorted);
      found.add(
          new Numbers.Slice(
              actual.length,
              predicted,
              mean,
              Quantiles.type7(sorted, 0.1),
              Quantiles.type7(sorted, 0.9)));
    }
    return found;
  }

  private static List<Numbers.Quantile> quantiles(double[] values, double[] shares) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return Arrays.stream(shares)
        .mapToObj(share -> new Numbers.Quantile(share, Quantiles.type7(sorted, share)))
        .toList();
  }
}
