package dev.gnomon.models.spi;

import dev.gnomon.models.Model;
import java.util.Map;

/// A recipe that fits a [Model]; found with `ServiceLoader`, chosen by name in `models.candidates`.
public interface Trainer {
  /// The name used in the file: `constant`, `logistic`, `xgboost`.
  String name();

  /// Whether the inputs must be complete and scaled (linear models), or may hold NaN in their own
  /// units (trees).
  boolean needsCompleteScaledInputs();

  /// The same under these settings: an ensemble needs what its members need.
  default boolean needsCompleteScaledInputs(Map<String, String> settings) {
    return needsCompleteScaledInputs();
  }

  /// Whether it can learn this kind of target.
  default boolean fits(Fit.Target target) {
    return target == Fit.Target.BINARY;
  }

  /// Fits on the given rows only. The same request gives the same model, byte for byte.
  ///
  /// @throws dev.gnomon.core.BadInput for settings it does not know, naming the valid ones
  Model train(Fit fit);
}
