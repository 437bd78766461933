package dev.gnomon.stats;

import java.util.Arrays;

/// Sample ratio mismatch: whether the arms of an experiment got the traffic they were meant to.
///
/// Chi-square goodness of fit of the counts to the design weights; alarm at p < 0.001, because a
/// mismatch means broken assignment and no effect can be read then. Degrees of freedom count the
/// arms of positive weight only; traffic in an arm of weight 0 is a leak and always an alarm.
/// Testing an intended 95/5 split as 50/50 is the usual mistake: weights are required. Fabijan and
/// others 2019.
///
/// @param leak whether an arm of weight 0 got traffic
public record SampleRatio(double statistic, double pValue, int degreesOfFreedom, boolean leak) {
  public static final double ALARM = 0.001;

  public static SampleRatio of(long[] counts, double[] weights) {
    if (counts.length != weights.length || counts.length == 0) {
      throw new IllegalArgumentException(
          "%d counts for %d weights".formatted(counts.length, weights.length));
    }
    boolean leak = false;
    long[] kept = new long[counts.length];
    double[] design = new double[counts.length];
    int arms = 0;
    for (int i = 0; i < counts.length; i++) {
      if (weights[i] > 0) {
        kept[arms] = counts[i];
        design[arms++] = weights[i];
      } else {
        leak |= counts[i] > 0;
      }
    }
    ContingencyTables.TableTest test =
        ContingencyTables.goodnessOfFit(Arrays.copyOf(kept, arms), Arrays.copyOf(design, arms));
    return new SampleRatio(test.statistic(), test.pValue(), test.degreesOfFreedom(), leak);
  }

  public boolean alarm() {
    return leak || pValue < ALARM;
  }
}
