package dev.gnomon.stats;

import org.apache.commons.statistics.distribution.NormalDistribution;

/// Calibration as a line on the log-odds scale: logit P(y = 1) = intercept + slope * logit(p).
///
/// Slope 1 and intercept 0 is perfect. A slope below 1 says the scores are too extreme
/// (overfitted), above 1 too timid; the intercept says whether they are too low (positive) or too
/// high. Cox 1958; van Calster and others 2019. Unlike the binned error it is not biased upwards
/// for few rows. Probabilities are clipped to [1e-6, 1 - 1e-6]: an isotonic 0 or 1 would otherwise
/// rule the fit.
///
/// Standard errors come from the inverse information; NaN when the classes are separated.
public record Recalibration(
    double intercept, double interceptError, double slope, double slopeError) {

  private static final double CLIP = 1e-6;
  private static final int STEPS = 100;

  public static Recalibration fit(double[] probabilities, double[] labels, double[] weights) {
    double[] x = new double[probabilities.length];
    for (int i = 0; i < x.length; i++) {
      double p = Math.clamp(probabilities[i], CLIP, 1 - CLIP);
      x[i] = Math.log(p) - Math.log1p(-p);
    }
    double a = 0;
    double b = 1;
    for (int step = 0; step < STEPS; step++) {
      double ga = 0;
      double gb = 0;
      double haa = 0;
      double hab = 0;
      double hbb = 0;
      for (int i = 0; i < x.length; i++) {
        double p = 1 / (1 + Math.exp(-(a + b * x[i])));
        double error = weights[i] * (labels[i] - p);
        double h = weights[i] * p * (1 - p);
        ga += error;
        gb += error * x[i];
        haa += h;
        hab += h * x[i];
        hbb += h * x[i] * x[i];
      }
      double determinant = haa * hbb - hab * hab;
      if (!(determinant > 1e-12 * haa * hbb)) {
        break;
      }
      double da = (hbb * ga - hab * gb) / determinant;
      double db = (haa * gb - hab * ga) / determinant;
      a += da;
      b += db;
      if (Math.abs(da) <= 1e-12 * (1 + Math.abs(a)) && Math.abs(db) <= 1e-12 * (1 + Math.abs(b))) {
        return new Recalibration(a, Math.sqrt(hbb / determinant), b, Math.sqrt(haa / determinant));
      }
    }
    return new Recalibration(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }

  public Interval slopeInterval(double level) {
    return interval(slope, slopeError, level);
  }

  public Interval interceptInterval(double level) {
    return interval(intercept, interceptError, level);
  }

  private static Interval interval(double estimate, double error, double level) {
    double half = NormalDistribution.of(0, 1).inverseCumulativeProbability((1 + level) / 2) * error;
    return new Interval(estimate - half, estimate, estimate + half, level);
  }
}
