package dev.gnomon.training;

import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// No more than so many positive decisions per period, the most valuable first.
///
/// Periods are aligned to the epoch in UTC. A part that holds only a share of the entities (when
/// validation is by entity) is given that share of the capacity. A flat table has no time: there
/// the capacity can't be simulated, which the report says.
record Capacity(Optional<Stakes.Capacity> limit, double share) {

  static Capacity of(UseCase useCase, TrainingSet set, double share) {
    Optional<Stakes.Capacity> stated = useCase.problem().constraints().capacity();
    boolean timed = set.horizonMicros() > 0;
    return new Capacity(timed ? stated : Optional.empty(), share);
  }

  boolean[] keep(TrainingSet set, Scored part, boolean[] decided) {
    if (limit.isEmpty()) {
      return decided;
    }
    long per = limit.get().per().toNanos() / 1000;
    int max = (int) Math.max(1, Math.round(limit.get().max() * share));
    Map<Long, List<Integer>> byPeriod = new HashMap<>();
    for (int i = 0; i < decided.length; i++) {
      if (decided[i]) {
        byPeriod
            .computeIfAbsent(
                Math.floorDiv(set.observedAt()[part.rows()[i]], per), k -> new ArrayList<>())
            .add(i);
      }
    }
    boolean[] kept = new boolean[decided.length];
    for (List<Integer> rows : byPeriod.values()) {
      rows.sort(
          Comparator.<Integer>comparingDouble(i -> -part.gains()[i]).thenComparingInt(i -> i));
      rows.stream().limit(max).forEach(i -> kept[i] = true);
    }
    return kept;
  }

  /// The expected gain that an action must exceed so that about `max` are taken per period: what a
  /// server, which sees one request at a time, asks for.
  double bid(TrainingSet set, Scored part, boolean[] decided) {
    boolean[] kept = keep(set, part, decided);
    double dropped = Double.NEGATIVE_INFINITY;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < kept.length; i++) {
      if (decided[i] && !kept[i]) {
        dropped = Math.max(dropped, part.gains()[i]);
      } else if (kept[i]) {
        least = Math.min(least, part.gains()[i]);
      }
    }
    return Double.isInfinite(dropped)
        ? Double.NEGATIVE_INFINITY
        : Math.max(0, (least + dropped) / 2);
  }
}
