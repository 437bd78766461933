package dev.gnomon.stats;

/// Finds the moment a stream's mean moves, up or down, in one pass and constant memory.
///
/// Deviations from the running mean, less a tolerance, are summed with slow forgetting; an alarm is
/// a sum that has come more than the threshold away from its extreme. Page 1954; Hinkley 1971. The
/// threshold is in units of the stream: standardise first, or 50 means nothing on a 0/1 error. A
/// move for the better alarms too: ask [#rose]. Mutable, not for several threads.
public final class PageHinkley {
  private final double delta;
  private final double threshold;
  private final double alpha;
  private final int minimum;

  private long count;
  private double mean;
  private double up;
  private double upLeast;
  private double down;
  private double downMost;

  /// @param delta deviation from the mean that is let pass
  /// @param threshold how far a sum must come from its extreme
  /// @param alpha share of the sums kept at each step, at most 1
  /// @param minimum values seen before the first alarm
  public PageHinkley(double delta, double threshold, double alpha, int minimum) {
    if (!(threshold > 0) || !(alpha > 0 && alpha <= 1)) {
      throw new IllegalArgumentException(
          "threshold %s and alpha %s; above 0, alpha at most 1".formatted(threshold, alpha));
    }
    this.delta = delta;
    this.threshold = threshold;
    this.alpha = alpha;
    this.minimum = minimum;
    reset();
  }

  /// Takes the next value; true for an alarm, after which [#reset] starts anew. Missing values are
  /// passed over.
  public boolean add(double value) {
    if (Double.isNaN(value)) {
      return false;
    }
    count++;
    mean += (value - mean) / count;
    up = alpha * up + (value - mean) - delta;
    down = alpha * down + (value - mean) + delta;
    upLeast = Math.min(upLeast, up);
    downMost = Math.max(downMost, down);
    return count >= minimum && Math.max(upStatistic(), downStatistic()) > threshold;
  }

  public double upStatistic() {
    return up - upLeast;
  }

  public double downStatistic() {
    return downMost - down;
  }

  /// Whether the larger of both sums speaks of a rise.
  public boolean rose() {
    return upStatistic() >= downStatistic();
  }

  public void reset() {
    count = 0;
    mean = 0;
    up = 0;
    upLeast = 0;
    down = 0;
    downMost = 0;
  }
}
