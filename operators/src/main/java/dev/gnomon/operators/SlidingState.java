package dev.gnomon.operators;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What one window holds of the events of one stream, for the operators beyond counts, sums and
/// extremes: the algebra is clear, add, remove, merge, finish, write and read.
///
/// The value depends on the multiset of events alone, so that order, tiles and late patches cannot
/// change a bit; the exceptions are [TopCounts] and [QuantileState] after a merge, which keep to a
/// stated error. Not safe for use by several threads.
abstract sealed class SlidingState
    permits MomentState, TrendState, DecayState, DistinctState, TopCounts, QuantileState {
  final EventProgram.Stream stream;

  SlidingState(EventProgram.Stream stream) {
    this.stream = stream;
  }

  abstract void clear();

  /// Takes in an event that passes the filter and has the value.
  abstract void add(EventColumns events, int i);

  /// Takes away one that was taken in by [#add].
  abstract void remove(EventColumns events, int i);

  /// Takes in an event of a tile, which never leaves it by itself: memory is bounded.
  void fold(EventColumns events, int i) {
    add(events, i);
  }

  /// Adds what another of the same kind holds. After that nothing may be removed.
  abstract void merge(SlidingState other);

  /// The value at an observation time; NaN when missing.
  abstract double finish(EventProgram.Feature feature, long t);

  /// The value of an operator that gives texts.
  @Nullable String finishText(EventProgram.Feature feature) {
    throw new IllegalArgumentException(feature.operator() + " gives no text");
  }

  abstract void write(DataOutput out) throws IOException;

  /// Replaces the state by a written one.
  abstract void read(DataInput in) throws IOException;

  static double finite(double value) {
    return Math.abs(value) <= Double.MAX_VALUE ? value : Double.NaN;
  }
}
