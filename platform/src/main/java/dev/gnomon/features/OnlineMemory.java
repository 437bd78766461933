package dev.gnomon.features;

import dev.gnomon.core.usecase.FeatureNames;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.features.internal.SourceProgram;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.schema.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What the online store keeps of a key, for each source of events, before anything runs.
///
/// @param bytesPerEvent of an event as long as it is kept by itself; texts come on top
/// @param keptAlone how far back every event must be; zero when events may be compacted into tiles
///   as soon as they are settled, empty for ever by [#unbounded]
/// @param unbounded whether no event may ever be let go
public record OnlineMemory(
    String source, long bytesPerEvent, Duration keptAlone, boolean unbounded) {

  /// One per source of events on which features are computed.
  public static List<OnlineMemory> of(FeaturePlan plan) {
    List<OnlineMemory> all = new ArrayList<>();
    FeatureProgram program = FeatureProgram.compile(plan.useCase(), plan.schemas());
    for (SourceProgram source : program.sources()) {
      if (source.spec().kind() == SourceSpec.Kind.EVENTS) {
        long alone = source.events().keptAlone();
        boolean unbounded = alone == EventProgram.FOR_EVER;
        all.add(
            new OnlineMemory(
                source.spec().name(),
                source.events().bytesPerEvent(),
                Duration.ofSeconds(unbounded ? 0 : Math.ceilDiv(alone, Times.SECOND)),
                unbounded));
      }
    }
    return all;
  }

  /// For people.
  public String text() {
    String rule =
        unbounded
            ? "every event of a key is kept for ever, because sessions without an end look at each"
            : keptAlone.isZero()
                ? "a busy key is compacted into tiles beyond 256 settled events"
                : "every event of the last %s is kept, because an exact window, sessions or lags look at each"
                    .formatted(FeatureNames.window(keptAlone));
    return "%s: %d bytes per event kept online; %s".formatted(source, bytesPerEvent, rule);
  }
}
