package dev.gnomon.stats;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/// How many units an experiment needs, and what it can find with those it has; two arms, two-sided
/// tests.
///
/// Two formulas for shares are in use and differ a little (3,834.6 against 3,840.8 per arm for 10 %
/// to 12 % at level 0.05 and power 0.8): the name says which. Results are not rounded: round up.
/// Units are what is randomised (users), never events.
public final class SampleSize {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private SampleSize() {}

  /// Cohen's effect size of two shares (1988): 2 asin sqrt(p1) - 2 asin sqrt(p2).
  public static double arcsineEffect(double share1, double share2) {
    return 2 * Math.asin(Math.sqrt(share1)) - 2 * Math.asin(Math.sqrt(share2));
  }

  /// Units per arm to tell two shares apart, by the arcsine effect size; both tails of the test
  /// count, as in statsmodels and R's `pwr`.
  public static double sharesArcsine(double share1, double share2, double level, double power) {
    double effect = Math.abs(arcsineEffect(share1, share2));
    double critical = upper(level / 2);
    return unitsFor(
        power,
        units -> {
          double shift = effect * Math.sqrt(units / 2);
          return NORMAL.survivalProbability(critical - shift)
              + NORMAL.cumulativeProbability(-critical - shift);
        });
  }

  /// Units per arm to tell two shares apart, by the normal approximation on the raw scale: pooled
  /// variance under the null, separate ones under the alternative.
  public static double sharesNormal(double share1, double share2, double level, double power) {
    double pooled = (share1 + share2) / 2;
    double root =
        upper(level / 2) * Math.sqrt(2 * pooled * (1 - pooled))
            + upper(1 - power) * Math.sqrt(share1 * (1 - share1) + share2 * (1 - share2));
    return root * root / ((share1 - share2) * (share1 - share2));
  }

  /// Power to tell two shares apart with `perArm` units each, by the normal approximation on the
  /// raw scale; the far tail is left out.
  public static double sharesPower(double share1, double share2, double perArm, double level) {
    double pooled = (share1 + share2) / 2;
    double z =
        (Math.sqrt(perArm) * Math.abs(share1 - share2)
                - upper(level / 2) * Math.sqrt(2 * pooled * (1 - pooled)))
            / Math.sqrt(share1 * (1 - share1) + share2 * (1 - share2));
    return NORMAL.cumulativeProbability(z);
  }

  /// Power of the two-sample t test with equal variances.
  ///
  /// @param effect difference of the means in standard deviations (Cohen's d)
  public static double meansPower(double effect, double units1, double units2, double level) {
    double degrees = units1 + units2 - 2;
    double shift = effect * Math.sqrt(units1 * units2 / (units1 + units2));
    double critical = TDistribution.of(degrees).inverseSurvivalProbability(level / 2);
    return 1 - noncentralT(critical, degrees, shift) + noncentralT(-critical, degrees, shift);
  }

  /// Units per arm for the two-sample t test with equal arms and variances.
  public static double means(double effect, double level, double power) {
    return unitsFor(power, units -> meansPower(effect, units, units, level));
  }

  /// The units at which a growing power reaches the one wanted; infinite when it never does.
  private static double unitsFor(double power, DoubleUnaryOperator powerAt) {
    double low = 2;
    double high = 4;
    while (powerAt.applyAsDouble(high) < power) {
      low = high;
      high *= 2;
      if (high > 1e15) {
        return Double.POSITIVE_INFINITY;
      }
    }
    while (high - low > 1e-12 * high) {
      double middle = (low + high) / 2;
      if (powerAt.applyAsDouble(middle) < power) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /// P(T <= t) of the noncentral t law: the normal law averaged over the estimated deviation, whose
  /// logarithm has a smooth density that the trapezoid rule integrates to full precision.
  static double noncentralT(double t, double degrees, double shift) {
    double spread = 1 / Math.sqrt(2 * degrees);
    double step = spread / 16;
    double mass = 0;
    double sum = 0;
    // The density of v = ln s is proportional to exp(degrees (v - (exp(2v) - 1) / 2)).
    for (int side = -1; side <= 1; side += 2) {
      for (int i = side < 0 ? 1 : 0; ; i++) {
        double v = side * i * step;
        double density = Math.exp(degrees * (v - Math.expm1(2 * v) / 2));
        if (density < 1e-20) {
          break;
        }
        mass += density;
        sum += density * NORMAL.cumulativeProbability(t * Math.exp(v) - shift);
      }
    }
    return sum / mass;
  }

  private static double upper(double tail) {
    return NORMAL.inverseSurvivalProbability(tail);
  }
}
