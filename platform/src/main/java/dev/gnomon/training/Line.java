package dev.gnomon.training;

import dev.gnomon.data.Table;
import dev.gnomon.models.Policy;
import dev.gnomon.models.SegmentThresholds;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// Where yes begins.
///
/// @param name `cheapest`, `under the constraints`, `even odds` when nothing says where, or `by`
///   and a column when its levels have their own
/// @param byScore whether a probability decides; otherwise the expected gain does
/// @param at the least probability, or the gain that must be exceeded
/// @param policy the same line as it is served
/// @param levels the rows whose levels have their own line
record Line(String name, boolean byScore, double at, Policy policy, Optional<Table> levels) {

  static Line byScore(String name, double threshold, Policy base) {
    return new Line(name, true, threshold, base.atScore(threshold), Optional.empty());
  }

  /// No line: a number is foreseen and nothing decided.
  static Line none() {
    return new Line("none", true, Double.POSITIVE_INFINITY, Policy.none(), Optional.empty());
  }

  static Line byGain(String name, double bid, Policy base) {
    return new Line(name, false, bid, base.atBidPrice(bid), Optional.empty());
  }

  static Line bySegment(
      String name, double common, SegmentThresholds own, Table rows, Policy base) {
    return new Line(name, true, common, base.atScores(common, own), Optional.of(rows));
  }

  boolean[] decide(Scored part) {
    boolean[] decided = new boolean[part.size()];
    if (levels.isPresent()) {
      SegmentThresholds own = policy.segments().orElseThrow();
      Table.Cursor row = levels.get().cursor();
      for (int i = 0; i < decided.length; i++) {
        decided[i] = part.probabilities()[i] >= own.at(row.at(part.rows()[i]), at);
      }
      return decided;
    }
    for (int i = 0; i < decided.length; i++) {
      decided[i] = byScore ? part.probabilities()[i] >= at : part.gains()[i] > at && part.pays(i);
    }
    return decided;
  }

  /// The probability at which yes begins; empty when that differs by row.
  OptionalDouble threshold() {
    return policy.threshold();
  }

  /// In words and figures.
  String rule() {
    if (policy.segments().isPresent()) {
      SegmentThresholds own = policy.segments().get();
      return "probability >= "
          + own.byLevel().entrySet().stream()
              .map(e -> figure(e.getValue()) + " (" + e.getKey() + ")")
              .collect(Collectors.joining(", "))
          + ", else "
          + figure(at);
    }
    if (threshold().isPresent()) {
      return "probability >= " + figure(threshold().getAsDouble());
    }
    return "expected gain > " + figure(at) + " " + policy.currency().orElse("");
  }

  static String figure(double value) {
    String text = String.format(Locale.ROOT, Math.abs(value) < 0.1 ? "%.3f" : "%.2f", value);
    return Double.parseDouble(text) == 0 ? "0" : text;
  }
}
