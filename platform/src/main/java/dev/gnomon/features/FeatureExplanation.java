package dev.gnomon.features;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What stands behind one feature of one key at one time.
///
/// @param feature its name
/// @param source empty for what is derived or comes with the request
/// @param definition for people: operator, column, filter, or the expression
/// @param view the hash of the view's definition: its version; empty where there is none
/// @param key in the source: of the observation, or of a further entity
/// @param at the observation time
/// @param value as text; empty when missing
/// @param served what was served, where a decision is explained
/// @param from where the window begins, inclusive; it ends before `at`
/// @param checks of the source, as the use-case file states them
/// @param events the newest first
/// @param more how many further ones are not shown
/// @param tiles what was compacted in the store; rows of files and logs have none
public record FeatureExplanation(
    String feature,
    String source,
    String definition,
    String view,
    String key,
    Instant at,
    Optional<String> value,
    Optional<String> served,
    Optional<Instant> from,
    List<String> checks,
    List<Event> events,
    long more,
    List<Tile> tiles) {
  public FeatureExplanation {
    checks = List.copyOf(checks);
    events = List.copyOf(events);
    tiles = List.copyOf(tiles);
  }

  /// One row of the source.
  ///
  /// @param arrivedAt when it was posted; empty for rows of files
  /// @param position in the log of the source; empty for rows of files
  /// @param value what the operator looks at; empty when missing or where it looks at no column
  /// @param why it counts or does not
  public record Event(
      Optional<Instant> at,
      Optional<Instant> knownAt,
      Optional<Instant> arrivedAt,
      Optional<Long> position,
      Optional<String> value,
      boolean counts,
      String why) {}

  /// Events that a store counts together.
  ///
  /// @param start of the events; empty for the beginning of time
  public record Tile(Optional<Instant> start, long events) {}
}
