package dev.gnomon.schema;

import org.jspecify.annotations.Nullable;

/// One row, read by column position. Implementations are cursors: a caller must not keep one.
///
/// Asking for another type than the schema's is a programming error and may throw or give nonsense.
public interface Row {
  /// NaN when missing.
  double number(int column);

  /// Null when missing.
  @Nullable String text(int column);

  /// Microseconds since the epoch; [Times#MISSING] when missing.
  long time(int column);
}
