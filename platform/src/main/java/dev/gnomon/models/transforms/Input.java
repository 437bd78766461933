package dev.gnomon.models.transforms;

/// One number of a row between the features and the model.
///
/// @param sources the features it was made of, by position
/// @param shares how much of it each of them counts for, in sum 1
public record Input(String name, int[] sources, double[] shares, Kind kind) {
  /// What a number stands for.
  public enum Kind {
    /// An amount: it may be missing, and is imputed and scaled.
    QUANTITY,
    /// 0 or 1: a level, or a flag.
    INDICATOR,
    /// A weight on a scale of its own, never missing: of a term, a bucket, a component.
    WEIGHT
  }

  static Input of(String name, int source, Kind kind) {
    return new Input(name, new int[] {source}, new double[] {1}, kind);
  }

  /// Another input made of this one.
  Input named(String other, Kind otherKind) {
    return new Input(other, sources, shares, otherKind);
  }

  boolean isQuantity() {
    return kind == Kind.QUANTITY;
  }
}
