package dev.gnomon.tracking.search;

/// The value of a field in a record.
public sealed interface Value {
  /// @param value may be NaN; whole numbers up to 2^53 are exact
  record Numeric(double value) implements Value {}

  record Text(String value) implements Value {}
}
