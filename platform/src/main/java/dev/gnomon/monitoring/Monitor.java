package dev.gnomon.monitoring;

import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.LastVerification;
import dev.gnomon.models.ReferenceStatistics;
import dev.gnomon.models.ReferenceStatistics.Summary;
import dev.gnomon.monitoring.MonitorReport.ActionRate;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift;
import dev.gnomon.monitoring.MonitorReport.Outcomes;
import dev.gnomon.monitoring.MonitorReport.Slice;
import dev.gnomon.monitoring.MonitorReport.Traffic;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.DecisionLog;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.serving.DecisionRecord.Cause;
import dev.gnomon.serving.DecisionRecord.Variant;
import dev.gnomon.stats.Proportions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Looks at the decisions of a use case: what moved, how good they turned out, what they cost, what
/// the action does, and what should be done about it.
///
/// One pass over the log. Features are compared on the frozen bins of the live version's reference;
/// keys that nothing is known about are counted as degraded and kept out of the comparison, because
/// a broken join is not drift.
public final class Monitor {
  private static final int RESAMPLES = 200;

  private final Reference reference;
  private final Window window;
  private final OutcomeTable outcomes;
  private final long dueAfter;
  private final long asOf;

  private final List<FeatureCounter> counters = new ArrayList<>();
  private final @Nullable FeatureCounter score;
  private final Slices slices;
  private final Labelled labelled = new Labelled(Labelled.MOST);
  private final MoneyTally money;
  private final Units units;
  private @Nullable Schema bound;

  private long decisions;
  private long yes;
  private long degraded;
  private final Map<String, Long> variants = new TreeMap<>();
  private final Map<String, Long> causes = new TreeMap<>();
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;
  private long live;
  private long liveActs;
  private long due;
  private long known;
  private long positives;

  private Monitor(
      UseCase useCase, Reference reference, Window window, OutcomeTable outcomes, long now) {
    this.reference = reference;
    this.window = window;
    this.outcomes = outcomes;
    Optional<Duration> horizon = horizon(useCase.frame());
    this.dueAfter =
        useCase
            .production()
            .monitor()
            .outcomesAfter()
            .or(() -> horizon)
            .map(Monitor::micros)
            .orElse(0L);
    this.asOf = Math.max(now, outcomes.latest());
    ReferenceStatistics statistics = reference.statistics();
    if (statistics == null) {
      this.score = null;
    } else {
      this.score = new FeatureCounter(statistics.score());
      statistics.columns().forEach(column -> counters.add(new FeatureCounter(column)));
    }
    // The score's counters come first, the features' after them.
    int[] slots = new int[score == null ? 0 : counters.size() + 1];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = i == 0 && score != null ? score.slots() : counters.get(i - 1).slots();
    }
    this.slices = new Slices(slots);
    this.money = new MoneyTally(slices);
    this.units =
        new Units(
            useCase
                .problem()
                .repeat()
                .map(Stakes.Repeat::per)
                .or(() -> horizon)
                .map(Monitor::micros)
                .orElse(0L),
            money);
  }

  /// Reads the logs of a home once, also while a server writes them. Memory grows with the outcomes
  /// (up to 36 bytes each) and, where an outcome could count more than once, with the keys (up to
  /// 300 bytes each), never with the decisions.
  ///
  /// @param clock tells which outcomes are due
  public static MonitorReport run(
      UseCase useCase, Reference reference, Home home, Window window, InstantSource clock)
      throws IOException {
    long now = Times.micros(clock.instant());
    Monitor monitor =
        new Monitor(useCase, reference, window, OutcomeTable.read(home, useCase.name()), now);
    Path directory = home.decisions(useCase.name());
    if (Files.isDirectory(directory)) {
      DecisionLog.forEach(directory, monitor::take);
    }
    return monitor.report(useCase, now).with(verified(useCase, home));
  }

  private static List<MonitorReport.Verified> verified(UseCase useCase, Home home) {
    List<MonitorReport.Verified> all = new ArrayList<>();
    for (LastVerification.Kind kind : LastVerification.Kind.values()) {
      LastVerification.read(home, useCase.name(), kind)
          .ifPresent(last ->
              all.add(
                  new MonitorReport.Verified(
                      last.at().toString(),
                      last.how(),
                      last.values(),
                      last.differing(),
                      last.features())));
    }
    return all;
  }

  private void take(DecisionRecord record) {
    if (!window.holds(record.at())) {
      return;
    }
    Slices.Slice slice = slices.at(record.at());
    count(record, slice);
    if (record.cause() != Cause.UNKNOWN_KEY) {
      features(record, slice);
    }
    byte happened =
        record.at() + dueAfter <= asOf ? outcomes.get(record.position()) : OutcomeTable.UNKNOWN;
    boolean ofLive = record.version() > 0 && record.version() == reference.version();
    long key = KeyHash.of(record.key());
    boolean heldOut = record.variant() == Variant.HOLD_OUT;
    if (record.at() + dueAfter <= asOf) {
      due++;
      known += happened == OutcomeTable.UNKNOWN ? 0 : 1;
      positives += happened == 1 ? 1 : 0;
    }
    if (ofLive && !record.cause().degraded()) {
      live++;
      liveActs += record.act() ? 1 : 0;
      if (score != null) {
        score.count((Summary.Numbers) score.reference(), record.score(), slice, 0);
      }
      if (happened != OutcomeTable.UNKNOWN && !Double.isNaN(record.score())) {
        labelled.add(key, record.score(), happened == 1, record.act(), record.yes(), heldOut);
      }
    }
    if (record.version() > 0) {
      double[] costs = record.costs();
      units.add(
          key,
          new Units.Unit(
              record.at(),
              record.score(),
              costs[0],
              costs[1],
              costs[2],
              costs[3],
              record.act(),
              record.yes(),
              heldOut,
              happened));
    }
  }

  private void count(DecisionRecord record, Slices.Slice slice) {
    decisions++;
    slice.decisions++;
    if (record.yes()) {
      yes++;
      slice.yes++;
    }
    if (record.cause().degraded()) {
      degraded++;
      slice.degraded++;
    }
    variants.merge(record.variant().word(), 1L, Long::sum);
    if (record.cause() != Cause.NONE) {
      causes.merge(record.cause().word(), 1L, Long::sum);
    }
    first = Math.min(first, record.at());
    last = Math.max(last, record.at());
  }

  @SuppressWarnings("ReferenceEquality") // one schema object follows each schema record of the log
  private void features(DecisionRecord record, Slices.Slice slice) {
    Schema schema = record.features().schema();
    if (schema != bound) {
      counters.forEach(counter -> counter.bind(schema));
      bound = schema;
    }
    for (int i = 0; i < counters.size(); i++) {
      counters.get(i).count(record.features(), slice, i + 1);
    }
  }

  private MonitorReport report(UseCase useCase, long now) {
    units.finish();
    DriftRanking ranking = DriftRanking.of(useCase.production().monitor().tolerance());
    List<FeatureDrift> features = ranking.rank(counters, 1, slices);
    MonitorReport found =
        new MonitorReport(
            useCase.name(),
            reference.version(),
            window,
            now,
            "",
            traffic(),
            live == 0 || useCase.frame().task().isNumber()
                ? Optional.empty()
                : Optional.of(
                    new ActionRate(
                        reference.actionRate(),
                        Proportions.wilson((double) liveActs, (double) live, MoneyTally.LEVEL),
                        live)),
            score == null
                ? Optional.empty()
                : Optional.of(ranking.rank(List.of(score), 0, slices).getFirst()),
            features,
            new Outcomes(due, known, positives, labelled.performance(reference, RESAMPLES)),
            money.money(useCase.problem().costs().map(Stakes.Costs::currency)),
            money.effect(),
            List.of());
    return Findings.complete(found, useCase);
  }

  private Traffic traffic() {
    return new Traffic(
        decisions,
        yes,
        degraded,
        Map.copyOf(variants),
        Map.copyOf(causes),
        decisions == 0 ? OptionalLong.empty() : OptionalLong.of(first),
        decisions == 0 ? OptionalLong.empty() : OptionalLong.of(last),
        slices.all().stream()
            .map(s -> new Slice(s.from, s.decisions, s.yes, s.degraded, s.saving))
            .toList(),
        slices.width());
  }

  private static Optional<Duration> horizon(Frame frame) {
    return switch (frame.target()) {
      case Frame.Target.EventWithin event -> Optional.of(event.within());
      case Frame.Target.NoEventWithin event -> Optional.of(event.within());
      case Frame.Target.InColumn column -> Optional.empty();
    };
  }

  private static long micros(Duration duration) {
    return duration.toSeconds() * Times.SECOND + duration.toNanosPart() / 1_000;
  }
}
