package dev.gnomon.server;

import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.monitoring.Monitor;
import dev.gnomon.monitoring.MonitorReport;
import dev.gnomon.monitoring.Reference;
import dev.gnomon.monitoring.Window;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.schema.Times;
import dev.gnomon.server.pages.FeatureViewDetail;
import dev.gnomon.server.pages.FeatureViewLine;
import dev.gnomon.server.pages.PagesSource;
import dev.gnomon.server.pages.UseCaseView;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.LiveVersion;
import dev.gnomon.serving.ServingNode;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// What the pages show, read from a running node. The watching report of a use case is kept for a
/// few seconds, since making it reads the whole decision log.
final class NodePages implements PagesSource {
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final ServingNode node;
  private final NodeFeatures features;
  private final ArrivalClock clock;
  private final Map<String, Timer> decideTimes;
  private final Map<String, Kept> reports = new ConcurrentHashMap<>();

  private record Kept(MonitorReport whole, MonitorReport lastDay, long atNanos) {}

  NodePages(
      ServingNode node, ArrivalClock clock, Map<String, Timer> decideTimes, DriftReadings drift) {
    this.features = new NodeFeatures(node, clock, drift);
    this.node = node;
    this.clock = clock;
    this.decideTimes = decideTimes;
  }

  @Override
  public List<UseCaseView> useCases() {
    return node.useCases().stream().map(this::view).toList();
  }

  @Override
  public Optional<UseCaseView> useCase(String name) {
    return node.useCase(name).map(this::view);
  }

  @Override
  public Optional<byte[]> report(String name, int version) {
    if (node.useCase(name).isEmpty()) {
      return Optional.empty();
    }
    Path file = reportFile(node.home(), name, version);
    try {
      return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<FeatureViewLine> features() {
    return features.lines();
  }

  @Override
  public Optional<FeatureViewDetail> feature(String name, Optional<String> version) {
    return features.detail(name, version);
  }

  private static Path reportFile(Home home, String useCase, int version) {
    return home.reports().resolve(useCase).resolve("v" + version).resolve("report.html");
  }

  private UseCaseView view(LiveUseCase live) {
    UseCase useCase = live.useCase();
    Kept kept = reports.compute(useCase.name(), (name, before) -> fresh(before, live));
    List<UseCaseView.Version> versions = new ArrayList<>();
    for (ModelVersion version : node.registry().versions(useCase.name())) {
      versions.add(
          new UseCaseView.Version(
              version.version(),
              version.createdAt(),
              version.passed(),
              Files.isRegularFile(reportFile(node.home(), useCase.name(), version.version()))));
    }
    versions.sort(Comparator.comparingInt(UseCaseView.Version::version).reversed());
    return new UseCaseView(
        useCase.name(),
        useCase.problem().decision(),
        useCase.problem().owner(),
        live.decisions().live().map(version -> live(useCase.name(), version)),
        latency(useCase),
        kept.lastDay().traffic().decisions(),
        kept.whole().traffic().decisions(),
        versions,
        live.latest().stream().map(NodePages::latest).toList(),
        kept.whole());
  }

  private Kept fresh(@org.jspecify.annotations.Nullable Kept before, LiveUseCase live) {
    long now = System.nanoTime();
    if (before != null && now - before.atNanos() < KEPT_NANOS) {
      return before;
    }
    Reference reference =
        live.decisions()
            .live()
            .map(version -> Reference.of(version.version(), version.bundle()))
            .orElseGet(Reference::none);
    try {
      return new Kept(
          Monitor.run(live.useCase(), reference, node.home(), Window.ALL, clock),
          Monitor.run(
              live.useCase(),
              reference,
              node.home(),
              Window.lastDays(1, Times.micros(clock.instant())),
              clock),
          now);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private UseCaseView.Live live(String useCase, LiveVersion version) {
    Instant since =
        node.registry().aliasHistory(useCase, ServingNode.CHAMPION).stream()
            .map(LedgerEntry::at)
            .max(Comparator.naturalOrder())
            .orElseGet(clock::instant);
    return new UseCaseView.Live(
        version.version(), since, version.bundleHash(), version.bundle().model().kind());
  }

  private Optional<UseCaseView.Latency> latency(UseCase useCase) {
    Timer timer = decideTimes.get(useCase.name());
    if (timer == null || timer.count() == 0) {
      return Optional.empty();
    }
    HistogramSnapshot snapshot = timer.takeSnapshot();
    double p50 = 0;
    double p99 = 0;
    for (ValueAtPercentile value : snapshot.percentileValues()) {
      if (value.percentile() == 0.5) {
        p50 = value.value(TimeUnit.MILLISECONDS);
      } else {
        p99 = value.value(TimeUnit.MILLISECONDS);
      }
    }
    OptionalDouble limit =
        useCase.problem().constraints().latencyP99().isPresent()
            ? OptionalDouble.of(useCase.problem().constraints().latencyP99().get().toNanos() / 1e6)
            : OptionalDouble.empty();
    return Optional.of(new UseCaseView.Latency(p50, p99, timer.count(), limit));
  }

  private static UseCaseView.Latest latest(LiveUseCase.Latest one) {
    String why =
        one.cause() != DecisionRecord.Cause.NONE
            ? one.cause().word()
            : one.variant() == DecisionRecord.Variant.CHAMPION ? "" : one.variant().word();
    return new UseCaseView.Latest(
        one.id().text(),
        one.key(),
        Times.instant(one.at()),
        one.score(),
        one.yes() ? "yes" : "no",
        why,
        one.version(),
        one.expectedCost());
  }
}
