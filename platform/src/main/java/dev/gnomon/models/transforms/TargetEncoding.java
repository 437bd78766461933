package dev.gnomon.models.transforms;

import dev.gnomon.core.usecase.PreprocessingSection.Encode;
import java.util.Arrays;

/// Encodings of levels by the target of their rows.
///
/// *Target mean* (Micci-Barreca: A preprocessing scheme for high-cardinality categorical
/// attributes, 2001): (sum of targets + m x mean of all) / (rows + m). *Weight of evidence* (Good:
/// Probability and the weighing of evidence, 1950; of credit scoring): ln((p + 1/2) / (P + 1)) -
/// ln((n + 1/2) / (N + 1)) with p of P positives and n of N negatives in the level. A level never
/// seen has the mean of all, or weight 0; missing is a level of its own. Rows count by their
/// weights.
///
/// An encoding that has seen the target of the row it encodes lets a learner read the target back
/// from rare levels. Training rows therefore get values of a fit on the other folds, whole entities
/// together; rows that are served get those of the fit on all training rows. *Ordered* statistics
/// (Prokhorenkova, Gusev, Vorobev, Dorogush, Gulin: CatBoost, 2018) give each row the target mean
/// of the rows before it in one random order of the entities, the mean of all of those being the
/// prior.
final class TargetEncoding {
  private TargetEncoding() {}

  /// Sums per level, missing being the last one, and in all.
  private static final class Sums {
    final double[] targets;
    final double[] weights;
    final int[] rows;
    double allTargets;
    double allWeights;

    Sums(int levels) {
      targets = new double[levels];
      weights = new double[levels];
      rows = new int[levels];
    }

    void add(int level, double target, double weight) {
      targets[level] += target * weight;
      weights[level] += weight;
      rows[level]++;
      allTargets += target * weight;
      allWeights += weight;
    }

    /// Without the rows of a part.
    Sums less(Sums part) {
      Sums rest = new Sums(targets.length);
      for (int i = 0; i < targets.length; i++) {
        rest.rows[i] = rows[i] - part.rows[i];
        rest.weights[i] = weights[i] - part.weights[i];
        rest.targets[i] = targets[i] - part.targets[i];
      }
      rest.allTargets = allTargets - part.allTargets;
      rest.allWeights = allWeights - part.allWeights;
      return rest;
    }

    double mean(boolean classes) {
      return allWeights > 0 ? allTargets / allWeights : classes ? 0.5 : 0;
    }
  }

  private static double value(Sums sums, int level, Encode how, boolean classes) {
    double weight = sums.weights[level];
    boolean seen = sums.rows[level] > 0;
    if (how.method() == Encode.Method.WEIGHT_OF_EVIDENCE) {
      double positive = sums.targets[level];
      double positives = sums.allTargets;
      double negatives = sums.allWeights - positives;
      return !seen
          ? 0
          : StrictMath.log((positive + 0.5) / (positives + 1))
              - StrictMath.log((weight - positive + 0.5) / (negatives + 1));
    }
    double mean = sums.mean(classes);
    return !seen
        ? mean
        : (sums.targets[level] + how.smoothing() * mean) / (weight + how.smoothing());
  }

  /// The fit on all rows: per level, missing last, unseen behind it.
  static double[] whole(LevelCodes levels, Supervision told, Encode how) {
    Sums sums = sums(levels, told, null, 0);
    double[] values = new double[levels.levels().size() + 2];
    for (int level = 0; level + 1 < values.length; level++) {
      values[level] = value(sums, level, how, told.classes());
    }
    values[values.length - 1] =
        how.method() == Encode.Method.WEIGHT_OF_EVIDENCE ? 0 : sums.mean(told.classes());
    return values;
  }

  private static Sums sums(
      LevelCodes levels,
      Supervision told,
      int @org.jspecify.annotations.Nullable [] folds,
      int fold) {
    Sums sums = new Sums(levels.levels().size() + 1);
    for (int i = 0; i < told.rows(); i++) {
      if (folds == null || folds[i] == fold) {
        sums.add(levels.codes()[i], told.targets()[i], told.weights()[i]);
      }
    }
    return sums;
  }

  /// Per training row the value of a fit that saw no row of its fold.
  static double[] outOfFold(LevelCodes levels, Supervision told, Encode how) {
    int[] folds = GroupFolds.folds(told.groups(), how.folds(), told.seed());
    double[] values = new double[told.rows()];
    Sums all = sums(levels, told, null, 0);
    double[] byLevel = new double[levels.levels().size() + 1];
    for (int fold = 0; fold < how.folds(); fold++) {
      Sums others = all.less(sums(levels, told, folds, fold));
      for (int level = 0; level < byLevel.length; level++) {
        byLevel[level] = value(others, level, how, told.classes());
      }
      for (int i = 0; i < values.length; i++) {
        if (folds[i] == fold) {
          values[i] = byLevel[levels.codes()[i]];
        }
      }
    }
    return values;
  }

  /// Per training row the value of the rows before it.
  static double[] ordered(LevelCodes levels, Supervision told, Encode how) {
    int[] places = GroupFolds.places(told.groups(), told.seed(), "ordered statistics");
    int[] order = byPlace(places);
    double[] values = new double[told.rows()];
    Sums before = new Sums(levels.levels().size() + 1);
    for (int start = 0; start < order.length; ) {
      int end = start;
      while (end < order.length && places[order[end]] == places[order[start]]) {
        int row = order[end++];
        values[row] = value(before, levels.codes()[row], how, told.classes());
      }
      for (; start < end; start++) {
        int row = order[start];
        before.add(levels.codes()[row], told.targets()[row], told.weights()[row]);
      }
    }
    return values;
  }

  /// Rows by place, those of one place in their own order: a counting sort.
  private static int[] byPlace(int[] places) {
    int[] starts = new int[Arrays.stream(places).max().orElse(-1) + 2];
    for (int place : places) {
      starts[place + 1]++;
    }
    for (int i = 1; i < starts.length; i++) {
      starts[i] += starts[i - 1];
    }
    int[] order = new int[places.length];
    for (int row = 0; row < places.length; row++) {
      order[starts[places[row]]++] = row;
    }
    return order;
  }
}
