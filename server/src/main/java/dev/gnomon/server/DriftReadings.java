package dev.gnomon.server;

import dev.gnomon.monitoring.RecentDrift;
import dev.gnomon.monitoring.Reference;
import dev.gnomon.schema.Type;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.LiveVersion;
import dev.gnomon.serving.ServingNode;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// How far the inputs of recent decisions have moved, as gauges per feature.
final class DriftReadings {
  private final Map<String, RecentDrift> drift = new HashMap<>();
  private final Map<String, Reference> references = new ConcurrentHashMap<>();

  DriftReadings(ServingNode node, MeterRegistry metrics) {
    for (LiveUseCase live : node.useCases()) {
      String name = live.useCase().name();
      RecentDrift recent = new RecentDrift();
      drift.put(name, recent);
      live.features()
          .plan()
          .row()
          .fields()
          .forEach(field -> {
            if (field.type() != Type.TIME) {
              Gauge.builder(
                      "gnomon.input.psi", recent, one -> one.psi(field.name()).orElse(Double.NaN))
                  .description(
                      "Population stability index of recent decisions against the reference")
                  .tag("usecase", name)
                  .tag("feature", field.name())
                  .register(metrics);
            }
            Gauge.builder(
                    "gnomon.input.missing.ratio",
                    recent,
                    one -> one.missing(field.name()).orElse(Double.NaN))
                .description("Share of recent decisions without a value")
                .tag("usecase", name)
                .tag("feature", field.name())
                .register(metrics);
          });
    }
  }

  void saw(LiveUseCase live, DecisionRecord record) {
    Optional<LiveVersion> version = live.decisions().live();
    RecentDrift recent = drift.get(live.useCase().name());
    if (version.isEmpty() || recent == null) {
      return;
    }
    recent.saw(record, reference(live.useCase().name(), version.get()));
  }

  /// The readings of a use case.
  Optional<RecentDrift> of(String useCase) {
    return Optional.ofNullable(drift.get(useCase));
  }

  private Reference reference(String useCase, LiveVersion version) {
    @Nullable Reference known = references.get(useCase);
    if (known != null && known.version() == version.version()) {
      return known;
    }
    Reference fresh = Reference.of(version.version(), version.bundle());
    references.put(useCase, fresh);
    return fresh;
  }
}
