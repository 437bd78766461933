package dev.gnomon.tracking.search;

import dev.gnomon.tracking.Tracking.DatasetKey;
import org.jspecify.annotations.Nullable;

/// What a condition looks at or an order sorts by.
public sealed interface Field {
  /// A fixed property, under its full name (`created` is `start_time` here).
  ///
  /// @param number whether its values are numbers; texts otherwise
  record Attribute(String name, boolean number) implements Field {}

  /// The newest value of a metric.
  ///
  /// @param on only what was measured on this data set; null for any (only logged models)
  record Metric(String key, @Nullable DatasetKey on) implements Field {}

  /// A parameter.
  record Param(String key) implements Field {}

  /// A tag.
  record Tag(String key) implements Field {}

  /// The data sets that a run read: a condition holds if it does for one of them.
  record Dataset(Part part) implements Field {}

  /// What is known of a data set in a run.
  enum Part {
    NAME,
    DIGEST,
    /// The tag `mlflow.data.context` of the input.
    CONTEXT
  }
}
