package dev.gnomon.core.usecase;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `production.serving`: how long a decision may take, and what it is made from when something is
/// slow, away or broken.
///
/// @param deadline how long a decision may take; a request may ask for less
/// @param lastGood how old features of a key may be that are used while the shared store is away;
///   zero for none
/// @param cache of scores, if wanted
/// @param hybrid a fast version before the accurate one, if wanted
public record ServingSection(
    Duration deadline, Duration lastGood, Optional<Cache> cache, Optional<Hybrid> hybrid) {
  public static final Duration DEADLINE = Duration.ofSeconds(1);
  public static final Duration LAST_GOOD = Duration.ofMinutes(10);

  /// What holds when nothing is said.
  public static final ServingSection DEFAULT =
      new ServingSection(DEADLINE, LAST_GOOD, Optional.empty(), Optional.empty());

  /// Scores that are given again to rows that agree in some columns.
  ///
  /// @param keys columns of the feature row, and `key` for the key itself; a row that agrees in all
  ///   of them gets the same score
  /// @param lasts how long
  /// @param atMost scores kept, the oldest let go first
  public record Cache(List<String> keys, Duration lasts, int atMost) {
    public static final int AT_MOST = 100_000;

    public Cache {
      keys = List.copyOf(keys);
    }
  }

  /// The version behind an alias scores first; where its score lies within the band, the champion
  /// decides.
  ///
  /// @param fast the alias
  /// @param from the least score of the band
  /// @param to the greatest
  public record Hybrid(String fast, double from, double to) {
    public boolean doubtful(double score) {
      return score >= from && score <= to;
    }
  }
}
