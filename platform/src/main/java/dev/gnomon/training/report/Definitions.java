package dev.gnomon.training.report;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/// Which of several things of the same name a figure is.
final class Definitions {
  private static final Map<String, String> BY_METRIC =
      Map.ofEntries(
          Map.entry(
              "roc-auc",
              "chance that a positive row scores above a negative one, ties counting one half"
                  + " (Mann-Whitney)"),
          Map.entry(
              "average-precision",
              "sum over distinct scores of precision times the recall gained there; no interpolation"),
          Map.entry("brier", "mean squared distance between calibrated probability and outcome"),
          Map.entry(
              "brier-skill", "1 less the Brier score over that of always saying the base rate"),
          Map.entry(
              "log-loss",
              "mean of the negative natural logarithm of the probability given to what happened,"
                  + " clipped at 1e-15"),
          Map.entry(
              "recall",
              "share of the positive rows that were decided positively, at the served point"),
          Map.entry(
              "precision",
              "share of the positive decisions whose row was positive, at the served point"),
          Map.entry("f1", "harmonic mean of precision and recall at the served point"),
          Map.entry("accuracy", "share of rows decided as they turned out, at the served point"),
          Map.entry(
              "expected-cost",
              "cost per observation at the served point, one outcome counted once per repeat period"),
          Map.entry("action-rate", "share of rows decided positively at the served point"),
          Map.entry(
              "calibration-slope",
              "slope of a logistic regression of the outcome on the log-odds of the probability; below 1"
                  + " means too extreme"),
          Map.entry(
              "calibration-intercept",
              "intercept of the same regression; above 0 means probabilities are too low"),
          Map.entry("rmse", "square root of the mean squared error, in the unit of the target"),
          Map.entry("mse", "mean squared error"),
          Map.entry("mae", "mean size of the error, in the unit of the target"),
          Map.entry("median-absolute-error", "size of the error that half of the rows exceed"),
          Map.entry(
              "r2",
              "1 less the squared error over that of always saying the mean of the measured rows;"
                  + " below 0 a constant would have done better"),
          Map.entry(
              "mape",
              "mean of the size of the error over the size of what happened, as a share; not defined"
                  + " where 0 happened"),
          Map.entry(
              "smape",
              "mean of twice the size of the error over the sizes of prediction and what happened"
                  + " together, 0 to 2"),
          Map.entry("bias", "mean of prediction less what happened; above 0 means too high"));

  private Definitions() {}

  static Map<String, String> of(Collection<String> metrics, boolean number) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String metric : metrics) {
      String text = BY_METRIC.get(metric);
      if (text != null) {
        found.put(metric, text);
      }
    }
    found.put(
        "intervals",
        "95 %, percentiles of 1,000 resamples that draw entities, not rows, with replacement");
    if (number) {
      return found;
    }
    found.put(
        "money",
        "rows of one entity within a repeat period have one outcome; only the first positive decision of"
            + " a period acts, an action whose own row is negative counts as wasted");
    return found;
  }
}
