package dev.gnomon.expression;

import dev.gnomon.schema.Row;
import org.jspecify.annotations.Nullable;

/// A node of an expression whose columns and types are resolved.
sealed interface Code extends Expression.Bound {

  /// NaN when missing; never infinite.
  non-sealed interface Numeric extends Code {
    @Override
    double number(Row row);

    @Override
    default Expression.Kind kind() {
      return Expression.Kind.NUMBER;
    }

    @Override
    default @Nullable String text(Row row) {
      return null;
    }

    @Override
    default boolean holds(Row row) {
      return false;
    }
  }

  /// Null when missing.
  non-sealed interface Textual extends Code {
    @Override
    @Nullable String text(Row row);

    @Override
    default Expression.Kind kind() {
      return Expression.Kind.TEXT;
    }

    @Override
    default double number(Row row) {
      return Double.NaN;
    }

    @Override
    default boolean holds(Row row) {
      return false;
    }
  }

  /// S. C. Kleene's strong logic of three values: what is known decides if it can.
  non-sealed interface Truth extends Code {
    int NO = 0;
    int YES = 1;
    int MISSING = 2;

    int truth(Row row);

    @Override
    default Expression.Kind kind() {
      return Expression.Kind.TRUTH;
    }

    @Override
    default double number(Row row) {
      int truth = truth(row);
      return truth == MISSING ? Double.NaN : truth;
    }

    @Override
    default @Nullable String text(Row row) {
      return null;
    }

    @Override
    default boolean holds(Row row) {
      return truth(row) == YES;
    }
  }

  static int truthOf(boolean value) {
    return value ? Truth.YES : Truth.NO;
  }

  static double finite(double value) {
    return Double.isFinite(value) ? value : Double.NaN;
  }
}
