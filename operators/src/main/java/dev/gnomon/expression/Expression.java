package dev.gnomon.expression;

import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A parsed expression. Immutable; equal when the texts are equal.
public final class Expression {
  private final String text;

  private Expression(String text) {
    this.text = text;
  }

  /// @throws ExpressionException naming the position and what was expected there
  public static Expression parse(String text) {
    return new Expression(text);
  }

  /// The text it was parsed from.
  public String text() {
    return text;
  }

  /// The columns it reads.
  public Set<String> columns() {
    return Set.of();
  }

  /// Resolves the columns once; the result evaluates rows without allocating and is safe for use by
  /// several threads.
  ///
  /// @throws ExpressionException for an unknown column (naming the nearest one) or types that do
  ///   not go together
  public Bound bind(Schema schema) {
    return new Bound() {
      private final int column = schema.require(text);

      @Override
      public Kind kind() {
        return Kind.NUMBER;
      }

      @Override
      public double number(Row row) {
        return row.number(column);
      }

      @Override
      public @Nullable String text(Row row) {
        return null;
      }

      @Override
      public boolean holds(Row row) {
        return false;
      }
    };
  }

  /// An expression over the columns of one schema.
  public interface Bound {
    /// What it yields.
    Kind kind();

    /// The value; NaN when missing or not finite. Truth values are 1 and 0. Times are seconds since
    /// the epoch.
    double number(Row row);

    /// The value of a TEXT expression; null when missing.
    @Nullable String text(Row row);

    /// Whether a TRUTH expression is true; false when it is false or missing.
    boolean holds(Row row);
  }

  public enum Kind {
    NUMBER,
    TEXT,
    TRUTH
  }
}
