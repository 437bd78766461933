package dev.gnomon.engines.tracking.search;

import org.jspecify.annotations.Nullable;

/// A key of the order as columns.
///
/// @param rank 0 of values, 1 of NaN, 2 of missing ones; null if there is always a value
/// @param value anything but different for those of rank 1 or 2
/// @param measured whether the value is a measurement, a double; other numbers are whole
/// @param head the column of its first characters if these are to be compared first, because they
///   have an index
record Key(@Nullable Sql rank, Sql value, boolean number, boolean measured, @Nullable String head) {
  static Key text(String column) {
    return new Key(null, new Sql().add(column), false, false, null);
  }

  static Key whole(String column) {
    return new Key(null, new Sql().add(column), true, false, null);
  }

  /// What no record has.
  static Key never(boolean measured) {
    return new Key(
        new Sql().add("2"),
        new Sql().add(measured ? "CAST(NULL AS DOUBLE PRECISION)" : "CAST(NULL AS TEXT)"),
        measured,
        measured,
        null);
  }

  /// A column that may be null.
  Key orMissing(String column) {
    return new Key(
        new Sql().add("CASE WHEN " + column + " IS NULL THEN 2 ELSE 0 END"),
        value,
        number,
        measured,
        head);
  }
}
