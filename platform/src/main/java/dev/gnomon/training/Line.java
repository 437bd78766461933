package dev.gnomon.training;

import java.util.OptionalDouble;

/// Where yes begins.
///
/// @param name `cheapest`, `under the constraints`, or `even odds` when nothing says where
/// @param threshold the least probability, when one number says it
/// @param bid otherwise the gain per action that must be exceeded; 0 is the cheapest line
record Line(String name, OptionalDouble threshold, double bid) {

  static Line at(String name, double threshold) {
    return new Line(name, OptionalDouble.of(threshold), 0);
  }

  static Line above(String name, double bid) {
    return new Line(name, OptionalDouble.empty(), bid);
  }

  boolean[] decide(Scored part) {
    boolean[] decided = new boolean[part.size()];
    for (int i = 0; i < decided.length; i++) {
      decided[i] =
          threshold.isPresent()
              ? part.probabilities()[i] >= threshold.getAsDouble()
              : part.gains()[i] > bid;
    }
    return decided;
  }

  /// In words and figures.
  String rule(String currency) {
    if (threshold.isPresent()) {
      return "probability >= " + figure(threshold.getAsDouble());
    }
    return "expected gain > " + figure(bid) + " " + currency;
  }

  static String figure(double value) {
    String text = String.format(java.util.Locale.ROOT, Math.abs(value) < 0.1 ? "%.3f" : "%.2f", value);
    return Double.parseDouble(text) == 0 ? "0" : text;
  }
}
