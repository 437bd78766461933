package dev.gnomon.server;

import dev.gnomon.core.Breaker;
import dev.gnomon.features.StoreReadings;
import dev.gnomon.serving.DecisionCounts;
import dev.gnomon.serving.DecisionRecord.Cause;
import dev.gnomon.serving.DecisionRecord.Variant;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.ServingReadings;
import dev.gnomon.serving.ServingReadings.Model;
import dev.gnomon.serving.ServingReadings.Part;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/// How one use case decides, and what stands between trouble and its decisions, as metrics. Nothing
/// is done for them when a decision is made but what is counted anyway; they are read at a scrape.
final class ServingMetrics {
  private final LiveUseCase live;
  private final MeterRegistry metrics;
  private final String useCase;

  private ServingMetrics(LiveUseCase live, MeterRegistry metrics) {
    this.live = live;
    this.metrics = metrics;
    this.useCase = live.useCase().name();
  }

  static void register(LiveUseCase live, MeterRegistry metrics) {
    ServingMetrics one = new ServingMetrics(live, metrics);
    one.decisions();
    one.store();
    for (Part part : Part.values()) {
      one.model(part);
    }
    one.standIns();
  }

  /// All pairs from the start: a counter that appears with its first count hides that count from
  /// `rate`.
  private void decisions() {
    DecisionCounts counts = live.decisions().counts();
    for (Variant variant : Variant.values()) {
      for (Cause cause : Cause.values()) {
        FunctionCounter.builder("gnomon.decisions", counts, all -> all.of(variant, cause))
            .description("Decisions logged, by who decided and what was wrong with the answer")
            .tag("usecase", useCase)
            .tag("variant", variant.word())
            .tag("cause", cause.word())
            .tag("degraded", Boolean.toString(cause.degraded()))
            .register(metrics);
      }
    }
  }

  /// A store in this process is always there and has nothing to tell.
  private void store() {
    gauge(
        "gnomon.store.connected",
        "Whether the store of features is connected and filled: 1, or 0",
        all -> all.store().map(store -> store.connected() ? 1.0 : 0.0).orElse(1.0));
    gauge(
        "gnomon.store.breaker.state",
        "The breaker before the store of features: 0 closed, 1 half open, 2 open",
        all -> all.store().map(store -> state(store.breaker())).orElse(0.0));
    store("opened", "How often the breaker opened", StoreReadings::opened);
    store("rejected", "Reads that the open breaker refused", StoreReadings::rejected);
    store("full", "Reads refused since too many waited", StoreReadings::full);
    store("reads", "Round trips begun, retries among them", StoreReadings::reads);
    store("failed", "Round trips that failed", StoreReadings::failed);
    store("late", "Round trips without an answer in the time there was", StoreReadings::late);
    store("slow", "Answers so slow that the breaker counts them failed", StoreReadings::slow);
    store("retries", "Round trips that were tried again", StoreReadings::retries);
    store("spared", "Retries left out, their budget being used up", StoreReadings::spared);
  }

  private void store(String name, String description, ToLongFunction<StoreReadings> reading) {
    counter(
        "gnomon.store." + name,
        description,
        all -> all.store().map(store -> (double) reading.applyAsLong(store)).orElse(0.0));
  }

  private void model(Part part) {
    String word = part.name().toLowerCase(Locale.ROOT);
    Gauge.builder(
            "gnomon.model.breaker.state",
            live,
            one -> model(one, part, model -> state(model.breaker())))
        .description("The breaker before a model: 0 closed, 1 half open, 2 open")
        .tag("usecase", useCase)
        .tag("part", word)
        .register(metrics);
    model(part, word, "opened", "How often its breaker opened", Model::opened);
    model(part, word, "rejected", "Decisions its open breaker kept from it", Model::rejected);
    model(part, word, "failures", "Calls that threw or gave no number", Model::failures);
    model(part, word, "late", "Calls that took longer than a decision may", Model::late);
  }

  private void model(
      Part part, String word, String name, String description, ToLongFunction<Model> reading) {
    FunctionCounter.builder(
            "gnomon.model." + name, live, one -> model(one, part, reading::applyAsLong))
        .description(description)
        .tag("usecase", useCase)
        .tag("part", word)
        .register(metrics);
  }

  /// The reading of the version that plays the part; 0 when none does.
  private static double model(LiveUseCase live, Part part, ToDoubleFunction<Model> reading) {
    for (Model model : live.resilience().models()) {
      if (model.part() == part) {
        return reading.applyAsDouble(model);
      }
    }
    return 0;
  }

  private void standIns() {
    counter(
        "gnomon.features.stale",
        "Decisions on features read before, as the store was away",
        ServingReadings::stale);
    gauge(
        "gnomon.features.remembered",
        "Keys whose features are kept for that",
        ServingReadings::remembered);
    counter(
        "gnomon.score.cache.hits",
        "Decisions whose score was computed for another",
        ServingReadings::cacheHits);
    counter(
        "gnomon.score.cache.misses",
        "Scores that were computed and kept",
        ServingReadings::cacheMisses);
    gauge("gnomon.score.cache.size", "Scores kept now", ServingReadings::cached);
    counter(
        "gnomon.hybrid.fast",
        "Decisions of the fast version, outside of the band",
        ServingReadings::fast);
    counter(
        "gnomon.hybrid.accurate",
        "Decisions within the band, where the champion was asked",
        ServingReadings::accurate);
    counter(
        "gnomon.warmed", "Decisions made to warm up, without a record", ServingReadings::warmed);
  }

  private void counter(String name, String description, ToDoubleFunction<ServingReadings> reading) {
    FunctionCounter.builder(name, live, one -> reading.applyAsDouble(one.resilience()))
        .description(description)
        .tag("usecase", useCase)
        .register(metrics);
  }

  private void gauge(String name, String description, ToDoubleFunction<ServingReadings> reading) {
    Gauge.builder(name, live, one -> reading.applyAsDouble(one.resilience()))
        .description(description)
        .tag("usecase", useCase)
        .register(metrics);
  }

  private static double state(Breaker.State state) {
    return switch (state) {
      case CLOSED -> 0;
      case HALF_OPEN -> 1;
      case OPEN -> 2;
    };
  }
}
