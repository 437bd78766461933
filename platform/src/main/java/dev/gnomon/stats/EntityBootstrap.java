package dev.gnomon.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Intervals that hold when one entity has several rows: entities are drawn with replacement, and
/// their rows come along.
///
/// Resampling rows would take fifty weeks of one customer for fifty customers and give intervals
/// that are far too narrow. A resample is a weight per row (how often its entity was drawn), so
/// that nothing is copied or sorted again. Bounds are percentiles (type 7) of the resampled values.
///
/// @param resamples how many; 1,000 for a report, 200 for a quick look
/// @param level coverage, for example 0.95
public record EntityBootstrap(int resamples, double level, long seed) {
  public EntityBootstrap {
    if (resamples < 2 || !(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "%d resamples at level %s; at least 2, between 0 and 1".formatted(resamples, level));
    }
  }

  /// A measure of weighted rows; NaN when it is not defined for them.
  @FunctionalInterface
  public interface WeightedMetric {
    /// @param weights per row; 0 leaves the row out. Valid during the call only
    double of(double[] weights);
  }

  /// One interval per metric, all from the same resamples.
  ///
  /// @param entities the entity of each row, 0 to `entityCount` - 1
  public List<Interval> intervals(int[] entities, int entityCount, List<WeightedMetric> metrics) {
    double[][] values = values(entities, entityCount, metrics);
    double[] ones = ProbabilityScores.ones(entities.length);
    List<Interval> intervals = new ArrayList<>();
    for (int m = 0; m < values.length; m++) {
      intervals.add(interval(values[m], metrics.get(m).of(ones)));
    }
    return intervals;
  }

  public Interval interval(int[] entities, int entityCount, WeightedMetric metric) {
    return intervals(entities, entityCount, List.of(metric)).getFirst();
  }

  /// The resampled values themselves, per metric; NaN where a resample does not define it.
  public double[][] values(int[] entities, int entityCount, List<WeightedMetric> metrics) {
    double[][] values = new double[metrics.size()][resamples];
    double[] weights = new double[entities.length];
    int[] drawn = new int[entityCount];
    RandomStream root = RandomStream.of(seed).split("entity-bootstrap");
    for (int r = 0; r < resamples; r++) {
      RandomStream random = root.split(r);
      Arrays.fill(drawn, 0);
      for (int i = 0; i < entityCount; i++) {
        drawn[random.nextInt(entityCount)]++;
      }
      for (int row = 0; row < weights.length; row++) {
        weights[row] = drawn[entities[row]];
      }
      for (int m = 0; m < values.length; m++) {
        values[m][r] = metrics.get(m).of(weights);
      }
    }
    return values;
  }

  /// NaN bounds when more than half of the resamples do not define the value: the rest would be a
  /// choice, not a sample.
  private Interval interval(double[] values, double estimate) {
    double[] sorted = Quantiles.sortedPresent(values);
    if (2 * sorted.length < values.length) {
      return new Interval(Double.NaN, estimate, Double.NaN, level);
    }
    double tail = (1 - level) / 2;
    return new Interval(
        Quantiles.type7(sorted, tail), estimate, Quantiles.type7(sorted, 1 - tail), level);
  }
}
