package dev.gnomon.stats;

import org.apache.commons.numbers.gamma.LogBeta;
import org.apache.commons.numbers.gamma.RegularizedBeta;
import org.apache.commons.numbers.gamma.Trigamma;

/// What is believed of a share after counting: Beta(alpha, beta), alpha - prior successes seen.
///
/// The chance to beat another arm is not proof against looking often: under a flat prior it passes
/// any bound sooner or later.
public record BetaPosterior(double alpha, double beta) {
  public BetaPosterior {
    if (!(alpha > 0 && beta > 0)) {
      throw new IllegalArgumentException("Beta(%s, %s)".formatted(alpha, beta));
    }
  }

  public double mean() {
    return alpha / (alpha + beta);
  }

  /// The chance that this share is above the other one, independent of it.
  ///
  /// The integral over the logit of this share, where its density is smooth and falls off at both
  /// ends for any counts, so that the trapezoid rule reaches full precision.
  public double probabilityAbove(BetaPosterior other) {
    double centre = Math.log(alpha / beta);
    double spread = Math.sqrt(Math.min(variance(), other.variance()));
    double step = Math.min(0.1, spread / 6);
    double normal = LogBeta.value(alpha, beta);
    double sum = 0;
    for (int side = -1; side <= 1; side += 2) {
      for (int i = side < 0 ? 1 : 0; ; i++) {
        double t = centre + side * i * step;
        double log = -alpha * Math.log1p(Math.exp(-t)) - beta * Math.log1p(Math.exp(t)) - normal;
        double density = Math.exp(log);
        if (density < 1e-18) {
          break;
        }
        double share = 1 / (1 + Math.exp(-t));
        sum += density * RegularizedBeta.value(share, other.alpha, other.beta);
      }
    }
    return Math.min(1, sum * step);
  }

  /// What choosing this one is expected to lose against the other: E max(other - this, 0), in
  /// shares.
  public double expectedLoss(BetaPosterior other) {
    return other.mean() * new BetaPosterior(other.alpha + 1, other.beta).probabilityAbove(this)
        - mean() * other.probabilityAbove(new BetaPosterior(alpha + 1, beta));
  }

  /// Of the logit.
  private double variance() {
    return Trigamma.value(alpha) + Trigamma.value(beta);
  }
}
