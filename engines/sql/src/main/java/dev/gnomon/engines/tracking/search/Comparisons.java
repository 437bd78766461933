package dev.gnomon.engines.tracking.search;

import dev.gnomon.tracking.search.Comparison;
import dev.gnomon.tracking.search.Comparison.Relation;
import java.util.List;

/// A comparison as a condition on a column.
record Comparisons(SearchDialect dialect) {
  /// A column of texts or of whole numbers; a null fulfils nothing.
  Sql of(String column, Comparison comparison) {
    return switch (comparison) {
      case Comparison.Numeric(Relation relation, double value) ->
          new Sql().add(column + " " + relation.sign() + " ?", whole(value));
      case Comparison.Text(boolean equal, String value) ->
          new Sql().add(column + (equal ? " = ?" : " <> ?"), value);
      case Comparison.Like like -> dialect.like(column, like);
      case Comparison.In(boolean among, List<String> values) -> {
        Sql list = dialect.among(column, values);
        yield among ? list : new Sql().add(column + " IS NOT NULL AND NOT (").add(list).add(")");
      }
    };
  }

  /// A column of measurements, where null is NaN.
  static Sql ofMetric(String column, Comparison.Numeric number) {
    return number.relation() == Relation.UNEQUAL
        ? new Sql().add("(" + column + " IS NULL OR " + column + " <> ?)", number.value())
        : new Sql().add(column + " " + number.relation().sign() + " ?", number.value());
  }

  /// As a whole number if it is one: only so can an index on whole numbers be used.
  static Object whole(double value) {
    long whole = (long) value;
    return whole == value && Math.abs(value) < 0x1p62 ? (Object) whole : (Object) value;
  }
}
