package dev.gnomon.cli;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.models.Decision;
import dev.gnomon.models.Scoring;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.monitoring.Monitor;
import dev.gnomon.monitoring.MonitorReport;
import dev.gnomon.monitoring.Reference;
import dev.gnomon.monitoring.Window;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.StateAddress;
import dev.gnomon.schema.Times;
import dev.gnomon.server.Control;
import dev.gnomon.server.GnomonServer;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Security;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.LiveVersion;
import dev.gnomon.serving.ServingLedger;
import dev.gnomon.serving.ServingNode;
import dev.gnomon.solutions.churn.ChurnAftermath;
import dev.gnomon.solutions.churn.ChurnEvents;
import dev.gnomon.solutions.churn.ChurnFiles;
import dev.gnomon.solutions.churn.ChurnOracle;
import dev.gnomon.solutions.churn.ChurnReplay;
import dev.gnomon.solutions.churn.ChurnScenario;
import dev.gnomon.solutions.churn.ChurnVerdict;
import dev.gnomon.solutions.churn.ChurnWorld;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.training.TrainRun;
import dev.gnomon.training.Trained;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceLoader;

/// The churn solution taken once round the loop, each stage as the other commands do it: files,
/// check, features, training, server, traffic over HTTP, outcomes, monitor. The server stays up
/// until this is closed.
final class DemoRun implements AutoCloseable {
  private final Path folder;
  private final Home home;
  private final int port;
  private final InstantSource wall;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private long lap;

  /// @param port where to listen; 0 for any free one
  DemoRun(Path folder, Home home, int port, InstantSource wall) {
    this.folder = folder;
    this.home = home;
    this.port = port;
    this.wall = wall;
    this.lap = wall.millis();
  }

  /// What came of it.
  ///
  /// @param test the model beside the oracle on the test part
  /// @param after the same and the true effect for the four later weeks
  /// @param seconds by stage
  record Outcome(
      String address,
      TrainRun.Outcome training,
      ChurnVerdict test,
      ChurnReplay.Result replay,
      ChurnAftermath after,
      MonitorReport monitor,
      Map<String, Double> seconds) {
    double secondsInAll() {
      return seconds.values().stream().mapToDouble(s -> s).sum();
    }
  }

  /// @throws Refusal if the trained version fails its gates
  Outcome run(ChurnScenario scenario, Progress progress) throws IOException {
    progress.stage("a year of a subscription business", 0);
    ChurnEvents events = ChurnEvents.generate(scenario);
    new ChurnFiles(events).write(folder);
    ChurnOracle oracle = new ChurnOracle(events);
    lap("generate");

    UseCase useCase = UseCaseReader.read(folder.resolve("usecase.yaml"));
    FileEngine engine = FileEngines.find();
    DataCheck.Outcome checked = DataCheck.run(useCase, engine, home, progress, wall);
    checked.report().requireUsable();
    SourceReaders sources = SourceReaders.checked(checked, engine, useCase);
    lap("check");
    TrainingSet set =
        TrainingSets.build(
            useCase, sources, UsableSources.options(home, OptionalLong.empty()), progress);
    lap("features");

    Registry registry = Registry.open(home, java.util.Optional.empty(), System.getenv(), wall);
    open.add(registry);
    TrainRun.Outcome training =
        TrainRun.run(
            useCase,
            set,
            ServiceLoader.load(Trainer.class).stream().map(ServiceLoader.Provider::get).toList(),
            new TrainRun.Into(
                home,
                registry,
                Runs.recorder(StateAddress.of(Optional.empty(), home.tracking(), Map.of()), wall),
                Person.name(),
                wall,
                progress));
    if (!training.passed()) {
      throw new Refusal(
          "training", "the version failed its gates", "see the report " + training.report());
    }
    lap("train");
    ChurnVerdict test = judge(set, training.trained(), oracle);

    ArrivalClock clock = ArrivalClock.replay(Times.instant(ChurnScenario.CUT));
    ServingNode node =
        ServingNode.open(home, List.of(useCase), _ -> sources, registry, clock, _ -> {}, progress);
    Access access = Access.open(Security.of(home), progress::note);
    GnomonServer server =
        new GnomonServer(
            node,
            clock,
            Main.version(),
            failure -> progress.note(String.valueOf(failure)),
            control(registry, access, progress).routes(),
            access);
    open.addFirst(server);
    open.addFirst(ServingLedger.begin(node, Person.name(), progress::note));
    server.start("127.0.0.1", port);
    String address = "http://127.0.0.1:%d/".formatted(server.port());
    lap("start");

    ChurnWorld world = new ChurnWorld(events);
    ChurnReplay.Result replay;
    try (DemoClient client = new DemoClient(address, useCase.name())) {
      replay = ChurnReplay.run(world, client, progress);
    }
    lap("traffic");
    progress.stage("monitor", 0);
    LiveVersion live = node.useCase(useCase.name()).orElseThrow().decisions().live().orElseThrow();
    MonitorReport monitor =
        Monitor.run(useCase, Reference.of(live.version(), live.bundle()), home, Window.ALL, clock);
    ChurnAftermath after = ChurnAftermath.of(world, oracle, replay.decisions());
    lap("monitor");
    return new Outcome(
        address, training, test, replay, after, monitor, new LinkedHashMap<>(seconds));
  }

  /// What `up` serves beside deciding, so that the demo's pages lead everywhere.
  private Control control(Registry registry, Access access, Progress progress) throws IOException {
    Tracking tracking = Tracking.open("sqlite", Map.of("path", home.tracking().toString()), wall);
    open.addFirst(tracking);
    Artifacts artifacts = Artifacts.open(home.artifacts().toString(), Map.of(), wall);
    open.addFirst(artifacts);
    return new Control(home, registry, tracking, artifacts, access, wall, progress::note);
  }

  /// The model's decisions on the test part, each observation joined to its truth by key and time.
  private static ChurnVerdict judge(TrainingSet set, Trained trained, ChurnOracle oracle) {
    Scoring scoring =
        new Scoring(
            trained.preprocessing(), trained.model(), trained.calibration(), trained.policy());
    int[] rows = trained.split().test();
    double[] scores = new double[rows.length];
    boolean[] acts = new boolean[rows.length];
    List<ChurnOracle.Truth> truths = new ArrayList<>();
    var row = set.rows().cursor();
    Decision decision = new Decision();
    for (int i = 0; i < rows.length; i++) {
      scoring.decide(row.at(rows[i]), decision);
      scores[i] = decision.score();
      acts[i] = decision.acts();
      String key =
          Objects.requireNonNull(set.keys().dictionary().text(set.keys().codes()[rows[i]]));
      truths.add(oracle.at(key, set.observedAt()[rows[i]]).orElseThrow());
    }
    return ChurnVerdict.of(truths, scores, acts);
  }

  private void lap(String stage) {
    long now = wall.millis();
    seconds.put(stage, (now - lap) / 1000.0);
    lap = now;
  }

  /// Stops the server, then lets go of the home.
  @Override
  public void close() throws IOException {
    IOException first = null;
    for (AutoCloseable part : open) {
      try {
        part.close();
      } catch (Exception e) {
        IOException failure = e instanceof IOException io ? io : new IOException(e);
        first = first == null ? failure : first;
      }
    }
    open.clear();
    if (first != null) {
      throw first;
    }
  }
}
