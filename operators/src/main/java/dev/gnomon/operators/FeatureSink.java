package dev.gnomon.operators;

import org.jspecify.annotations.Nullable;

/// Takes the values of features, by column of the feature row.
public interface FeatureSink {
  /// NaN is missing.
  void number(int column, double value);

  /// Null is missing.
  void text(int column, @Nullable String value);
}
