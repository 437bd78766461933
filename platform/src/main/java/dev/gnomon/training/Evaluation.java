package dev.gnomon.training;

import dev.gnomon.stats.Confusion;
import dev.gnomon.stats.Interval;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// What is known of a model version from data it has not seen: the content of the report, in the
/// bundle as `evaluation.json`. Holds no time, path or person, so that the same training gives the
/// same bytes.
///
/// All intervals have level 0.95 and resample entities. Money is in [#currency], totals over the
/// test part; positive amounts are costs, savings are reductions of cost.
///
/// @param headline what the decision is worth, in one sentence
/// @param chosen the candidate that was chosen on the validation part
/// @param test metrics of the test part by name, in the order of the file
/// @param deLong the ROC-AUC's interval by DeLong, which takes rows as independent; empty where a
///   number is foreseen, as are `points`, `money`, `calibration`, the curves
/// @param points the cheapest operating point, and the one under the constraints if there are any;
///   the last one is served
/// @param numbers how predicted numbers lie about what happened; empty where a class is foreseen
/// @param errors where the chosen candidate errs most
/// @param notes what a reader should know: duplicates, dropped columns, assumptions
public record Evaluation(
    String useCase,
    Optional<String> decision,
    Optional<String> currency,
    String headline,
    Facts facts,
    String chosen,
    List<CandidateResult> candidates,
    Map<String, Interval> test,
    Map<String, Interval> validation,
    Optional<Interval> deLong,
    List<OperatingPoint> points,
    Optional<Money> money,
    Optional<CalibrationResult> calibration,
    Optional<Numbers> numbers,
    List<Point> roc,
    List<Point> precisionRecall,
    Optional<CostCurve> costCurve,
    List<Importance> importance,
    List<Segment> segments,
    Errors errors,
    List<GateResult> gates,
    List<String> notes) {
  public Evaluation {
    candidates = List.copyOf(candidates);
    points = List.copyOf(points);
    roc = List.copyOf(roc);
    precisionRecall = List.copyOf(precisionRecall);
    importance = List.copyOf(importance);
    segments = List.copyOf(segments);
    gates = List.copyOf(gates);
    notes = List.copyOf(notes);
  }

  /// Whether a number is foreseen, so that there are no operating points.
  public boolean isNumber() {
    return numbers.isPresent();
  }

  /// The operating point that is served.
  public OperatingPoint served() {
    return points.getLast();
  }

  /// The same, judged by one more gate.
  public Evaluation with(GateResult gate) {
    List<GateResult> more = new java.util.ArrayList<>(gates);
    more.add(gate);
    return new Evaluation(
        useCase,
        decision,
        currency,
        headline,
        facts,
        chosen,
        candidates,
        test,
        validation,
        deLong,
        points,
        money,
        calibration,
        numbers,
        roc,
        precisionRecall,
        costCurve,
        importance,
        segments,
        errors,
        more,
        notes);
  }

  public boolean passed() {
    return gates.stream().allMatch(GateResult::passed);
  }

  /// Where the figures come from.
  ///
  /// @param period what the test part covers, for people: dates, or empty for a flat table
  /// @param weeks how many weeks of decisions the test part holds; 0 without time
  public record Facts(
      String entity,
      Part train,
      Part validation,
      Part test,
      int gaps,
      int unlabelled,
      int features,
      String split,
      String period,
      double weeks,
      String trainingSetHash,
      String testHash,
      long seed) {}

  public record Part(int rows, int positives, int entities) {
    public double share() {
      return rows == 0 ? Double.NaN : (double) positives / rows;
    }
  }

  /// A candidate on the validation part.
  ///
  /// @param settings as chosen, for people
  /// @param objective the figure it was chosen by; lower is better if `lowerIsBetter`
  /// @param interval of the objective
  /// @param behind by how much it is worse than the chosen one, in the objective, on the same
  ///   resamples; below 0 when better
  /// @param cost expected cost per row; empty without costs
  public record CandidateResult(
      String name,
      String settings,
      Map<String, Double> metrics,
      double objective,
      boolean lowerIsBetter,
      boolean chosen,
      Interval interval,
      Interval behind,
      Optional<Interval> cost) {
    /// Whether chance alone may have put it behind the chosen one.
    public boolean level() {
      return !behind.above(0);
    }
  }

  /// How predicted numbers lie about what happened, on the test part. The error is the prediction
  /// less what happened.
  ///
  /// @param target the column
  /// @param mean of the target over the training part
  /// @param deviation of the target over the training part
  /// @param slope of a straight line through what happened over the predictions; 1 is perfect
  /// @param intercept of the same line; 0 is perfect
  /// @param bins of equally many rows, by prediction
  /// @param errors quantiles of the error
  /// @param within the size of the error that so large a share of the rows does not exceed
  public record Numbers(
      String target,
      double mean,
      double deviation,
      Interval slope,
      Interval intercept,
      List<Slice> bins,
      List<Quantile> errors,
      List<Quantile> within) {
    public Numbers {
      bins = List.copyOf(bins);
      errors = List.copyOf(errors);
      within = List.copyOf(within);
    }

    /// @param low tenth percentile of what happened; `high` the ninetieth
    public record Slice(int rows, double predicted, Interval actual, double low, double high) {}

    public record Quantile(double share, double value) {}
  }

  /// Where the loss is highest, on the test part: levels of single inputs, of which many were
  /// looked at, so that the p-values are corrected (Holm 1979).
  ///
  /// @param loss what is compared: the squared distance of probability and outcome, or the size of
  ///   the error
  /// @param overall mean loss
  /// @param looked how many segments were compared with the rest
  /// @param worst those whose loss is higher with an adjusted p below 0.05, by the loss they add
  public record Errors(String loss, Interval overall, int looked, List<Worst> worst) {
    public Errors {
      worst = List.copyOf(worst);
    }

    /// @param mean loss in the segment
    /// @param elsewhere mean loss of all other rows
    /// @param predicted mean prediction in the segment, and `actual` what happened
    /// @param share of the whole loss that falls on it
    public record Worst(
        String column,
        String level,
        int rows,
        Interval mean,
        double elsewhere,
        double predicted,
        double actual,
        double share,
        double adjustedP) {}
  }

  /// Where the policy says yes, and what comes of it on the test part.
  ///
  /// @param name `cheapest` or `under the constraints`
  /// @param threshold of the probability; empty when costs are per row
  /// @param counts of rows, before `repeat`
  /// @param cost total over the test part; empty without costs
  public record OperatingPoint(
      String name,
      OptionalDouble threshold,
      String rule,
      Interval recall,
      Interval precision,
      Confusion counts,
      Optional<Interval> cost) {}

  /// Total costs on the test part, one outcome counted once.
  ///
  /// @param actions positive decisions that act, after `repeat`
  /// @param caught outcomes acted on
  /// @param outcomes outcomes there were
  /// @param saved `nobody` less `policy`
  /// @param constraintPrice cost under the constraints less the cheapest; empty without constraints
  /// @param prices of each constraint as if it were the only one
  /// @param cells cost per cell of the confusion matrix, under the served point
  public record Money(
      Interval policy,
      Interval nobody,
      Interval everybody,
      Interval saved,
      Interval savedAgainstBestTrivial,
      Optional<Interval> constraintPrice,
      List<ConstraintPrice> prices,
      long actions,
      long caught,
      long outcomes,
      Cells cells) {}

  /// What one constraint costs by itself, against the cheapest point without it.
  public record ConstraintPrice(String constraint, Interval price) {}

  public record Cells(
      double truePositive, double falsePositive, double falseNegative, double trueNegative) {}

  /// Slope 1 and intercept 0 are perfect ([dev.gnomon.stats.Recalibration]).
  public record CalibrationResult(Interval slope, Interval intercept, List<Bin> bins) {
    public CalibrationResult {
      bins = List.copyOf(bins);
    }

    public record Bin(int rows, double predicted, Interval observed) {}
  }

  public record Point(double x, double y) {}

  /// Total cost on the test part against where the line is drawn.
  ///
  /// @param axis `threshold of the probability`, or `least expected gain per action` when costs are
  ///   per row
  /// @param marks the operating points
  public record CostCurve(String axis, List<Point> points, List<Mark> marks) {
    public CostCurve {
      points = List.copyOf(points);
      marks = List.copyOf(marks);
    }

    public record Mark(String name, double x, double y) {}
  }

  /// What the model loses on the test part when a feature is shuffled: ROC-AUC, or what the RMSE
  /// rises by.
  public record Importance(String feature, double drop, double low, double high) {}

  /// One level of a segment column.
  ///
  /// @param positives 0 where a number is foreseen
  /// @param metrics by name, in the order of the report
  public record Segment(
      String column,
      String level,
      int rows,
      int positives,
      Map<String, Interval> metrics,
      Optional<Interval> saved) {
    public Segment {
      metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }
  }

  /// Whether a bound holds. A gate fails only when the interval excludes the bound.
  ///
  /// @param origin `stated`, or what it was derived from
  /// @param bound what was asked for, for people
  public record GateResult(
      String name, String origin, boolean passed, Interval value, double bound, String text) {}
}
