package dev.gnomon.operators;

import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is computed on the events of one source, with everything shared that features have in
/// common: a filter is evaluated once per event, a state kept once per (filter, column, window).
///
/// A pure description, the same in every driver.
///
/// @param schema of the source
/// @param filters distinct `where` conditions
/// @param values distinct things that operators look at
/// @param windows distinct
/// @param totals what is counted and summed
/// @param states further states
/// @param newest distinct streams whose newest event must be known
/// @param features in the order in which they were added
/// @param ordered whether the order of events within one event time can decide a value
/// @param identified whether the source declares an id: a repeated one changes nothing
/// @param knownDeclared whether the source declares known-at, so that it is content of an event
public record EventProgram(
    Schema schema,
    List<Expression> filters,
    List<Value> values,
    List<Window> windows,
    List<Total> totals,
    List<Sliding> states,
    List<Stream> newest,
    List<Feature> features,
    boolean ordered,
    boolean identified,
    boolean knownDeclared)
    implements Serializable {

  /// No filter, no column, no window.
  public static final int NONE = -1;

  /// No age limit.
  public static final long FOR_EVER = Long.MAX_VALUE;

  public EventProgram {
    filters = List.copyOf(filters);
    values = List.copyOf(values);
    windows = List.copyOf(windows);
    totals = List.copyOf(totals);
    states = List.copyOf(states);
    newest = List.copyOf(newest);
    features = List.copyOf(features);
  }

  /// How a column is looked at.
  public enum Kind {
    /// Numbers as they are; times as microseconds.
    NUMBER,
    /// 1 where there is a value of whatever type.
    PRESENCE,
    /// Texts, as codes.
    TEXT
  }

  /// @param column of the schema
  public record Value(int column, Kind kind) implements Serializable {}

  /// The events that pass a filter and have a value.
  ///
  /// @param filter index into `filters`, or [#NONE]
  /// @param value index into `values`, or [#NONE] for the events themselves
  public record Stream(int filter, int value) implements Serializable {}

  /// @param window index into `windows`
  public record Total(Stream stream, int window, boolean sum, boolean min, boolean max)
      implements Serializable {
    WindowState state() {
      return new WindowState(sum, min, max);
    }
  }

  /// @param parameter the half-life for decay, in microseconds; else 0
  public record Sliding(Stream stream, int window, Operator.State kind, long parameter)
      implements Serializable {
    SlidingState state() {
      return switch (kind) {
        case MOMENTS -> new MomentState(stream);
        case TREND -> new TrendState(stream);
        case DECAY -> new DecayState(stream, parameter);
        case DISTINCT -> new DistinctState(stream);
        case TOP -> new TopCounts(stream);
        case QUANTILE -> new QuantileState(stream);
        case TOTALS, ORDER, NEWEST, TIMES ->
            throw new IllegalArgumentException("no state is kept for " + kind);
      };
    }
  }

  /// One output column.
  ///
  /// @param column of the feature row
  /// @param window index, or [#NONE] for none stated
  /// @param state index into `totals` or `states`, or [#NONE]
  /// @param denominator index into `totals`, for ratios
  /// @param newest index, needed for time-since-last and for a ttl, else [#NONE]
  /// @param parameter microseconds: the unit of a rate or trend, the gap of sessions, the period of
  ///   a lag
  /// @param share the q of a quantile
  /// @param place which of several outputs: of last-k and top-k from 0; the periods of a lag
  /// @param text whether the output is a text
  /// @param ttl microseconds, or [#FOR_EVER]
  public record Feature(
      int column,
      Operator operator,
      Stream stream,
      int window,
      int state,
      int denominator,
      int newest,
      long parameter,
      double share,
      int place,
      boolean text,
      long ttl)
      implements Serializable {}

  /// Words of 32 filter bits that an event has.
  public int maskWords() {
    return (filters.size() + 31) / 32;
  }

  /// How far back an event may matter; [#FOR_EVER] when it may however old it is.
  public long reach() {
    return newest.isEmpty() && features.stream().noneMatch(EventProgram::unbounded)
        ? windowReach()
        : FOR_EVER;
  }

  private static boolean unbounded(Feature feature) {
    return feature.window() == NONE && feature.operator() != Operator.LAG;
  }

  /// How far back the windows and lags look; 0 without any.
  public long windowReach() {
    long reach = 0;
    for (Window window : windows) {
      reach = Math.max(reach, window.reach());
    }
    for (Feature feature : features) {
      if (feature.operator() == Operator.LAG) {
        reach = Math.max(reach, (feature.place() + 1) * feature.parameter());
      }
    }
    return reach;
  }

  /// Bytes that an event takes while it is kept online, without the texts themselves.
  public long bytesPerEvent() {
    long bytes = 17 + 4L * maskWords() + (identified ? 16 : 0) + (ordered ? 12 : 0);
    for (Value value : values) {
      bytes += value.kind() == Kind.TEXT ? 4 : 8;
    }
    return bytes;
  }

  /// How far back online every event must be kept by itself, microseconds: the reach of exact
  /// windows, sessions and lags; 0 when nothing asks for that, [#FOR_EVER] when all of them must.
  public long keptAlone() {
    KeyReader reader = new KeyReader(this);
    long now = 1L << 52;
    long from = reader.neededAlone(now);
    return from == Long.MAX_VALUE ? 0 : from < 0 ? FOR_EVER : now - from;
  }

  /// What one feature is made of, before equal parts are shared.
  ///
  /// @param column of the schema, or [#NONE] for the events themselves
  /// @param over of the schema, or [#NONE]: the denominator of a ratio
  /// @param window empty for none; decay without one looks back as far as it counts
  public record Definition(
      Operator operator,
      int column,
      Optional<Expression> where,
      Optional<Window> window,
      long ttl,
      int over,
      long parameter,
      double share,
      int place) {
    /// An operator without parameters.
    public static Definition of(
        Operator operator, int column, Optional<Expression> where, Optional<Window> window) {
      return new Definition(operator, column, where, window, FOR_EVER, NONE, 0, 0, 0);
    }
  }

  public static Builder builder(Schema schema) {
    return new Builder(schema);
  }

  /// Collects the parts of one source, giving equal ones the same index.
  public static final class Builder {
    private final Schema schema;
    private final List<Expression> filters = new ArrayList<>();
    private final List<Value> values = new ArrayList<>();
    private final List<Window> windows = new ArrayList<>();
    private final List<Total> totals = new ArrayList<>();
    private final List<Sliding> states = new ArrayList<>();
    private final List<Stream> newest = new ArrayList<>();
    private final List<Feature> features = new ArrayList<>();
    private boolean ordered;
    private boolean identified;
    private boolean knownDeclared;

    private Builder(Schema schema) {
      this.schema = schema;
    }

    /// The source declares an id.
    public Builder identified(boolean value) {
      identified = value;
      return this;
    }

    /// The source declares known-at.
    public Builder knownDeclared(boolean value) {
      knownDeclared = value;
      return this;
    }

    /// @param column of the feature row that it fills
    public Builder add(int column, Definition definition) {
      Operator operator = definition.operator();
      Stream stream = stream(definition.where(), value(operator, definition.column()));
      Optional<Window> stated = definition.window();
      if (stated.isEmpty() && operator.state() == Operator.State.DECAY) {
        stated = Optional.of(DecayState.window(definition.parameter()));
      }
      if (stated.isEmpty() && operator.span() == Operator.Span.REQUIRED) {
        throw new IllegalArgumentException(operator.word() + " needs a window");
      }
      int window = stated.map(w -> index(windows, w)).orElse(NONE);
      int state = NONE;
      int denominator = NONE;
      switch (operator.state()) {
        case TOTALS -> {
          state = total(operator, stream, window);
          if (operator == Operator.RATIO) {
            Stream all = stream(Optional.empty(), value(operator, definition.over()));
            denominator = total(operator, all, window);
          }
        }
        case MOMENTS, TREND, DISTINCT, TOP, QUANTILE ->
            state = index(states, new Sliding(stream, window, operator.state(), 0));
        case DECAY ->
            state =
                index(
                    states, new Sliding(stream, window, operator.state(), definition.parameter()));
        case ORDER, NEWEST, TIMES -> {}
      }
      boolean needsNewest =
          operator.state() == Operator.State.NEWEST || definition.ttl() != FOR_EVER;
      ordered |= operator.ordered();
      boolean text =
          operator == Operator.TOP_K
              || (operator.column() == Operator.Column.VALUE
                  && operator != Operator.DISTINCT_COUNT
                  && schema.field(definition.column()).type() == Type.TEXT);
      features.add(
          new Feature(
              column,
              operator,
              stream,
              window,
              state,
              denominator,
              needsNewest ? index(newest, stream) : NONE,
              definition.parameter(),
              definition.share(),
              definition.place(),
              text,
              definition.ttl()));
      return this;
    }

    private int value(Operator operator, int column) {
      if (column == NONE) {
        return NONE;
      }
      Type type = schema.field(column).type();
      boolean sums = operator == Operator.RATIO && type == Type.NUMBER;
      Kind kind =
          switch (operator.column()) {
            case NUMBER, TIME -> Kind.NUMBER;
            case VALUE -> type == Type.TEXT ? Kind.TEXT : Kind.NUMBER;
            case ANY -> sums ? Kind.NUMBER : Kind.PRESENCE;
          };
      if (kind == Kind.PRESENCE && type == Type.NUMBER) {
        kind = Kind.NUMBER;
      }
      return index(values, new Value(column, kind));
    }

    private Stream stream(Optional<Expression> where, int value) {
      return new Stream(where.map(filter -> index(filters, filter)).orElse(NONE), value);
    }

    private int total(Operator operator, Stream stream, int window) {
      boolean sum =
          operator == Operator.SUM
              || operator == Operator.MEAN
              || (operator == Operator.RATIO && stream.value() != NONE);
      boolean min = operator == Operator.MIN;
      boolean max = operator == Operator.MAX;
      for (int i = 0; i < totals.size(); i++) {
        Total known = totals.get(i);
        if (known.stream().equals(stream) && known.window() == window) {
          totals.set(
              i,
              new Total(
                  stream, window, known.sum() || sum, known.min() || min, known.max() || max));
          return i;
        }
      }
      totals.add(new Total(stream, window, sum, min, max));
      return totals.size() - 1;
    }

    private static <T> int index(List<T> all, T one) {
      int at = all.indexOf(one);
      if (at >= 0) {
        return at;
      }
      all.add(one);
      return all.size() - 1;
    }

    public EventProgram build() {
      return new EventProgram(
          schema,
          filters,
          values,
          windows,
          totals,
          states,
          newest,
          features,
          ordered,
          identified,
          knownDeclared);
    }
  }
}
