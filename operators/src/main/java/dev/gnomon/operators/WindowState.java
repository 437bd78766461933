package dev.gnomon.operators;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What one window holds of the events that pass one filter: enough to finish every operator asked
/// for.
///
/// The algebra is clear, add, remove, merge and finish. An event has a position, its place in the
/// canonical order of its key, and a value: NaN when missing, 1 where the operator looks at the
/// event itself. Counts and sums can take away any event; extremes forget by position, because what
/// leaves a window leaves it in order.
///
/// Not safe for use by several threads.
public final class WindowState {
  private final @Nullable ExactSum sum;
  private final @Nullable SlidingExtreme least;
  private final @Nullable SlidingExtreme greatest;
  private long events;
  private long values;

  /// @param sum whether sums and means are asked for
  public WindowState(boolean sum, boolean min, boolean max) {
    this.sum = sum ? new ExactSum() : null;
    this.least = min ? new SlidingExtreme(false) : null;
    this.greatest = max ? new SlidingExtreme(true) : null;
  }

  /// Back to no events.
  public void clear() {
    events = 0;
    values = 0;
    if (sum != null) {
      sum.clear();
    }
    if (least != null) {
      least.clear();
    }
    if (greatest != null) {
      greatest.clear();
    }
  }

  public void add(int position, double value) {
    events++;
    if (Double.isNaN(value)) {
      return;
    }
    values++;
    if (sum != null) {
      sum.add(value);
    }
    addExtreme(position, value);
  }

  /// The same for a value already converted by [ExactSum#high(double)] and [ExactSum#low(double)].
  public void add(int position, double value, long high, long low) {
    events++;
    if (Double.isNaN(value)) {
      return;
    }
    values++;
    if (sum != null) {
      sum.add(high, low);
    }
    addExtreme(position, value);
  }

  private void addExtreme(int position, double value) {
    if (least != null) {
      least.add(position, value);
    }
    if (greatest != null) {
      greatest.add(position, value);
    }
  }

  /// Takes an event away; extremes need [#retire] besides.
  public void remove(double value) {
    events--;
    if (Double.isNaN(value)) {
      return;
    }
    values--;
    if (sum != null) {
      sum.remove(value);
    }
  }

  /// The same for a value already converted.
  public void remove(double value, long high, long low) {
    events--;
    if (Double.isNaN(value)) {
      return;
    }
    values--;
    if (sum != null) {
      sum.remove(high, low);
    }
  }

  /// Lets the extremes forget all events before this position.
  public void retire(int firstPosition) {
    if (least != null) {
      least.retire(firstPosition);
    }
    if (greatest != null) {
      greatest.retire(firstPosition);
    }
  }

  /// Adds what the other holds, of events that are not in here. Extremes of the merged state count
  /// from position `position` on.
  public void merge(WindowState other, int position) {
    events += other.events;
    values += other.values;
    if (sum != null && other.sum != null) {
      sum.merge(other.sum);
    }
    if (least != null && other.least != null && other.values > 0) {
      least.add(position, other.least.value());
    }
    if (greatest != null && other.greatest != null && other.values > 0) {
      greatest.add(position, other.greatest.value());
    }
  }

  /// The value of an operator over a window; NaN when missing. A sum beyond the range of a double
  /// is missing, like every non-finite result.
  public double finish(Operator operator) {
    return switch (operator) {
      case COUNT -> values;
      case SUM -> events == 0 ? 0 : values == 0 ? Double.NaN : finiteSum();
      case MEAN -> values == 0 ? Double.NaN : finiteSum() / values;
      case MIN -> least == null ? Double.NaN : least.value();
      case MAX -> greatest == null ? Double.NaN : greatest.value();
      default -> throw new IllegalArgumentException(operator.word() + " is no total");
    };
  }

  /// Whether nothing but events and values is counted.
  boolean onlyCounts() {
    return sum == null && least == null && greatest == null;
  }

  /// Takes in events of which only the number matters.
  void count(long moreEvents, long moreValues) {
    events += moreEvents;
    values += moreValues;
  }

  /// How many events, missing values included.
  long events() {
    return events;
  }

  /// The sum for a ratio: of the values, or the number of events where none is looked at.
  double amount() {
    return sum == null ? values : finish(Operator.SUM);
  }

  /// Takes in an event of a tile, which never leaves it by itself: of extremes the best is kept.
  void fold(double value) {
    events++;
    if (Double.isNaN(value)) {
      return;
    }
    values++;
    if (sum != null) {
      sum.add(value);
    }
    if (least != null) {
      least.keep(value);
    }
    if (greatest != null) {
      greatest.keep(value);
    }
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(events);
    out.writeLong(values);
    if (sum != null) {
      sum.write(out);
    }
    if (least != null) {
      out.writeDouble(least.value());
    }
    if (greatest != null) {
      out.writeDouble(greatest.value());
    }
  }

  void read(DataInput in) throws IOException {
    clear();
    events = in.readLong();
    values = in.readLong();
    if (sum != null) {
      sum.readFrom(in);
    }
    if (least != null) {
      restore(least, in.readDouble());
    }
    if (greatest != null) {
      restore(greatest, in.readDouble());
    }
  }

  private static void restore(SlidingExtreme extreme, double value) {
    if (!Double.isNaN(value)) {
      extreme.keep(value);
    }
  }

  private double finiteSum() {
    if (sum == null) {
      throw new IllegalStateException("no sum was asked for when this state was made");
    }
    double total = sum.value();
    return Math.abs(total) <= Double.MAX_VALUE ? total : Double.NaN;
  }
}
