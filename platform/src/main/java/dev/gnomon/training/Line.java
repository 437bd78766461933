package dev.gnomon.training;

import dev.gnomon.models.Policy;
import java.util.Locale;
import java.util.OptionalDouble;

/// Where yes begins.
///
/// @param name `cheapest`, `under the constraints`, or `even odds` when nothing says where
/// @param byScore whether a probability decides; otherwise the expected gain does
/// @param at the least probability, or the gain that must be exceeded
/// @param policy the same line as it is served
record Line(String name, boolean byScore, double at, Policy policy) {

  static Line byScore(String name, double threshold, Policy base) {
    return new Line(name, true, threshold, base.atScore(threshold));
  }

  static Line byGain(String name, double bid, Policy base) {
    return new Line(name, false, bid, base.atBidPrice(bid));
  }

  boolean[] decide(Scored part) {
    boolean[] decided = new boolean[part.size()];
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
