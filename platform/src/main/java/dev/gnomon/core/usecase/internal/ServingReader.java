package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.ServingSection;
import dev.gnomon.core.usecase.Stakes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// Reads `production.serving`.
record ServingReader(Stakes stakes, TaskRules rules, Context context) {
  /// The alias whose version decides.
  private static final String CHAMPION = "champion";

  ServingSection read(Fields serving) {
    return new ServingSection(
        deadline(serving),
        serving.span("last-good").orElse(ServingSection.LAST_GOOD),
        serving.section("cache").flatMap(cache -> cache(serving, cache)),
        serving.section("hybrid").flatMap(hybrid -> hybrid(serving, hybrid)));
  }

  private Duration deadline(Fields serving) {
    Optional<Duration> promised = stakes.constraints().latencyP99();
    Optional<Duration> stated = serving.span("deadline");
    if (stated.isPresent() && promised.isPresent() && stated.get().compareTo(promised.get()) > 0) {
      context.problem(
          serving,
          "deadline",
          "decisions may take longer than problem.constraints.latency-p99 promises",
          "at most what is promised, or a greater latency-p99");
    }
    return stated.or(() -> promised).orElse(ServingSection.DEADLINE);
  }

  private Optional<ServingSection.Cache> cache(Fields serving, Fields cache) {
    if (stakes.constraints().reasons() != Stakes.Reasons.NONE) {
      context.problem(
          serving,
          "cache",
          "scores are given again where each decision must say why (problem.constraints.reasons)",
          "reasons: none, or no cache: the reasons would be those of another row");
    }
    Set<String> seen = new HashSet<>();
    List<String> keys = cache.texts("keys");
    for (String key : keys) {
      if (!seen.add(key)) {
        context.problem(cache, "keys", "'%s' stands twice".formatted(key), "name it once");
      }
    }
    Optional<Duration> lasts = cache.span("for");
    return cache.isRight() && lasts.isPresent()
        ? Optional.of(
            new ServingSection.Cache(
                keys, lasts.get(), cache.count("at-most").orElse(ServingSection.Cache.AT_MOST)))
        : Optional.empty();
  }

  private Optional<ServingSection.Hybrid> hybrid(Fields serving, Fields hybrid) {
    rules.refuse(serving, context, "hybrid");
    if (!hybrid.isRight()) {
      return Optional.empty();
    }
    String fast = hybrid.text("fast", "");
    if (fast.equals(CHAMPION)) {
      context.problem(
          hybrid,
          "fast",
          "the champion is the accurate version, not the fast one",
          "another alias, set by registering a second version");
    }
    double[] band =
        hybrid.items("band").stream()
            .map(YamlNode.Scalar.class::cast)
            .map(Values::number)
            .mapToDouble(OptionalDouble::orElseThrow)
            .toArray();
    if (band.length != 2 || band[0] >= band[1]) {
      context.problem(
          hybrid, "band", "it is no band", "two scores, the lesser first, as in [0.2, 0.8]");
      return Optional.empty();
    }
    return Optional.of(new ServingSection.Hybrid(fast, band[0], band[1]));
  }
}
