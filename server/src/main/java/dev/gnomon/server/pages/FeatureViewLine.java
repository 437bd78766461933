package dev.gnomon.server.pages;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// What the catalogue shows of one feature view: one line, however many use cases share it.
///
/// @param source on which it is computed
/// @param origins where the rows of the source come from: files as the use case names them, a
///   topic, posts
/// @param version hash of the definition
/// @param keys of which anything is kept
/// @param events kept for them
/// @param intake empty for sources that take no posts
/// @param consumers the use cases that use it
public record FeatureViewLine(
    String name,
    String source,
    List<String> origins,
    List<String> entities,
    Optional<String> owner,
    Optional<String> description,
    Optional<Duration> ttl,
    Freshness freshness,
    List<String> features,
    String version,
    long keys,
    long events,
    Optional<Intake> intake,
    List<Consumer> consumers) {
  public FeatureViewLine {
    origins = List.copyOf(origins);
    entities = List.copyOf(entities);
    features = List.copyOf(features);
    consumers = List.copyOf(consumers);
  }

  /// How old the newest row is.
  ///
  /// @param target the age it should not exceed
  /// @param newest the greatest event time taken in; empty for sources without event times
  /// @param age of that by the platform's clock, never negative
  public record Freshness(
      Optional<Duration> target, Optional<Instant> newest, Optional<Duration> age) {
    /// Whether the target is missed.
    public boolean late() {
      return target.isPresent() && age.isPresent() && age.get().compareTo(target.get()) > 0;
    }
  }

  /// What came in by posts and streams.
  ///
  /// @param taken rows that features saw
  /// @param setAside rows that lie in quarantine now
  /// @param failing failures over all checks since the start
  /// @param broken the checks that do not hold
  public record Intake(long taken, int setAside, long failing, List<String> broken) {
    public Intake {
      broken = List.copyOf(broken);
    }
  }

  /// @param champion the version that decides; empty while fallback rules do
  /// @param versions those trained on this very definition, oldest first
  public record Consumer(String useCase, OptionalInt champion, List<Integer> versions) {
    public Consumer {
      versions = List.copyOf(versions);
    }
  }

  /// Whether every word of a search occurs in what is said about it.
  boolean matches(String search) {
    StringBuilder text = new StringBuilder();
    text.append(name).append(' ').append(source).append(' ').append(version).append(' ');
    owner.ifPresent(one -> text.append(one).append(' '));
    description.ifPresent(one -> text.append(one).append(' '));
    entities.forEach(one -> text.append(one).append(' '));
    features.forEach(one -> text.append(one).append(' '));
    consumers.forEach(one -> text.append(one.useCase()).append(' '));
    String all = text.toString().toLowerCase(Locale.ROOT);
    for (String word : search.toLowerCase(Locale.ROOT).split("\\s+", -1)) {
      if (!all.contains(word)) {
        return false;
      }
    }
    return true;
  }
}
