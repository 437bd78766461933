package dev.gnomon.schema;

/// What a column holds. There is no boolean: a truth value is the text it had in the source.
public enum Type {
  /// A double; NaN is missing, infinities are refused at the reader.
  NUMBER,
  /// The source text; null is missing.
  TEXT,
  /// Microseconds since 1970-01-01T00:00:00Z; [Times#MISSING] is missing.
  TIME;

  /// The word used in `types:` and in messages.
  public String word() {
    return switch (this) {
      case NUMBER -> "number";
      case TEXT -> "text";
      case TIME -> "time";
    };
  }
}
