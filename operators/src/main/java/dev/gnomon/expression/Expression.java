package dev.gnomon.expression;

import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A parsed expression. Immutable; equal when the texts are equal.
///
/// From weakest to strongest: `or`, `and`, `not`, comparisons (`= != < <= > >=`, `is missing`, `is
/// not missing`, `in (…)`, `not in (…)`), `+ -`, `* /`, unary `-`. Functions are `if`, `coalesce`,
/// `min`, `max`, `abs`, `log` (natural), `exp`. Text stands in single quotes (`''` for a quote),
/// odd column names in square brackets (`]]` for a bracket). `60d` is 60 days in seconds (units s,
/// m, h, d, w).
///
/// Of a time `t` (a time column, or seconds since the epoch): `hour(t)` 0 to 23, `minute(t)` 0 to
/// 59, `weekday(t)` 1 (Monday) to 7, `day(t)` of the month 1 to 31, `day_of_year(t)` 1 to 366,
/// `week(t)` 1 to 53 (ISO 8601: the week belongs to the year of its Thursday), `month(t)` 1 to 12,
/// `quarter(t)` 1 to 4, `year(t)`, and the condition `is_weekend(t)` (Saturday or Sunday). They are
/// those of UTC, or of the zone given in quotes as a second argument: `hour(t, 'Europe/Berlin')`.
/// Outside of the years 1 to 9999 they are missing.
///
/// `geo_distance(lat1, lon1, lat2, lon2)` is the great-circle distance in kilometres on the sphere
/// with the mean radius 6371.0088 km, by the haversine formula; coordinates in degrees, latitudes
/// -90 to 90 and longitudes -180 to 180. It is missing if a coordinate is missing or out of range.
///
/// `key(a, b)` joins texts into one, as the key of several entities together; see
/// [#key(String...)].
///
/// A missing operand makes a missing result, except where logic can decide without it (`false and
/// missing` is false). A result that is not finite, as after a division by zero, is missing.
///
/// Text columns hold the text of the source: a number compared with one (`=`, `!=`, `in`) is
/// compared as it is written. Quoted numbers compared with a number column are numbers, quoted ISO
/// dates compared with a time column are times in UTC.
public final class Expression implements Serializable {
  private static final long serialVersionUID = 1;

  private final String text;
  private final transient Node root;
  private final transient Set<String> columns;

  private Expression(String text, Node root) {
    this.text = text;
    this.root = root;
    Set<String> found = new LinkedHashSet<>();
    root.accept(new ColumnCollector(found));
    this.columns = Collections.unmodifiableSet(found);
  }

  /// @throws ExpressionException naming the position and what was expected there
  public static Expression parse(String text) {
    return new Expression(text, Parser.parse(text));
  }

  /// Several keys as one: `c1|m7`. A `|` or `\` within a part stands behind a `\`, so that two
  /// different lists of keys never give one text.
  public static String key(String... parts) {
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < parts.length; i++) {
      if (i > 0) {
        joined.append('|');
      }
      String part = parts[i];
      for (int c = 0; c < part.length(); c++) {
        char found = part.charAt(c);
        if (found == '|' || found == '\\') {
          joined.append('\\');
        }
        joined.append(found);
      }
    }
    return joined.toString();
  }

  /// Travels as its text, and is parsed again where it arrives.
  private Object writeReplace() {
    return new Written(text);
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("an expression travels as its text");
  }

  private record Written(String text) implements Serializable {
    private Object readResolve() {
      return parse(text);
    }
  }

  /// The text it was parsed from.
  public String text() {
    return text;
  }

  /// The same expression with single blanks and no needless brackets: equal for texts that differ
  /// in these alone. What a definition's hash is made of.
  public String canonical() {
    return Printer.print(root);
  }

  /// The columns it reads, in the order of the text.
  public Set<String> columns() {
    return columns;
  }

  /// The value of an expression that yields a number and reads no column; empty for others and when
  /// the value is missing.
  public OptionalDouble constant() {
    if (!columns.isEmpty()) {
      return OptionalDouble.empty();
    }
    Bound bound = bind(new Schema(List.of()));
    double value = bound.kind() == Kind.NUMBER ? bound.number(NO_COLUMNS) : Double.NaN;
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /// Resolves the columns once; the result evaluates rows without allocating and is safe for use by
  /// several threads.
  ///
  /// @throws ExpressionException for an unknown column (naming the nearest one) or types that do
  ///   not go together
  public Bound bind(Schema schema) {
    return root.accept(new Binder(text, schema));
  }

  /// As [#bind(Schema)], for a place that can use one kind only. Where a number is wanted a
  /// condition will do: it is 1 or 0.
  ///
  /// @throws ExpressionException also when the expression yields another kind
  public Bound bind(Schema schema, Kind wanted) {
    Bound bound = bind(schema);
    if (bound.kind() == wanted || (bound.kind() == Kind.TRUTH && wanted == Kind.NUMBER)) {
      return bound;
    }
    String valid =
        switch (wanted) {
          case TRUTH -> "a condition belongs here, as in a > 1 or plan = 'basic'";
          case NUMBER -> "a number belongs here";
          case TEXT -> "text belongs here";
        };
    throw Place.error(text, 0, "this is " + Binder.word(bound.kind()), valid);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Expression that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }

  /// An expression over the columns of one schema.
  public interface Bound {
    /// What it yields.
    Kind kind();

    /// The value; NaN when missing or not finite. Truth values are 1 and 0. Times are seconds since
    /// the epoch. NaN for a TEXT expression.
    double number(Row row);

    /// The value of a TEXT expression; null when missing, and for the other kinds.
    @Nullable String text(Row row);

    /// Whether a TRUTH expression is true; false when it is false or missing, and for the other
    /// kinds: use [#bind(Schema, Kind)] where a condition is needed.
    boolean holds(Row row);
  }

  public enum Kind {
    NUMBER,
    TEXT,
    TRUTH
  }

  private static final Row NO_COLUMNS =
      new Row() {
        @Override
        public double number(int column) {
          return Double.NaN;
        }

        @Override
        public @Nullable String text(int column) {
          return null;
        }

        @Override
        public long time(int column) {
          return Times.MISSING;
        }
      };
}
