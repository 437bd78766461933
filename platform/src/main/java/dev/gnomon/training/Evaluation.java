package dev.gnomon.training;

import dev.gnomon.stats.Confusion;
import dev.gnomon.stats.Interval;
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
/// @param deLong the ROC-AUC's interval by DeLong, which takes rows as independent
/// @param points the cheapest operating point, and the one under the constraints if there are any;
///   the last one is served
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
    Interval deLong,
    List<OperatingPoint> points,
    Optional<Money> money,
    CalibrationResult calibration,
    List<Point> roc,
    List<Point> precisionRecall,
    Optional<CostCurve> costCurve,
    List<Importance> importance,
    List<Segment> segments,
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
        roc,
        precisionRecall,
        costCurve,
        importance,
        segments,
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
  public record CandidateResult(
      String name,
      String settings,
      Map<String, Double> metrics,
      double objective,
      boolean lowerIsBetter,
      boolean chosen) {}

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

  /// What the model loses on the test part when a feature is shuffled.
  public record Importance(String feature, double drop, double low, double high) {}

  /// One level of a segment column.
  public record Segment(
      String column,
      String level,
      int rows,
      int positives,
      Interval rocAuc,
      Interval recall,
      Interval precision,
      Optional<Interval> saved) {}

  /// Whether a bound holds. A gate fails only when the interval excludes the bound.
  ///
  /// @param origin `stated`, or what it was derived from
  /// @param bound what was asked for, for people
  public record GateResult(
      String name, String origin, boolean passed, Interval value, double bound, String text) {}
}
