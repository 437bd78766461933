package dev.gnomon.stats;

/// An estimate between two bounds. NaN throughout when the quantity is not defined.
///
/// @param level the coverage the bounds aim at, for example 0.95
public record Interval(double lower, double estimate, double upper, double level) {
  /// Whether the interval lies wholly below `bound`; what a failed "at least" gate means.
  public boolean below(double bound) {
    return upper < bound;
  }

  /// Whether the interval lies wholly above `bound`; what a failed "at most" gate means.
  public boolean above(double bound) {
    return lower > bound;
  }
}
