package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.expression.Expression;
import dev.gnomon.operators.Operator;
import dev.gnomon.operators.Window;
import dev.gnomon.operators.WindowState;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.List;

/// What is computed on one source, with everything shared that features have in common: a filter is
/// evaluated once per event, an accumulator kept once per (filter, column, window).
///
/// @param filters distinct `where` conditions
/// @param values columns of the schema whose values operators look at
/// @param windows distinct
/// @param newest distinct (filter, column) pairs whose newest event must be known
/// @param attributes columns of a state source taken as they are
public record SourceProgram(
    SourceSpec spec,
    Schema schema,
    List<Expression> filters,
    List<Integer> values,
    List<Window> windows,
    List<Accumulator> accumulators,
    List<Stream> newest,
    List<AggregateFeature> aggregates,
    List<AttributeFeature> attributes) {

  /// No filter, no column, no window.
  public static final int NONE = -1;

  /// No age limit.
  public static final long FOR_EVER = Long.MAX_VALUE;

  public SourceProgram {
    filters = List.copyOf(filters);
    values = List.copyOf(values);
    windows = List.copyOf(windows);
    accumulators = List.copyOf(accumulators);
    newest = List.copyOf(newest);
    aggregates = List.copyOf(aggregates);
    attributes = List.copyOf(attributes);
  }

  /// The events that pass a filter and have a value in a column.
  ///
  /// @param filter index into `filters`, or [#NONE]
  /// @param value index into `values`, or [#NONE] for the events themselves
  public record Stream(int filter, int value) {}

  public record Accumulator(Stream stream, int window, boolean sum, boolean min, boolean max) {
    public WindowState state() {
      return new WindowState(sum, min, max);
    }
  }

  /// @param column of the feature row
  /// @param accumulator index, or [#NONE] for time-since-last
  /// @param newest index, needed for time-since-last and for a ttl, else [#NONE]
  /// @param window index, or [#NONE] for unbounded
  /// @param ttl microseconds, or [#FOR_EVER]
  public record AggregateFeature(
      int column, Operator operator, int accumulator, int newest, int window, long ttl) {}

  /// @param column of the feature row
  /// @param source column of the source's schema
  public record AttributeFeature(int column, int source, long ttl) {}

  /// How far back an event may matter; [#FOR_EVER] when the newest event or row matters however old
  /// it is.
  public long reach() {
    if (!newest.isEmpty() || !attributes.isEmpty()) {
      return FOR_EVER;
    }
    return windowReach();
  }

  /// How far back the windows look; 0 without any.
  public long windowReach() {
    return windows.stream().mapToLong(Window::reach).max().orElse(0);
  }

  /// Collects the parts of one source, giving equal ones the same index.
  static final class Builder {
    private final SourceSpec spec;
    private final Schema schema;
    private final List<Expression> filters = new ArrayList<>();
    private final List<Integer> values = new ArrayList<>();
    private final List<Window> windows = new ArrayList<>();
    private final List<Accumulator> accumulators = new ArrayList<>();
    private final List<Stream> newest = new ArrayList<>();
    private final List<AggregateFeature> aggregates = new ArrayList<>();
    private final List<AttributeFeature> attributes = new ArrayList<>();

    Builder(SourceSpec spec, Schema schema) {
      this.spec = spec;
      this.schema = schema;
    }

    SourceSpec spec() {
      return spec;
    }

    Schema schema() {
      return schema;
    }

    Stream stream(java.util.Optional<Expression> where, int sourceColumn) {
      return new Stream(
          where.map(filter -> index(filters, filter)).orElse(NONE),
          sourceColumn == NONE ? NONE : index(values, sourceColumn));
    }

    int window(Window window) {
      return index(windows, window);
    }

    void aggregate(int column, Operator operator, Stream stream, int window, long ttl) {
      int accumulator = NONE;
      if (operator != Operator.TIME_SINCE_LAST) {
        accumulator = accumulator(operator, stream, window);
      }
      boolean needsNewest = operator == Operator.TIME_SINCE_LAST || ttl != FOR_EVER;
      aggregates.add(
          new AggregateFeature(
              column,
              operator,
              accumulator,
              needsNewest ? index(newest, stream) : NONE,
              window,
              ttl));
    }

    private int accumulator(Operator operator, Stream stream, int window) {
      boolean sum = operator == Operator.SUM || operator == Operator.MEAN;
      boolean min = operator == Operator.MIN;
      boolean max = operator == Operator.MAX;
      for (int i = 0; i < accumulators.size(); i++) {
        Accumulator known = accumulators.get(i);
        if (known.stream().equals(stream) && known.window() == window) {
          accumulators.set(
              i,
              new Accumulator(
                  stream, window, known.sum() || sum, known.min() || min, known.max() || max));
          return i;
        }
      }
      accumulators.add(new Accumulator(stream, window, sum, min, max));
      return accumulators.size() - 1;
    }

    void attribute(int column, int sourceColumn, long ttl) {
      attributes.add(new AttributeFeature(column, sourceColumn, ttl));
    }

    private static <T> int index(List<T> all, T one) {
      int at = all.indexOf(one);
      if (at >= 0) {
        return at;
      }
      all.add(one);
      return all.size() - 1;
    }

    SourceProgram build() {
      return new SourceProgram(
          spec, schema, filters, values, windows, accumulators, newest, aggregates, attributes);
    }
  }
}
