package dev.gnomon.learners.trees;

/// The best way found so far to part the rows of a node.
final class Split {
  int column = -1;

  /// The last bin that goes left; -1 if only missing values do.
  int lastLeft;

  float threshold;
  boolean missingLeft;
  double gain = Double.NEGATIVE_INFINITY;

  boolean found() {
    return column >= 0;
  }

  void clear() {
    column = -1;
    gain = Double.NEGATIVE_INFINITY;
  }

  void take(Split other) {
    column = other.column;
    lastLeft = other.lastLeft;
    threshold = other.threshold;
    missingLeft = other.missingLeft;
    gain = other.gain;
  }
}
