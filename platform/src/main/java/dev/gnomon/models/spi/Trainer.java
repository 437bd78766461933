package dev.gnomon.models.spi;

import dev.gnomon.core.Progress;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import java.util.Map;

/// A recipe that fits a [Model]; found with `ServiceLoader`, chosen by name in `models.candidates`.
public interface Trainer {
  /// The name used in the file: `constant`, `logistic`, `xgboost`.
  String name();

  /// Whether the inputs must be complete and scaled (linear models), or may hold NaN in their own
  /// units (trees).
  boolean needsCompleteScaledInputs();

  /// Fits on the given rows only. The same arguments give the same model, byte for byte.
  ///
  /// @param inputs training rows
  /// @param labels 0 or 1 per row
  /// @param weights per row; positive
  /// @param inner rows held out of `inputs` for early stopping by the caller; may have no rows,
  ///   then the trainer does not stop early
  /// @throws dev.gnomon.core.BadInput for settings it does not know, naming the valid ones
  Model train(
      Matrix inputs,
      float[] labels,
      float[] weights,
      Inner inner,
      Map<String, String> settings,
      long seed,
      int threads,
      Progress progress);

  /// Rows for early stopping.
  record Inner(Matrix inputs, float[] labels, float[] weights) {}
}
