package dev.gnomon.core.usecase;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Step 2, `frame`: the learning problem.
///
/// @param entity what the decision is about; `row` when the file does not say
/// @param entities further entities, each with the column that holds its key on an observation: of
///   the listed observations, else an attribute of `entity`; when serving an input of that name too
public record Frame(
    Task task, String entity, Observe observe, Target target, Map<String, String> entities) {

  public Frame {
    entities = Collections.unmodifiableMap(new LinkedHashMap<>(entities));
  }

  /// About one entity.
  public Frame(Task task, String entity, Observe observe, Target target) {
    this(task, entity, observe, target, Map.of());
  }

  public enum Task {
    BINARY,
    MULTICLASS,
    REGRESSION,
    RANKING,
    FORECAST,
    ANOMALY,
    UPLIFT,
    CLUSTERS,
    MULTI;

    /// Whether a number is foreseen and no decision with yes or no follows from it.
    public boolean isNumber() {
      return this == REGRESSION;
    }
  }

  /// At which (key, time) pairs decisions are, or would have been, made.
  public sealed interface Observe {
    /// Every row of the flat table is one observation.
    record EachRow() implements Observe {}

    /// A grid in time; one observation per key that the population source knew at that time.
    ///
    /// @param fromMicros first time, inclusive
    /// @param toMicros last time, inclusive
    /// @param within only keys with a row of the population source in the last so long
    /// @param until keys leave the population at their first row in this source
    record Grid(
        Duration every,
        long fromMicros,
        long toMicros,
        String population,
        Optional<Duration> within,
        Optional<String> until)
        implements Observe {}

    /// Listed in a file with the key column and `observed_at`.
    record Listed(SourceSpec table, Optional<String> until) implements Observe {}
  }

  /// What is to be foreseen.
  public sealed interface Target {
    /// Positive when a row of the source falls into `(t, t + within]`.
    record EventWithin(String source, Duration within, Optional<Duration> lateness)
        implements Target {}

    /// Positive when no row of the source falls into `(t, t + within]`.
    record NoEventWithin(String source, Duration within, Optional<Duration> lateness)
        implements Target {}

    /// A column of the flat table or of the listed observations.
    ///
    /// @param positive the source text of the positive class; present for binary targets
    record InColumn(String column, Optional<String> positive) implements Target {}
  }
}
