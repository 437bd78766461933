package dev.gnomon.server.pages;

/// From the least to the greatest of some numbers.
record Range(double low, double high) {
  static Range none() {
    return new Range(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
  }

  Range with(double value) {
    return new Range(Math.min(low, value), Math.max(high, value));
  }

  boolean empty() {
    return low > high;
  }
}
