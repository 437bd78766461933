package dev.gnomon.training;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.PreprocessingSection;
import dev.gnomon.core.usecase.TrainingSection.Imbalance;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.FittedPreprocessing;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Preprocessing;
import dev.gnomon.models.spi.Curve;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.models.transforms.Supervision;
import dev.gnomon.stats.RandomStream;
import dev.gnomon.training.resampling.Inputs;
import dev.gnomon.training.resampling.Resampled;
import dev.gnomon.training.resampling.Resampling;
import java.util.Arrays;
import java.util.Map;

/// Fits trainers on rows of one training set. Whatever is learned from data (levels, medians, class
/// weights, the round at which to stop) is learned from the rows given, never from others.
///
/// @param stated what the file says about preprocessing
/// @param imbalance what is done about a rare class in the rows of each fit, and only in these
/// @param weights what rows weigh besides
record Fitter(
    TrainingSet set,
    Fit.Target target,
    PreprocessingSection stated,
    Imbalance imbalance,
    RowWeights weights,
    long seed,
    int threads,
    Progress progress) {
  /// Share of the rows that trees set aside to know when to stop; linear models use all.
  private static final double INNER = 0.1;

  Fitted fit(Trainer trainer, Map<String, String> settings, int[] rows) {
    return fit(trainer, settings, rows, Curve.NONE);
  }

  Fitted fit(Trainer trainer, Map<String, String> settings, int[] rows, Curve curve) {
    boolean linear = trainer.needsCompleteScaledInputs(settings);
    int[][] parts = linear ? new int[][] {{}, rows} : Splits.inner(set, rows, INNER, seed);
    Preprocessing.Fitting fitting =
        new Preprocessing(linear ? Preprocessing.Form.LINEAR : Preprocessing.Form.TREES, stated)
            .fit(set.rows(), set.plan().inputs(), parts[1], supervision(parts[1]));
    FittedPreprocessing preprocessing = fitting.fitted();
    Resampled resampled =
        Resampling.apply(
            imbalance,
            rows(fitting.training(), parts[1]),
            Inputs.of(preprocessing),
            RandomStream.of(seed).split("resampling"));
    return new Fitted(
        preprocessing,
        trainer.train(
            new Fit(
                target,
                resampled.rows(),
                resampled.weighted(rows(preprocessing.apply(set.rows(), parts[0]), parts[0])),
                settings,
                seed,
                threads,
                progress,
                curve)),
        resampled.logOdds(),
        resampled.notes());
  }

  private Supervision supervision(int[] rows) {
    double[] labels = new double[rows.length];
    double[] alike = new double[rows.length];
    Arrays.fill(alike, 1);
    for (int i = 0; i < rows.length; i++) {
      labels[i] = set.labels()[rows[i]];
    }
    return new Supervision(labels, target == Fit.Target.BINARY, alike, groups(rows), seed);
  }

  private Fit.Rows rows(Matrix inputs, int[] rows) {
    return new Fit.Rows(inputs, targets(rows), weights(rows), groups(rows));
  }

  private int[] groups(int[] rows) {
    int[] codes = Together.of(set).codes();
    int[] groups = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      groups[i] = codes[rows[i]];
    }
    return groups;
  }

  /// The score of each row, uncalibrated, by a model that saw neither the row nor its entity.
  ///
  /// @param folds the fold of each row
  double[] outOfFold(Trainer trainer, Map<String, String> settings, int[] rows, int[] folds) {
    double[] scores = new double[rows.length];
    int count = Arrays.stream(folds).max().orElse(0) + 1;
    for (int fold = 0; fold < count; fold++) {
      int f = fold;
      int[] held = positions(folds, f, true);
      int[] used = positions(folds, f, false);
      Fitted fitted = fit(trainer, settings, at(rows, used));
      double[] found = fitted.scores(set, at(rows, held));
      for (int i = 0; i < held.length; i++) {
        scores[held[i]] = found[i];
      }
    }
    return scores;
  }

  private static int[] positions(int[] folds, int fold, boolean inside) {
    int[] found = new int[folds.length];
    int n = 0;
    for (int i = 0; i < folds.length; i++) {
      if ((folds[i] == fold) == inside) {
        found[n++] = i;
      }
    }
    return Arrays.copyOf(found, n);
  }

  private static int[] at(int[] rows, int[] positions) {
    int[] found = new int[positions.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = rows[positions[i]];
    }
    return found;
  }

  private float[] targets(int[] rows) {
    float[] labels = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      labels[i] = (float) set.labels()[rows[i]];
    }
    return labels;
  }

  /// With class weights both classes weigh the same in all, and the mean weight is 1. The
  /// probabilities that come out are too high for the rarer class; calibration on out-of-fold rows,
  /// which are not weighted, brings them back.
  private float[] weights(int[] rows) {
    float[] found = weights.of(rows);
    if (imbalance.method() == Imbalance.Treatment.CLASS_WEIGHTS) {
      long positives = Arrays.stream(rows).filter(r -> set.labels()[r] == 1).count();
      for (int i = 0; i < rows.length; i++) {
        long same = set.labels()[rows[i]] == 1 ? positives : rows.length - positives;
        found[i] *= (float) (rows.length / (2.0 * Math.max(1, same)));
      }
    }
    return found;
  }
}
