package dev.gnomon.features;

import dev.gnomon.core.usecase.FeatureNames;
import dev.gnomon.core.usecase.FeatureSection.Attributes;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Where the columns of a plan's row come from.
///
/// @param sources for each column the source of its values, or the use case itself for derived
///   features, what comes with the request, the columns of a flat table and the observation time
/// @param ttls for each column the age beyond which it counts as missing; empty where none is
///   stated
public record FeatureOrigins(List<String> sources, List<Optional<Duration>> ttls) {
  public FeatureOrigins {
    sources = List.copyOf(sources);
    ttls = List.copyOf(ttls);
  }

  public static FeatureOrigins of(FeaturePlan plan) {
    UseCase useCase = plan.useCase();
    Map<String, String> aggregated = new HashMap<>();
    Map<String, Optional<Duration>> stated = new HashMap<>();
    useCase
        .features()
        .aggregates()
        .forEach(one ->
            FeatureNames.of(one)
                .forEach(name -> {
                  aggregated.put(name, one.source());
                  stated.put(name, one.ttl());
                }));
    List<String> sources = new ArrayList<>();
    List<Optional<Duration>> ttls = new ArrayList<>();
    for (String name : plan.row().names()) {
      String source =
          useCase.features().derived().containsKey(name)
                  || useCase.features().request().containsKey(name)
              ? useCase.name()
              : aggregated.containsKey(name)
                  ? Objects.requireNonNull(aggregated.get(name))
                  : stateOf(plan, name);
      Attributes listed = useCase.features().columns().get(source);
      sources.add(source);
      ttls.add(stated.getOrDefault(name, listed == null ? Optional.empty() : listed.ttl()));
    }
    return new FeatureOrigins(sources, ttls);
  }

  /// The state source that has a column; features are listed under theirs, further columns stand in
  /// one source only.
  private static String stateOf(FeaturePlan plan, String column) {
    UseCase useCase = plan.useCase();
    List<String> having =
        useCase.data().sources().values().stream()
            .filter(source -> source.kind() == SourceSpec.Kind.STATE)
            .map(SourceSpec::name)
            .filter(name -> Objects.requireNonNull(plan.schemas().get(name)).has(column))
            .toList();
    return having.stream()
        .filter(name -> {
          Attributes listed = useCase.features().columns().get(name);
          return listed != null
              && !listed.except().contains(column)
              && (listed.all() || listed.names().contains(column));
        })
        .findFirst()
        .or(() -> having.stream().findFirst())
        .orElse(useCase.name());
  }
}
