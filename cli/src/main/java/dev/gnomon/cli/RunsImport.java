package dev.gnomon.cli;

import dev.gnomon.artifacts.ArtifactPath;
import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.registry.StateAddress;
import dev.gnomon.tracking.spi.TrackingProvider;
import dev.gnomon.tracking.spi.TrackingStore;
import dev.gnomon.tracking.transfer.ImportReport;
import dev.gnomon.tracking.transfer.MlflowDatabase;
import dev.gnomon.tracking.transfer.MlflowImport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Takes over the database of an MLflow server.
@Command(
    name = "import",
    description = {
      "Take over studies, runs with their history, and registered models of an MLflow server.",
      "Its database is only read. May be ended and repeated: what is there already stays, what came"
          + " since is added."
    },
    footer = {
      "gnomon runs import --from mlflow.db",
      "gnomon runs import --from mlflow.db --artifacts mlartifacts",
      "gnomon runs import --from jdbc:postgresql://db/mlflow"
    })
final class RunsImport implements Callable<Integer> {
  private static final String USER = "GNOMON_IMPORT_USER";
  private static final String PASSWORD = "GNOMON_IMPORT_PASSWORD";

  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--from",
      required = true,
      paramLabel = "DATABASE",
      description =
          "A file of SQLite, or jdbc:postgresql://host/database with GNOMON_IMPORT_USER and"
              + " GNOMON_IMPORT_PASSWORD.")
  private String from = "";

  @Option(
      names = "--artifacts",
      paramLabel = "DIR",
      description =
          "Where the server keeps files, as <experiment>/<run>/artifacts; they are copied. Without"
              + " it, runs go on naming the place they were at.")
  private Optional<Path> files = Optional.empty();

  RunsImport(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    files
        .filter(directory -> !Files.isDirectory(directory))
        .ifPresent(directory -> {
          throw new BadInput(
              "--artifacts " + directory, "no such directory", "mlartifacts or mlruns");
        });
    Home home = common.home();
    StateAddress at = common.address(home.tracking());
    ImportReport report;
    try (MlflowDatabase database =
            MlflowDatabase.open(from, System.getenv(USER), System.getenv(PASSWORD));
        TrackingStore store = store(at);
        Artifacts artifacts = Artifacts.open(home.artifacts().toString(), Map.of(), clock);
        ProgressBar bar = terminal.progress()) {
      Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
      report =
          new MlflowImport(
                  database,
                  store,
                  files
                      .<MlflowImport.Artifacts>map(directory ->
                          (experiment, study, run) ->
                              copy(artifacts, directory, experiment, study, run))
                      .orElse(MlflowImport.Artifacts.NONE),
                  progress)
              .run();
    }
    if (common.json()) {
      terminal.json(report);
    } else {
      terminal
          .out()
          .printf(
              "%d studies, %d runs (%d were there), %,d points, %d models with %d versions, %d logged"
                  + " models%n",
              report.studies(),
              report.runs() + report.known(),
              report.known(),
              report.points(),
              report.models(),
              report.versions(),
              report.loggedModels());
      report.notes().forEach(note -> terminal.out().printf("note: %s%n", note));
    }
    return ExitCode.DONE;
  }

  private static TrackingStore store(StateAddress at) {
    return ServiceLoader.load(TrackingProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(p -> p.name().equals(at.kind()))
        .findFirst()
        .orElseThrow(
            () -> new BadInput("tracking", "no engine '" + at.kind() + "'", "gnomon-engine-sql"))
        .opening(at.settings())
        .get();
  }

  /// Links are not followed: they may lead anywhere.
  private static Optional<String> copy(
      Artifacts artifacts, Path root, long experiment, long study, String run) throws IOException {
    if (!run.matches("[A-Za-z0-9][\\w-]{0,255}")) {
      return Optional.empty();
    }
    Path directory = root.resolve(Long.toString(experiment)).resolve(run).resolve("artifacts");
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    String place = study + "/" + run + "/artifacts";
    List<Path> all;
    try (Stream<Path> walk = Files.walk(directory)) {
      all = walk.filter(p -> Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS)).sorted().toList();
    }
    for (Path file : all) {
      String name = directory.relativize(file).toString().replace('\\', '/');
      ArtifactPath path = new ArtifactPath(place + "/" + name);
      if (artifacts.find(path).filter(f -> f.size() == sizeOf(file)).isEmpty()) {
        try (InputStream in = Files.newInputStream(file)) {
          artifacts.put(path, in);
        }
      }
    }
    return Optional.of("mlflow-artifacts:/" + place);
  }

  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return -1;
    }
  }
}
