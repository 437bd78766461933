package dev.gnomon.models;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.data.Table;
import dev.gnomon.expression.Expression;
import dev.gnomon.expression.ExpressionException;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.stats.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// From a probability p to an action, for the costs of each row.
///
/// Acting saves `value = p (FN - TP) - (1 - p) (FP - TN)` against not acting (Elkan 2001). The rule
/// is one of two:
///
/// - by value (costs are stated): act when the value is above the bid price, 0 unless a capacity or
///   a constraint moved it. A row with FN <= TP, for which acting can't help the positives, is
///   never acted on. When no cost depends on the row, FN <= TP is an error in the statement;
/// - by score (no costs, or a constraint decided): act when p is at least the threshold, and, if
///   there is a bid price above 0, only when the value is above it.
///
/// A cost that is missing for a row is replaced by its median over the training rows, so that a
/// decision is always given; [Decision#costsAssumed] says so. Doubtful cases may go to a person
/// instead ([Review]), and single levels of a column may have a threshold of their own
/// ([SegmentThresholds]). Where a number is predicted nothing is decided ([#none]). Immutable, safe
/// for use by several threads, allocates nothing.
public final class Policy {
  private static final List<String> NAMES =
      List.of("true-positive", "false-positive", "false-negative", "true-negative");
  private static final int TP = 0;
  private static final int FP = 1;
  private static final int FN = 2;
  private static final int TN = 3;

  private final @Nullable Costs costs;
  private final double scoreThreshold;
  private final double bidPrice;
  private final double closedForm;
  private final @Nullable Review review;
  private final @Nullable SegmentThresholds segments;

  private Policy(@Nullable Costs costs, double scoreThreshold, double bidPrice) {
    this(costs, scoreThreshold, bidPrice, null, null);
  }

  private Policy(
      @Nullable Costs costs,
      double scoreThreshold,
      double bidPrice,
      @Nullable Review review,
      @Nullable SegmentThresholds segments) {
    this.costs = costs;
    this.scoreThreshold = scoreThreshold;
    this.bidPrice = bidPrice;
    this.review = review;
    this.segments = segments;
    if (segments != null) {
      this.closedForm = Double.NaN;
    } else if (!Double.isNaN(scoreThreshold)) {
      this.closedForm = scoreThreshold;
    } else if (costs != null && costs.constant) {
      this.closedForm = costs.rowThreshold(costs.typical, bidPrice);
    } else {
      this.closedForm = Double.NaN;
    }
  }

  /// The policy that the stated costs alone ask for: by value, or at score 0.5 without costs.
  ///
  /// @param schema of the rows that will be decided; it holds the columns the costs read
  /// @param table rows under that schema
  /// @param trainingRows where typical costs are taken from
  /// @throws BadInput when an expression does not fit the schema or acting can never pay
  public static Policy of(
      Optional<Stakes.Costs> costs, Schema schema, Table table, int[] trainingRows) {
    if (costs.isEmpty()) {
      return new Policy(null, 0.5, 0);
    }
    Costs bound = Costs.bind(costs.get(), schema);
    return new Policy(bound.withTypical(table, trainingRows), Double.NaN, 0);
  }

  /// Decides nothing: the score is a predicted number and the answer itself.
  public static Policy none() {
    return new Policy(null, Double.NaN, 0);
  }

  /// Whether there is anything to say yes or no to.
  public boolean decides() {
    return costs != null || !Double.isNaN(scoreThreshold);
  }

  /// Acts at scores of at least `threshold`, whatever the value.
  public Policy atScore(double threshold) {
    if (Double.isNaN(threshold)) {
      throw new IllegalArgumentException("a threshold is a number");
    }
    return new Policy(costs, threshold, bidPrice, review, null);
  }

  /// Acts when the value is above `price`: above 0 to fit a capacity, below 0 to reach a recall. In
  /// the currency of the costs.
  public Policy atBidPrice(double price) {
    if (costs == null) {
      throw new IllegalStateException("a bid price needs costs");
    }
    return new Policy(costs, scoreThreshold, price, review, segments);
  }

  /// Acts at scores of at least the threshold of the row's level; `common` for the other levels.
  public Policy atScores(double common, SegmentThresholds byLevel) {
    return new Policy(costs, common, bidPrice, review, byLevel);
  }

  /// As this one, but doubtful cases go to a person.
  ///
  /// @throws BadInput when a price of a review is stated but no costs to weigh it against
  public Policy reviewed(Stakes.Review stated) {
    if (costs == null && stated.cost().isPresent()) {
      throw new BadInput(
          "problem.review.cost",
          "there are no costs to weigh it against",
          "problem.costs, or a band: from and to");
    }
    return new Policy(costs, scoreThreshold, bidPrice, Review.of(stated), segments);
  }

  /// When a case goes to a person; empty when none does.
  public Optional<Review> review() {
    return Optional.ofNullable(review);
  }

  /// The thresholds of single levels; empty when all have one.
  public Optional<SegmentThresholds> segments() {
    return Optional.ofNullable(segments);
  }

  /// The probabilities between which a typical case is reviewed; empty when none is.
  public Optional<double[]> reviewBand() {
    if (review == null) {
      return Optional.empty();
    }
    return costs == null
        ? review.band(0, 0, 0, 0)
        : review.band(costs.typical[TP], costs.typical[FP], costs.typical[FN], costs.typical[TN]);
  }

  public boolean hasCosts() {
    return costs != null;
  }

  public Optional<String> currency() {
    return costs == null ? Optional.empty() : Optional.of(costs.stated.currency());
  }

  /// The score above which it acts; empty when costs differ by row.
  public OptionalDouble threshold() {
    return Double.isNaN(closedForm) ? OptionalDouble.empty() : OptionalDouble.of(closedForm);
  }

  public double bidPrice() {
    return bidPrice;
  }

  /// What acting is expected to save; NaN without costs. Ranks rows when not all can be acted on.
  public double value(double p, Row row) {
    if (costs == null) {
      return Double.NaN;
    }
    double tp = costs.at(TP, row);
    double fp = costs.at(FP, row);
    double fn = costs.at(FN, row);
    double tn = costs.at(TN, row);
    return p * (fn - tp) - (1 - p) * (fp - tn);
  }

  /// What it costs when `acted` meets `positive`; NaN without costs.
  public double cost(boolean acted, boolean positive, Row row) {
    if (costs == null) {
      return Double.NaN;
    }
    return costs.at(acted ? (positive ? TP : FP) : (positive ? FN : TN), row);
  }

  /// @param p the calibrated probability
  public void decide(double p, Row row, Decision out) {
    out.score = p;
    out.review = false;
    double line = segments == null ? scoreThreshold : segments.at(row, scoreThreshold);
    out.threshold = segments == null ? closedForm : line;
    if (costs == null) {
      out.acts = p >= line;
      out.value = Double.NaN;
      out.expectedCost = Double.NaN;
      out.costsAssumed = false;
      out.band = decides() ? band(p, line, out.acts) : Decision.Band.NONE;
      if (review != null && review.takes(p, Double.NaN, Double.NaN)) {
        out.review = true;
        out.acts = false;
      }
      return;
    }
    out.costsAssumed = false;
    double tp = costs.at(TP, row, out);
    double fp = costs.at(FP, row, out);
    double fn = costs.at(FN, row, out);
    double tn = costs.at(TN, row, out);
    double value = p * (fn - tp) - (1 - p) * (fp - tn);
    double at;
    if (Double.isNaN(line)) {
      out.acts = value > bidPrice && fn > tp;
      at = Costs.rowThreshold(tp, fp, fn, tn, bidPrice);
    } else {
      out.acts = p >= line && (bidPrice <= 0 || value > bidPrice);
      at = line;
    }
    out.value = value;
    out.expectedCost = out.acts ? p * tp + (1 - p) * fp : p * fn + (1 - p) * tn;
    out.band = band(p, at, out.acts);
    if (review != null) {
      double reviewed = review.expectedCost(p, tp, fp, fn, tn);
      if (review.takes(p, reviewed, out.expectedCost)) {
        out.review = true;
        out.acts = false;
        if (!review.stated()) {
          out.expectedCost = reviewed;
        }
      }
    }
  }

  private static Decision.Band band(double p, double threshold, boolean acts) {
    double t = Math.clamp(threshold, 0, 1);
    if (p >= (1 + t) / 2 && p > t) {
      return Decision.Band.HIGH;
    }
    return acts || p >= t ? Decision.Band.MEDIUM : Decision.Band.LOW;
  }

  public JsonNode toJson() {
    ObjectNode json = CanonicalJson.object().put("bidPrice", bidPrice);
    if (!decides()) {
      json.put("decides", false);
    }
    if (!Double.isNaN(scoreThreshold)) {
      json.put("scoreThreshold", scoreThreshold);
    }
    if (costs != null) {
      ObjectNode node = json.putObject("costs").put("currency", costs.stated.currency());
      for (int i = 0; i < NAMES.size(); i++) {
        node.put(NAMES.get(i), expression(costs.stated, i).text());
      }
      ArrayNode typical = node.putArray("typical");
      for (double value : costs.typical) {
        typical.add(value);
      }
    }
    if (review != null) {
      review.write(json);
    }
    if (segments != null) {
      segments.write(json);
    }
    return json;
  }

  /// @param schema of the rows that will be decided
  /// @throws BadInput when the document is none of [#toJson] or does not fit the schema
  public static Policy fromJson(JsonNode json, Schema schema) {
    try {
      JsonNode score = json.path("scoreThreshold");
      JsonNode costs = json.path("costs");
      Costs bound = null;
      if (!costs.isMissingNode()) {
        Stakes.Costs stated =
            new Stakes.Costs(
                costs.required("currency").stringValue(),
                Expression.parse(costs.required(NAMES.get(TP)).stringValue()),
                Expression.parse(costs.required(NAMES.get(FP)).stringValue()),
                Expression.parse(costs.required(NAMES.get(FN)).stringValue()),
                Expression.parse(costs.required(NAMES.get(TN)).stringValue()));
        double[] typical = new double[NAMES.size()];
        for (int i = 0; i < typical.length; i++) {
          typical[i] = costs.required("typical").required(i).doubleValue();
        }
        bound = Costs.bind(stated, schema).with(typical);
      } else if (score.isMissingNode() && json.path("decides").asBoolean(true)) {
        throw new IllegalArgumentException("neither costs nor a threshold");
      }
      return new Policy(
          bound,
          score.isMissingNode() ? Double.NaN : score.doubleValue(),
          json.required("bidPrice").doubleValue(),
          json.has("review") ? Review.read(json.required("review")) : null,
          json.has("segments") ? SegmentThresholds.read(json.required("segments"), schema) : null);
    } catch (BadInput e) {
      throw e;
    } catch (RuntimeException e) {
      throw new BadInput(
          "policy.json", "it can't be read: " + e.getMessage(), "what the bundle wrote");
    }
  }

  private static Expression expression(Stakes.Costs costs, int index) {
    return switch (index) {
      case TP -> costs.truePositive();
      case FP -> costs.falsePositive();
      case FN -> costs.falseNegative();
      default -> costs.trueNegative();
    };
  }

  /// The four costs over a schema.
  private static final class Costs {
    private final Stakes.Costs stated;
    private final Expression.Bound[] bound;
    private final double[] typical;
    private final boolean constant;

    private Costs(
        Stakes.Costs stated, Expression.Bound[] bound, double[] typical, boolean constant) {
      this.stated = stated;
      this.bound = bound;
      this.typical = typical;
      this.constant = constant;
    }

    static Costs bind(Stakes.Costs stated, Schema schema) {
      List<Problem> problems = new ArrayList<>();
      Expression.Bound[] bound = new Expression.Bound[NAMES.size()];
      boolean constant = true;
      for (int i = 0; i < bound.length; i++) {
        String place = "problem.costs." + NAMES.get(i);
        Expression expression = expression(stated, i);
        constant &= expression.columns().isEmpty();
        try {
          bound[i] = expression.bind(schema);
          if (bound[i].kind() != Expression.Kind.NUMBER) {
            problems.add(
                new Problem(place, "'%s' is no number".formatted(expression.text()), "an amount"));
          }
        } catch (ExpressionException e) {
          problems.add(
              new Problem(place, String.valueOf(e.getMessage()), "an expression over the row"));
        }
      }
      if (!problems.isEmpty()) {
        throw new BadInput(problems);
      }
      return new Costs(stated, bound, new double[NAMES.size()], constant);
    }

    Costs with(double[] values) {
      return new Costs(stated, bound, values, constant);
    }

    Costs withTypical(Table table, int[] rows) {
      double[] medians = new double[NAMES.size()];
      List<Problem> problems = new ArrayList<>();
      for (int i = 0; i < medians.length; i++) {
        medians[i] = median(bound[i], table, rows);
        if (Double.isNaN(medians[i])) {
          problems.add(
              new Problem(
                  "problem.costs." + NAMES.get(i),
                  "'%s' is missing for every training row".formatted(expression(stated, i).text()),
                  "an amount that is known for some rows"));
        }
      }
      if (problems.isEmpty() && constant && !(medians[FN] > medians[TP])) {
        problems.add(
            new Problem(
                "problem.costs",
                "a missed positive costs %s and an acted on one %s, so that acting never helps"
                    .formatted(medians[FN], medians[TP]),
                "false-negative above true-positive"));
      }
      if (!problems.isEmpty()) {
        throw new BadInput(problems);
      }
      return with(medians);
    }

    private double median(Expression.Bound cost, Table table, int[] rows) {
      Table.Cursor cursor = table.cursor();
      if (constant) {
        return cost.number(cursor);
      }
      double[] values = new double[rows.length];
      for (int i = 0; i < rows.length; i++) {
        values[i] = cost.number(cursor.at(rows[i]));
      }
      return Quantiles.median(values);
    }

    double at(int index, Row row) {
      double value = bound[index].number(row);
      return Double.isNaN(value) ? typical[index] : value;
    }

    /// As above, and notes when the typical cost stood in.
    double at(int index, Row row, Decision out) {
      double value = bound[index].number(row);
      if (Double.isNaN(value)) {
        out.costsAssumed = true;
        return typical[index];
      }
      return value;
    }

    double rowThreshold(double[] values, double bid) {
      return rowThreshold(values[TP], values[FP], values[FN], values[TN], bid);
    }

    /// The p at which the value equals the bid price, cut to [0, 1]; 1 where acting can't help.
    static double rowThreshold(double tp, double fp, double fn, double tn, double bid) {
      double slope = (fn - tp) + (fp - tn);
      if (!(fn > tp) || !(slope > 0)) {
        return fn > tp ? 0 : 1;
      }
      return Math.clamp((fp - tn + bid) / slope, 0, 1);
    }
  }
}
