package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.Column;
import dev.gnomon.data.Table;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineStores;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.Calibration;
import dev.gnomon.models.FittedPreprocessing;
import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Manifest;
import dev.gnomon.models.Model;
import dev.gnomon.models.Policy;
import dev.gnomon.models.Preprocessing;
import dev.gnomon.models.ReferenceStatistics;
import dev.gnomon.models.Scoring;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.DecideRequest;
import dev.gnomon.serving.Decided;
import dev.gnomon.serving.DecisionLog;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.LiveVersion;
import dev.gnomon.serving.ServingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// One use case that is served: customers whose age alone says their score, by versions whose
/// scores are known in closed form.
final class RiskWorld implements AutoCloseable {
  static final Instant NOON = Instant.parse("2024-06-01T12:00:00Z");
  static final int KEYS = 60;

  /// What the rules say, which no version ever does.
  static final double RULES = 0.4321;

  private static final long PATIENCE_NANOS = 30_000_000_000L;

  final Clock clock = new Clock();
  final Queue<String> told = new ConcurrentLinkedQueue<>();
  final Registry registry;
  final UseCase useCase;
  final FeaturePlan plan;
  final Home home;
  private final Path directory;
  private final MadeSources sources = new MadeSources();
  private final List<ServingNode> nodes = new ArrayList<>();

  /// A clock that a test moves; deadlines go on by themselves.
  static final class Clock implements ArrivalClock {
    private final SettableClock wall = new SettableClock(NOON);
    private final AtomicLong ahead = new AtomicLong();

    @Override
    public Instant instant() {
      return wall.instant();
    }

    @Override
    public void saw(Instant time) {}

    @Override
    public long nanos() {
      return System.nanoTime() + ahead.get();
    }

    void advance(Duration by) {
      wall.advance(by);
      ahead.addAndGet(by.toNanos());
    }
  }

  /// @param more lines of the use-case file, below `production`
  RiskWorld(Path directory, String problem, String... more) throws IOException {
    this.directory = directory;
    this.home = new Home(directory.resolve("home"));
    String file =
        """
        name: risk
        %s
        frame:
          task: binary
          entity: customer
          observe: {every: 1d, from: 2024-01-01, to: 2024-03-01, population: {source: people}}
          target: {event: left, within: 1d}
        data:
          sources:
            people: {kind: state, path: x, key: customer, event-time: at}
            left: {kind: events, path: x, key: customer, event-time: at}
        features:
          people: {columns: [age, size]}
        production:
          fallback: [{otherwise: true, score: %s}]
        %s
        """
            .formatted(problem, RULES, String.join("\n", more).indent(2));
    this.useCase = UseCaseReader.parse(file, directory.resolve("usecase.yaml"));
    sources.put("people", "customer:s, at:t, age:n, size:n");
    sources.put("left", "customer:s, at:t");
    for (int k = 0; k < KEYS; k++) {
      FeatureRow row = new FeatureRow(sources.schema("people"));
      row.text(0, "k" + k);
      row.time(1, Times.micros(NOON) - 10 * Times.DAY);
      row.number(2, age(k));
      row.number(3, k % 3);
      sources.add("people", row);
    }
    this.plan = FeaturePlan.compile(useCase, sources.schemas());
    this.registry = Registry.open("memory", Map.of(), () -> NOON);
  }

  /// From -2 to 2.
  static double age(int k) {
    return -2 + 4.0 * k / KEYS;
  }

  ServingNode open(OnlineStores store) throws IOException {
    ServingNode node =
        ServingNode.open(
            home, List.of(useCase), _ -> sources, store, registry, clock, told::add, Progress.NONE);
    nodes.add(node);
    return node;
  }

  LiveUseCase live() throws IOException {
    ServingNode node = open(OnlineStores.inProcess());
    until("warm", node::warm);
    return live(node);
  }

  static LiveUseCase live(ServingNode node) {
    return node.useCase("risk").orElseThrow();
  }

  /// What a version of this bias answers: logistic in the age, from the definition alone.
  static double score(double bias, double age) {
    return 1 / (1 + Math.exp(-(bias + (float) age)));
  }

  static Model line(double bias) {
    return new LinearModel(bias, new double[] {1, 0}, new double[2]);
  }

  /// In memory only.
  LiveVersion version(int number, Model model) {
    return LiveVersion.of(number, "%064d".formatted(number), bundle(model), useCase);
  }

  /// Written and registered under an alias, as training does.
  int register(double bias, String alias) throws IOException {
    Path staged = Files.createTempDirectory(directory, "staged");
    bundle(line(bias)).write(staged);
    String hash = new BundleStore(home.bundles()).store(staged);
    int version = registry.register("risk", hash, true, "{}", "test").version();
    registry.setAlias("risk", alias, version, "test", "");
    return version;
  }

  private Bundle bundle(Model model) {
    double[] ages = new double[KEYS];
    double[] sizes = new double[KEYS];
    int[] rows = new int[KEYS];
    Arrays.setAll(ages, RiskWorld::age);
    Arrays.setAll(sizes, k -> k % 3);
    Arrays.setAll(rows, k -> k);
    Table table =
        new Table(plan.row(), List.of(new Column.Numbers(ages), new Column.Numbers(sizes)), KEYS);
    FittedPreprocessing raw = Preprocessing.of(Preprocessing.Form.TREES).fit(table, 2, rows);
    Policy policy = Policy.of(useCase.problem().costs(), plan.row(), table, rows);
    Model plain = line(0);
    double[] scores = new Scoring(raw, plain, new Calibration.None(), policy).scores(table, rows);
    // Recorded requests are answered by a model that works.
    Bundle made =
        Bundle.of(
            new Manifest(
                "risk",
                useCase.source(),
                plan.row(),
                2,
                plan.hash(),
                "set",
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of()),
            raw,
            model instanceof LinearModel ? model : plain,
            new Calibration.None(),
            policy,
            ReferenceStatistics.of(table, rows, scores),
            CanonicalJson.object(),
            1);
    return new Bundle(
        made.manifest(),
        made.preprocessing(),
        model,
        made.calibration(),
        made.policy(),
        made.reference(),
        made.evaluation(),
        // A line knows no answer to a missing age.
        made.requests().stream().filter(one -> Double.isFinite(one.score())).toList());
  }

  static Decided decide(LiveUseCase live, int k) {
    return live.decide(DecideRequest.of("k" + k));
  }

  /// Every decision that was logged.
  List<DecisionRecord> logged() throws IOException {
    List<DecisionRecord> all = new ArrayList<>();
    DecisionLog.forEach(home.decisions("risk"), all::add);
    return all;
  }

  static int number(String key) {
    return Integer.parseInt(key.substring(1));
  }

  static void until(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  static Optional<Double> age(Decided decided) {
    FeatureRow row = decided.record().features();
    return row.missing(0) ? Optional.empty() : Optional.of(row.number(0));
  }

  @Override
  public void close() throws IOException {
    for (ServingNode node : nodes) {
      node.close();
    }
    registry.close();
  }
}
