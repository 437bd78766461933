package dev.gnomon.training;

import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Table;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Decision;
import dev.gnomon.models.Policy;
import dev.gnomon.models.Review;
import dev.gnomon.schema.Times;
import dev.gnomon.stats.CalibrationCurve;
import dev.gnomon.stats.Confusion;
import dev.gnomon.stats.DeLong;
import dev.gnomon.stats.EntityBootstrap;
import dev.gnomon.stats.EntityBootstrap.WeightedMetric;
import dev.gnomon.stats.Interval;
import dev.gnomon.stats.Proportions;
import dev.gnomon.stats.RandomStream;
import dev.gnomon.stats.RankedScores;
import dev.gnomon.stats.Recalibration;
import dev.gnomon.training.Evaluation.CalibrationResult;
import dev.gnomon.training.Evaluation.Cells;
import dev.gnomon.training.Evaluation.ConstraintPrice;
import dev.gnomon.training.Evaluation.CostCurve;
import dev.gnomon.training.Evaluation.Money;
import dev.gnomon.training.Evaluation.OperatingPoint;
import dev.gnomon.training.Evaluation.Point;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Measures one scored part: metrics, money, curves, calibration, each with intervals that resample
/// entities.
final class Evaluator {
  static final double LEVEL = 0.95;
  private static final int BINS = 10;
  private static final int REVIEW_DRAWS = 20;
  private static final int CURVE_POINTS = 200;

  private final UseCase useCase;
  private final TrainingSet set;
  private final Scored part;
  private final OutcomePeriods periods;
  private final Capacity capacity;
  private final Policy policy;
  private final EntityBootstrap bootstrap;

  Evaluator(UseCase useCase, TrainingSet set, Scored part, Policy policy, Capacity capacity) {
    this.useCase = useCase;
    this.set = set;
    this.part = part;
    this.periods = OutcomePeriods.of(useCase, set, part.rows());
    this.capacity = capacity;
    this.policy = policy;
    this.bootstrap = bootstrap(part.size(), useCase.training().seed());
  }

  /// 1,000 resamples, fewer (at least 200) beyond 50,000 rows, where intervals are narrow anyway.
  static EntityBootstrap bootstrap(int rows, long seed) {
    int resamples = Math.clamp(50_000_000L / Math.max(1, rows), 200, 1000);
    return new EntityBootstrap(resamples, LEVEL, seed);
  }

  EntityBootstrap bootstrap() {
    return bootstrap;
  }

  boolean[] decide(Line line) {
    return capacity.keep(set, part, line.decide(part));
  }

  /// What each row adds to the total; zeros without costs.
  double[] costs(boolean[] decided) {
    return costs(part, decided, periods);
  }

  static double[] costs(Scored part, boolean[] decided, OutcomePeriods periods) {
    return part.costs()
        .map(c -> periods.costs(decided, part.labels(), c))
        .orElseGet(() -> new double[part.size()]);
  }

  Metrics metrics(Line line) {
    return metrics(part, decide(line), periods);
  }

  static Metrics metrics(Scored part, boolean[] decided, OutcomePeriods periods) {
    return new Metrics(
        part,
        decided,
        costs(part, decided, periods),
        costs(part, new boolean[part.size()], periods),
        spent(part, decided, periods));
  }

  /// What acting itself costs, whatever comes of it: a false positive less a true negative.
  private static double[] spent(Scored part, boolean[] decided, OutcomePeriods periods) {
    double[] spent = new double[part.size()];
    if (part.costs().isPresent()) {
      OutcomePeriods.RowCosts costs = part.costs().get();
      boolean[] acting = periods.acting(decided);
      for (int i = 0; i < spent.length; i++) {
        spent[i] = acting[i] ? costs.falsePositive()[i] - costs.trueNegative()[i] : 0;
      }
    }
    return spent;
  }

  Map<String, Interval> intervals(Line line, List<String> names) {
    return metrics(line).intervals(names, bootstrap);
  }

  Interval deLong() {
    return DeLong.interval(part.probabilities(), part.labels(), LEVEL);
  }

  List<OperatingPoint> points(List<Line> lines) {
    List<OperatingPoint> points = new ArrayList<>();
    for (Line line : lines) {
      boolean[] decided = decide(line);
      Metrics metrics = new Metrics(part, decided, costs(decided));
      double[] costs = costs(decided);
      List<WeightedMetric> measured =
          List.of(metrics.metric("recall"), metrics.metric("precision"), w -> sum(costs, w));
      List<Interval> found = bootstrap.intervals(part.entities(), part.entityCount(), measured);
      points.add(
          new OperatingPoint(
              line.name(),
              line.threshold(),
              line.rule(),
              found.get(0),
              found.get(1),
              Confusion.of(decided, part.labels(), ones()),
              part.costs().isPresent() ? Optional.of(found.get(2)) : Optional.empty()));
    }
    return points;
  }

  Optional<Money> money(List<Line> lines, Map<String, Line> alone) {
    if (part.costs().isEmpty()) {
      return Optional.empty();
    }
    boolean[] decided = decide(lines.getLast());
    boolean[] all = new boolean[part.size()];
    Arrays.fill(all, true);
    double[] policy = costs(decided);
    double[] nobody = costs(new boolean[part.size()]);
    double[] everybody = costs(all);
    double[] cheapest = costs(decide(lines.getFirst()));
    List<WeightedMetric> measured =
        List.of(
            w -> sum(policy, w),
            w -> sum(nobody, w),
            w -> sum(everybody, w),
            w -> sum(nobody, w) - sum(policy, w),
            w -> Math.min(sum(nobody, w), sum(everybody, w)) - sum(policy, w),
            w -> sum(policy, w) - sum(cheapest, w));
    List<Interval> found = bootstrap.intervals(part.entities(), part.entityCount(), measured);
    OutcomePeriods.Counts counts = periods.counts(decided, part.labels());
    return Optional.of(
        new Money(
            found.get(0),
            found.get(1),
            found.get(2),
            found.get(3),
            found.get(4),
            lines.size() > 1 ? Optional.of(found.get(5)) : Optional.empty(),
            prices(lines.getFirst(), alone),
            counts.actions(),
            counts.caught(),
            counts.outcomes(),
            cells(decided, policy)));
  }

  /// Each constraint as if it were the only one, against the cheapest line without any.
  private List<ConstraintPrice> prices(Line cheapest, Map<String, Line> alone) {
    double[] free = costs(cheapest.decide(part));
    List<String> names = new ArrayList<>();
    List<WeightedMetric> prices = new ArrayList<>();
    alone.forEach((name, line) -> {
      double[] bound = costs(line.decide(part));
      names.add(name);
      prices.add(w -> sum(bound, w) - sum(free, w));
    });
    capacity
        .limit()
        .ifPresent(limit -> {
          double[] bound = costs(decide(cheapest));
          names.add(
              "capacity %,d per %s"
                  .formatted(limit.max(), Splits.days(limit.per().toNanos() / 1000)));
          prices.add(w -> sum(bound, w) - sum(free, w));
        });
    List<Interval> found = bootstrap.intervals(part.entities(), part.entityCount(), prices);
    List<ConstraintPrice> result = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      result.add(new ConstraintPrice(names.get(i), found.get(i)));
    }
    return result;
  }

  /// What goes to review and what that saves, in a sentence; empty when nothing is reviewed.
  Optional<String> review(Line line) {
    Optional<Review> review = line.policy().review();
    if (review.isEmpty()) {
      return Optional.empty();
    }
    boolean[] reviewed = new boolean[part.size()];
    int count = 0;
    Decision decision = new Decision();
    Table.Cursor row = set.rows().cursor();
    for (int i = 0; i < reviewed.length; i++) {
      line.policy().decide(part.probabilities()[i], row.at(part.rows()[i]), decision);
      reviewed[i] = decision.review();
      count += reviewed[i] ? 1 : 0;
    }
    String where =
        line.policy()
            .reviewBand()
            .map(b ->
                " between %s and %s%s"
                    .formatted(
                        Line.figure(b[0]),
                        Line.figure(b[1]),
                        threshold(line) ? "" : " for a typical case"))
            .orElse("");
    String share =
        String.format(
            Locale.ROOT,
            "%,d of %,d cases (%.0f %%) go to review%s",
            count,
            reviewed.length,
            100.0 * count / reviewed.length,
            where);
    double price = review.get().cost();
    if (part.costs().isEmpty() || Double.isNaN(price)) {
      return Optional.of(share + ".");
    }
    boolean[] decided = decide(line);
    double[] atOnce = costs(decided);
    double[] withReview = withReview(review.get(), decided, reviewed);
    Interval saved =
        bootstrap.interval(
            part.entities(), part.entityCount(), w -> sum(atOnce, w) - sum(withReview, w));
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s at %s %s each: against deciding them at once this %s %,.0f %s on the test part (95 %%:"
                + " %,.0f to %,.0f), if a reviewer is right about %.0f %% of the positives and %.0f %%"
                + " of the negatives (stated).",
            share,
            Line.figure(price),
            policy.currency().orElse(""),
            saved.estimate() < 0 ? "costs" : "saves",
            Math.abs(saved.estimate()),
            policy.currency().orElse(""),
            saved.estimate() < 0 ? -saved.upper() : saved.lower(),
            saved.estimate() < 0 ? -saved.lower() : saved.upper(),
            100 * review.get().sensitivity(),
            100 * review.get().specificity()));
  }

  private static boolean threshold(Line line) {
    return line.threshold().isPresent();
  }

  /// Costs per row when a person answers the reviewed ones: the mean over draws of the reviewer's
  /// errors, since which outcome of a period is caught depends on them together.
  private double[] withReview(Review review, boolean[] decided, boolean[] reviewed) {
    boolean certain = review.sensitivity() == 1 && review.specificity() == 1;
    int draws = certain ? 1 : REVIEW_DRAWS;
    RandomStream root = RandomStream.of(useCase.training().seed()).split("review");
    double[] mean = new double[part.size()];
    for (int d = 0; d < draws; d++) {
      RandomStream random = root.split(d);
      boolean[] answered = decided.clone();
      for (int i = 0; i < answered.length; i++) {
        if (reviewed[i]) {
          boolean positive = part.labels()[i] == 1;
          boolean right =
              random.nextDouble() < (positive ? review.sensitivity() : review.specificity());
          answered[i] = positive == right;
        }
      }
      double[] costs = costs(answered);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += (costs[i] + (reviewed[i] ? review.cost() : 0)) / draws;
      }
    }
    return mean;
  }

  private Cells cells(boolean[] decided, double[] costs) {
    double[] cells = new double[4];
    for (int i = 0; i < costs.length; i++) {
      cells[(decided[i] ? 0 : 2) + (part.labels()[i] == 1 ? 0 : 1)] += costs[i];
    }
    return new Cells(cells[0], cells[1], cells[2], cells[3]);
  }

  CalibrationResult calibration() {
    double[] p = part.probabilities();
    double[] y = part.labels();
    Recalibration fit = Recalibration.fit(p, y, ones());
    Interval slope = fit.slopeInterval(LEVEL);
    Interval intercept = fit.interceptInterval(LEVEL);
    if (part.entityCount() < part.size()) {
      // Rows of one entity are not independent, so the regression's own errors are too small.
      List<Interval> found =
          new EntityBootstrap(200, LEVEL, useCase.training().seed())
              .intervals(
                  part.entities(),
                  part.entityCount(),
                  List.of(
                      w -> Recalibration.fit(p, y, w).slope(),
                      w -> Recalibration.fit(p, y, w).intercept()));
      slope = found.get(0);
      intercept = found.get(1);
    }
    List<CalibrationResult.Bin> bins = new ArrayList<>();
    double perRow = (double) part.entityCount() / part.size();
    for (CalibrationCurve.Bin bin : CalibrationCurve.equalMass(p, y, ones(), BINS).bins()) {
      double independent = Math.max(1, bin.count() * perRow);
      bins.add(
          new CalibrationResult.Bin(
              (int) bin.count(),
              bin.meanPredicted(),
              Proportions.wilson(bin.observed() * independent, independent, LEVEL)));
    }
    return new CalibrationResult(slope, intercept, bins);
  }

  List<Point> roc() {
    return thin(RankedScores.of(part.probabilities(), part.labels()).rocCurve());
  }

  List<Point> precisionRecall() {
    return thin(RankedScores.of(part.probabilities(), part.labels()).precisionRecallCurve());
  }

  Optional<CostCurve> costCurve(List<Line> lines) {
    if (part.costs().isEmpty()) {
      return Optional.empty();
    }
    boolean byThreshold = lines.getFirst().threshold().isPresent();
    List<Point> points = new ArrayList<>();
    double[] grid = grid(byThreshold, lines);
    for (double at : grid) {
      Line line = byThreshold ? Line.byScore("", at, policy) : Line.byGain("", at, policy);
      points.add(new Point(at, total(line)));
    }
    List<CostCurve.Mark> marks = new ArrayList<>();
    for (Line line : lines) {
      double at = line.threshold().orElse(line.at());
      marks.add(new CostCurve.Mark(line.name(), at, total(line)));
    }
    return Optional.of(
        new CostCurve(
            byThreshold
                ? "threshold of the probability"
                : "least expected gain per action, " + policy.currency().orElse(""),
            points,
            marks));
  }

  private double[] grid(boolean byThreshold, List<Line> lines) {
    double low = 0;
    double high = 1;
    if (!byThreshold) {
      double[] sorted = part.gains().clone();
      Arrays.sort(sorted);
      low = sorted[(int) (0.01 * (sorted.length - 1))];
      high = sorted[(int) (0.99 * (sorted.length - 1))];
      for (Line line : lines) {
        low = Math.min(low, line.at());
        high = Math.max(high, line.at());
      }
    }
    double[] grid = new double[101];
    for (int i = 0; i < grid.length; i++) {
      grid[i] = low + (high - low) * i / 100;
    }
    return grid;
  }

  private double total(Line line) {
    return Arrays.stream(costs(decide(line))).sum();
  }

  /// What the test part covers: dates for people, and how many weeks of decisions.
  static double weeks(UseCase useCase, TrainingSet set, int[] rows) {
    if (rows.length == 0 || (set.horizonMicros() == 0 && span(set, rows) == 0)) {
      return 0;
    }
    long every =
        useCase.frame().observe() instanceof Frame.Observe.Grid grid
            ? grid.every().toNanos() / 1000
            : 0;
    return (double) (span(set, rows) + every) / (7 * Times.DAY);
  }

  static String period(TrainingSet set, int[] rows) {
    long first = Arrays.stream(rows).mapToLong(r -> set.observedAt()[r]).min().orElse(0);
    long last = Arrays.stream(rows).mapToLong(r -> set.observedAt()[r]).max().orElse(0);
    return first == 0 && last == 0 ? "" : day(first) + " to " + day(last);
  }

  private static long span(TrainingSet set, int[] rows) {
    long first = Arrays.stream(rows).mapToLong(r -> set.observedAt()[r]).min().orElse(0);
    long last = Arrays.stream(rows).mapToLong(r -> set.observedAt()[r]).max().orElse(0);
    return last - first;
  }

  private static LocalDate day(long micros) {
    return LocalDate.ofInstant(Times.instant(micros), ZoneOffset.UTC);
  }

  private static List<Point> thin(List<RankedScores.CurvePoint> curve) {
    List<Point> points = new ArrayList<>();
    double stride = Math.max(1, (curve.size() - 1) / (double) CURVE_POINTS);
    int last = -1;
    for (double at = 0; last < curve.size() - 1; at += stride) {
      int i = (int) Math.min(curve.size() - 1, Math.round(at));
      if (i != last) {
        points.add(new Point(curve.get(i).x(), curve.get(i).y()));
      }
      last = i;
    }
    return points;
  }

  static double sum(double[] values, double[] weights) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * values[i];
    }
    return sum;
  }

  private double[] ones() {
    double[] ones = new double[part.size()];
    Arrays.fill(ones, 1);
    return ones;
  }
}
