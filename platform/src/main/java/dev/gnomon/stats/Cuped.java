package dev.gnomon.stats;

import java.util.Arrays;

/// Less noise in an experiment from what was known before it: outcomes are adjusted by the part
/// that a covariate from before the exposure explains, y - theta (x - mean x) with theta = cov(y,
/// x) / var(x) over both arms. Deng and others 2013.
///
/// A covariate that the treatment can move biases the effect: it must be known before. Units
/// without one get an indicator or their own stratum, and are never dropped silently.
///
/// @param effect treated minus control, in the unit of the outcome, with Welch's test
/// @param varianceRatio variance of the adjusted over that of the plain outcomes, pooled; 0.25
///   needs a quarter of the units
public record Cuped(
    double theta, Samples.Welch effect, Samples.Welch unadjusted, double varianceRatio) {

  public static Cuped of(double[] outcome, double[] covariate, boolean[] treated, double level) {
    double meanOutcome = Samples.mean(outcome);
    double meanCovariate = Samples.mean(covariate);
    double together = 0;
    double own = 0;
    for (int i = 0; i < outcome.length; i++) {
      double x = covariate[i] - meanCovariate;
      together += (outcome[i] - meanOutcome) * x;
      own += x * x;
    }
    double theta = own == 0 ? 0 : together / own;
    double[] adjusted = new double[outcome.length];
    for (int i = 0; i < adjusted.length; i++) {
      adjusted[i] = outcome[i] - theta * (covariate[i] - meanCovariate);
    }
    return new Cuped(
        theta,
        Samples.welch(arm(adjusted, treated, true), arm(adjusted, treated, false), level),
        Samples.welch(arm(outcome, treated, true), arm(outcome, treated, false), level),
        Samples.variance(adjusted) / Samples.variance(outcome));
  }

  private static double[] arm(double[] values, boolean[] treated, boolean which) {
    double[] arm = new double[values.length];
    int n = 0;
    for (int i = 0; i < values.length; i++) {
      if (treated[i] == which) {
        arm[n++] = values[i];
      }
    }
    return Arrays.copyOf(arm, n);
  }
}
