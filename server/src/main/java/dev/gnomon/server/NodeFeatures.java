package dev.gnomon.server;

import dev.gnomon.core.usecase.FeatureSection;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.ArrivalChecks;
import dev.gnomon.features.FeatureDefinition;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.LastVerification;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.models.ReferenceStatistics;
import dev.gnomon.monitoring.RecentDrift;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.server.pages.FeatureViewDetail;
import dev.gnomon.server.pages.FeatureViewLine;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.LiveVersion;
import dev.gnomon.serving.ServingNode;
import dev.gnomon.serving.SourceIntake;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The feature views of a running node as the catalogue shows them.
final class NodeFeatures {
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final ServingNode node;
  private final ArrivalClock clock;
  private final DriftReadings drift;
  private final VersionFacts facts;
  private final Map<String, Counted> counts = new ConcurrentHashMap<>();

  private record Counted(Map<String, OnlineFeatures.Kept> kept, long atNanos) {}

  /// One definition of a view and who uses it.
  private record Found(FeaturePlan.View view, List<LiveUseCase> users) {}

  NodeFeatures(ServingNode node, ArrivalClock clock, DriftReadings drift) {
    this.node = node;
    this.clock = clock;
    this.drift = drift;
    this.facts = new VersionFacts(node.bundles());
  }

  List<FeatureViewLine> lines() {
    return found().stream().map(this::line).toList();
  }

  Optional<FeatureViewDetail> detail(String name, Optional<String> version) {
    List<Found> named = found().stream().filter(one -> one.view().name().equals(name)).toList();
    Optional<Found> wanted =
        named.stream().filter(one -> one.view().hash().startsWith(version.orElse(""))).findFirst();
    return wanted.map(one ->
        detail(one, named.stream().filter(other -> !other.equals(one)).map(this::line).toList()));
  }

  private List<Found> found() {
    Map<String, Found> found = new LinkedHashMap<>();
    for (LiveUseCase live : node.useCases()) {
      for (FeaturePlan.View view : live.features().plan().views()) {
        found
            .computeIfAbsent(
                view.name() + "\n" + view.hash(), key -> new Found(view, new ArrayList<>()))
            .users()
            .add(live);
      }
    }
    return List.copyOf(found.values());
  }

  private FeatureViewLine line(Found found) {
    FeaturePlan.View view = found.view();
    LiveUseCase first = found.users().getFirst();
    OnlineFeatures.@Nullable Kept kept = counted(first).get(view.source());
    Optional<SourceIntake> intake = node.source(view.source());
    Set<String> origins = new LinkedHashSet<>();
    found.users().forEach(live -> origins.addAll(origins(live.useCase(), view.source())));
    if (intake.map(SourceIntake::taken).orElse(0L) > 0) {
      origins.add("posted rows");
    }
    return new FeatureViewLine(
        view.name(),
        view.source(),
        List.copyOf(origins),
        view.entities(),
        view.owner(),
        view.description(),
        view.ttl(),
        freshness(view, kept, intake),
        view.features(),
        view.hash(),
        kept == null ? 0 : kept.keys(),
        kept == null ? 0 : kept.events(),
        intake.map(NodeFeatures::intake),
        found.users().stream().map(live -> consumer(live, view)).toList());
  }

  /// Counting looks at every key, so that it is done once for a few seconds.
  private Map<String, OnlineFeatures.Kept> counted(LiveUseCase live) {
    return counts
        .compute(
            live.useCase().name(),
            (name, before) -> {
              long now = System.nanoTime();
              return before != null && now - before.atNanos() < KEPT_NANOS
                  ? before
                  : new Counted(live.features().kept(), now);
            })
        .kept();
  }

  /// By event time; by arrival for rows that have none.
  private FeatureViewLine.Freshness freshness(
      FeaturePlan.View view, OnlineFeatures.@Nullable Kept kept, Optional<SourceIntake> intake) {
    long newest = kept == null ? Times.MISSING : kept.newest();
    if (newest == Times.MISSING) {
      newest = intake.map(SourceIntake::newestArrival).orElse(Times.MISSING);
    }
    if (newest == Times.MISSING) {
      return new FeatureViewLine.Freshness(view.freshness(), Optional.empty(), Optional.empty());
    }
    Instant at = Times.instant(newest);
    Duration age = Duration.between(at, clock.instant());
    return new FeatureViewLine.Freshness(
        view.freshness(), Optional.of(at), Optional.of(age.isNegative() ? Duration.ZERO : age));
  }

  private static FeatureViewLine.Intake intake(SourceIntake intake) {
    long failing = 0;
    List<String> broken = new ArrayList<>();
    for (ArrivalChecks.Reading reading : intake.checks()) {
      failing += reading.failing();
      if (!reading.holds()) {
        broken.add(reading.rule());
      }
    }
    return new FeatureViewLine.Intake(intake.taken(), intake.quarantined(), failing, broken);
  }

  /// The files of a source as the use case names them, and the topic.
  private static List<String> origins(UseCase useCase, String source) {
    SourceSpec spec = useCase.data().sources().get(source);
    if (spec == null) {
      return List.of();
    }
    Path folder = useCase.file().getParent();
    List<String> origins = new ArrayList<>();
    spec.stream().ifPresent(stream -> origins.add(stream.engine() + " " + stream.topic()));
    for (Path path : spec.format().paths()) {
      origins.add(
          (folder != null && path.startsWith(folder) ? folder.relativize(path) : path).toString());
    }
    return origins;
  }

  private FeatureViewLine.Consumer consumer(LiveUseCase live, FeaturePlan.View view) {
    String name = live.useCase().name();
    Optional<LiveVersion> champion = live.decisions().live();
    List<Integer> versions = new ArrayList<>();
    for (ModelVersion version : node.registry().versions(name)) {
      if (view.hash().equals(facts.of(version.bundleHash()).views().get(view.name()))) {
        versions.add(version.version());
      }
    }
    return new FeatureViewLine.Consumer(
        name,
        champion.isPresent() ? OptionalInt.of(champion.get().version()) : OptionalInt.empty(),
        versions);
  }

  private FeatureViewDetail detail(Found found, List<FeatureViewLine> others) {
    FeaturePlan.View view = found.view();
    LiveUseCase first = found.users().getFirst();
    Optional<SourceIntake> intake = node.source(view.source());
    List<FeatureViewDetail.Values> values = new ArrayList<>();
    List<FeatureViewDetail.Trained> history = new ArrayList<>();
    List<FeatureViewDetail.Verified> verified = new ArrayList<>();
    for (LiveUseCase live : found.users()) {
      live.decisions().live().ifPresent(version -> values.add(values(live, version, view)));
      history.addAll(history(live, view));
      verified.addAll(verified(live, view));
    }
    return new FeatureViewDetail(
        line(found),
        others,
        FeatureDefinition.of(first.useCase(), view.source(), view.features()),
        values,
        verified,
        columns(first, view),
        intake.stream()
            .flatMap(one -> one.checks().stream())
            .map(reading ->
                new FeatureViewDetail.CheckState(
                    reading.rule(),
                    reading.onFailure().name().toLowerCase(Locale.ROOT),
                    reading.seen(),
                    reading.failing(),
                    reading.holds()))
            .toList(),
        history);
  }

  private List<FeatureViewDetail.Verified> verified(LiveUseCase live, FeaturePlan.View view) {
    FeaturePlan plan = live.features().plan();
    List<FeatureViewDetail.Verified> all = new ArrayList<>();
    for (LastVerification.Kind kind : LastVerification.Kind.values()) {
      LastVerification.read(node.home(), live.useCase().name(), kind)
          .ifPresent(last ->
              all.add(
                  new FeatureViewDetail.Verified(
                      live.useCase().name(),
                      kind == LastVerification.Kind.LIVE,
                      last.at(),
                      last.how(),
                      last.values(),
                      last.differing(),
                      last.features().stream().filter(view.features()::contains).toList(),
                      last.definition().equals(plan.hash()))));
    }
    return all;
  }

  private FeatureViewDetail.Values values(
      LiveUseCase live, LiveVersion version, FeaturePlan.View view) {
    Optional<RecentDrift> recent = drift.of(live.useCase().name());
    List<FeatureViewDetail.OfFeature> features = new ArrayList<>();
    for (ReferenceStatistics.Summary summary : version.bundle().reference().columns()) {
      if (!view.features().contains(summary.name())) {
        continue;
      }
      Optional<RecentDrift.Reading> reading = recent.flatMap(one -> one.reading(summary.name()));
      features.add(
          reading
              .map(now ->
                  new FeatureViewDetail.OfFeature(
                      summary.name(), now.bins(), now.psi(), now.missing(), now.referenceMissing()))
              .orElseGet(() ->
                  new FeatureViewDetail.OfFeature(
                      summary.name(),
                      RecentDrift.bins(summary),
                      Double.NaN,
                      Double.NaN,
                      missing(summary))));
    }
    return new FeatureViewDetail.Values(
        live.useCase().name(),
        version.version(),
        recent.map(RecentDrift::decisions).orElse(0L),
        features);
  }

  private static double missing(ReferenceStatistics.Summary summary) {
    long present =
        switch (summary) {
          case ReferenceStatistics.Summary.Numbers numbers -> sum(numbers.counts());
          case ReferenceStatistics.Summary.Texts texts -> sum(texts.counts()) + texts.other();
          case ReferenceStatistics.Summary.Moments moments -> moments.present();
        };
    return (double) summary.missing() / Math.max(1, summary.missing() + present);
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  private static List<FeatureViewDetail.SourceColumn> columns(
      LiveUseCase live, FeaturePlan.View view) {
    SourceSpec spec = live.useCase().data().sources().get(view.source());
    Schema schema = live.features().plan().schemas().get(view.source());
    List<FeatureViewDetail.SourceColumn> columns = new ArrayList<>();
    if (schema != null) {
      for (Field field : schema.fields()) {
        columns.add(
            new FeatureViewDetail.SourceColumn(
                field.name(),
                field.type().word(),
                spec == null ? "" : role(spec, field.name()),
                List.copyOf(view.reads().getOrDefault(field.name(), Set.of()))));
      }
    }
    return columns;
  }

  private static String role(SourceSpec spec, String column) {
    Optional<String> here = Optional.of(column);
    if (spec.entities().containsValue(column) || (spec.key().equals(here) && !spec.isGrouped())) {
      return "key";
    }
    if (spec.eventTime().equals(here)) {
      return "event time";
    }
    if (spec.knownAt().equals(here)) {
      return "known-at";
    }
    if (spec.id().equals(here)) {
      return "id";
    }
    if (spec.deleted().equals(here)) {
      return "deleted";
    }
    return spec.columns().containsKey(column) ? "computed" : "";
  }

  private List<FeatureViewDetail.Trained> history(LiveUseCase live, FeaturePlan.View view) {
    String name = live.useCase().name();
    int champion = live.decisions().live().map(LiveVersion::version).orElse(0);
    List<FeatureViewDetail.Trained> history = new ArrayList<>();
    VersionFacts.Facts before = VersionFacts.Facts.NONE;
    for (ModelVersion version :
        node.registry().versions(name).stream()
            .sorted(Comparator.comparingInt(ModelVersion::version))
            .toList()) {
      VersionFacts.Facts now = facts.of(version.bundleHash());
      history.add(
          new FeatureViewDetail.Trained(
              name,
              version.version(),
              version.createdAt(),
              version.version() == champion,
              now.views().getOrDefault(view.name(), ""),
              changes(before, now, view)));
      before = now;
    }
    return history.reversed();
  }

  /// What changed of a view between two trainings.
  private static List<String> changes(
      VersionFacts.Facts before, VersionFacts.Facts now, FeaturePlan.View view) {
    String was = before.views().getOrDefault(view.name(), "");
    String is = now.views().getOrDefault(view.name(), "");
    if (was.isEmpty() || is.isEmpty() || was.equals(is)) {
      return List.of();
    }
    if (before.useCase().isEmpty() || now.useCase().isEmpty()) {
      return List.of("another definition");
    }
    List<String> changes =
        FeatureDefinition.differences(
            definitions(before.useCase().get(), view), definitions(now.useCase().get(), view));
    return changes.isEmpty() ? List.of("how its source is read, or the type of a column") : changes;
  }

  private static List<FeatureDefinition> definitions(UseCase useCase, FeaturePlan.View view) {
    String source =
        useCase.features().views().values().stream()
            .filter(one -> one.name().equals(view.name()))
            .map(FeatureSection.View::source)
            .findFirst()
            .orElse(view.source());
    return FeatureDefinition.of(useCase, source, List.of());
  }
}
