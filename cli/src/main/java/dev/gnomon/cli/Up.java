package dev.gnomon.cli;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.features.OnlineStores;
import dev.gnomon.lineage.LineageLog;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.Control;
import dev.gnomon.server.GnomonServer;
import dev.gnomon.server.inference.InferenceLimits;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.RevokedTokens;
import dev.gnomon.server.telemetry.Telemetry;
import dev.gnomon.server.telemetry.Tracing;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.ServingLedger;
import dev.gnomon.serving.ServingNode;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Serves use cases until it is told to stop.
@Command(
    name = "up",
    description = "Start the server: decisions, events, outcomes, pages.",
    footer = {"gnomon up usecase.yaml", "gnomon up churn.yaml fraud.yaml --port 9000"})
final class Up implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource wall;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Use-case files.")
  private List<Path> files = List.of();

  @Option(names = "--port", description = "Default: ${DEFAULT-VALUE}; 0 for any free one.")
  private int port = 8080;

  @Option(
      names = "--host",
      description =
          "Default: ${DEFAULT-VALUE}. Any address that other machines reach needs a token and TLS.")
  private String host = "127.0.0.1";

  @Option(
      names = "--grpc-port",
      description = "Serve over gRPC too (Feast, Open Inference Protocol); 0 for any free port.")
  private Optional<Integer> grpcPort = Optional.empty();

  @Option(
      names = "--inference-max-bytes",
      paramLabel = "BYTES",
      defaultValue = "${env:GNOMON_INFERENCE_MAX_BYTES:-33554432}",
      description =
          "The largest request of the Open Inference Protocol, over HTTP and gRPC. Default: 32 MiB."
              + " Also GNOMON_INFERENCE_MAX_BYTES.")
  private int inferenceMaxBytes = 32 << 20;

  @Option(
      names = "--clock",
      description = "wall (default), or replay: arrival times come from the input.")
  private String clock = "wall";

  @Option(
      names = "--online-store",
      paramLabel = "ADDRESS",
      defaultValue = "${env:GNOMON_ONLINE_STORE:-in-process}",
      description =
          "Where the state of keys is kept: in-process (default), or redis://host:port, which"
              + " several nodes share. Also GNOMON_ONLINE_STORE.")
  private String onlineStore = "in-process";

  @Option(
      names = "--log",
      paramLabel = "FORM",
      defaultValue = "${env:GNOMON_LOG:-text}",
      description =
          "What is told while the server runs: text (default), or json, one object a line. Also"
              + " GNOMON_LOG.")
  private ServerLog.Form form = ServerLog.Form.TEXT;

  @Mixin private ArtifactPlace artifacts = new ArtifactPlace();

  @Mixin private SecurityOptions securityOptions = new SecurityOptions();

  Up(Terminal terminal, InstantSource wall) {
    this.terminal = terminal;
    this.wall = wall;
  }

  /// What `--json` prints when ready.
  ///
  /// @param grpc host and port; null when it was not asked for
  record Ready(String address, @Nullable String grpc, List<String> useCases) {}

  @Override
  public Integer call() {
    ArrivalClock arrival = arrivalClock();
    List<UseCase> useCases = files.stream().map(UseCaseReader::read).toList();
    Home home = common.homeBeside(files.getFirst());
    ServerLog log = new ServerLog(terminal.err(), form, wall);
    Access access = Access.open(securityOptions.security(home, wall), log::note);
    access.requireSafe(host); // before the sources are read, which may take a while
    try (Registry registry = common.registry(home, wall);
        Tracking tracking = common.tracking(home, wall);
        Artifacts files = artifacts.open(home, wall);
        LineageLog lineage =
            LineageLog.open(home, System.getenv(), wall, UUID::randomUUID, log::note)) {
      access.revoked(() -> RevokedTokens.of(registry));
      Control control =
          new Control(home, registry, tracking, files, access, wall, log::note, lineage);
      serve(useCases, control, arrival, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ExitCode.DONE;
  }

  private void serve(List<UseCase> useCases, Control control, ArrivalClock arrival, ServerLog log)
      throws IOException {
    Tracing tracing = Tracing.of(System.getenv(), Main.version());
    log.takeLibraries();
    InferenceLimits limits = new InferenceLimits(inferenceMaxBytes);
    ServingNode node;
    try (ProgressBar bar = terminal.progress()) {
      boolean silent = form == ServerLog.Form.JSON || (common.json() && !terminal.interactive());
      Progress progress = silent ? Progress.NONE : bar;
      node =
          ServingNode.open(
              control.home(),
              useCases,
              FileEngines.find(),
              onlineStores(),
              control.registry(),
              arrival,
              log::note,
              progress);
    }
    CountDownLatch stopped = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              stopped.countDown();
              await(closed);
            }));
    try (GnomonServer server =
            new GnomonServer(
                node,
                arrival,
                Main.version(),
                log::failed,
                control.routes(),
                control.access(),
                limits,
                new Telemetry(tracing, log::slow));
        ServingLedger _ = ServingLedger.begin(node, Person.name(), log::note)) {
      node.follow(System.getenv());
      server.start(host, port);
      String at = host.contains(":") ? "[" + host + "]" : host;
      String address =
          "%s://%s:%d/"
              .formatted(control.access().tls().isPresent() ? "https" : "http", at, server.port());
      String grpc =
          grpcPort
              .map(wanted -> "%s:%d".formatted(at, server.startGrpc(host, wanted)))
              .orElse(null);
      if (common.json()) {
        terminal.json(new Ready(address, grpc, useCases.stream().map(UseCase::name).toList()));
      } else {
        terminal.out().println("ready at " + address + "  (stop with Ctrl-C)");
        if (grpc != null) {
          terminal.out().println("gRPC at " + grpc);
        }
      }
      terminal.out().flush();
      reach(control.tracking(), log);
      await(stopped);
    } finally {
      closed.countDown();
    }
  }

  /// Opens tracking beside what decides, which neither waits for it nor needs it: the first who
  /// asks for a run should not wait either, and an operator hears of a database that is away.
  private static void reach(Tracking tracking, ServerLog log) {
    Thread.ofVirtual()
        .name("gnomon-tracking")
        .start(() -> {
          try {
            tracking.study(Study.DEFAULT);
          } catch (TrackingError | UncheckedIOException | Refusal away) {
            log.note(
                "tracking is away; runs and models are refused until it is back, decisions go on: "
                    + away.getMessage());
          }
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private OnlineStores onlineStores() {
    return onlineStore.isBlank() || onlineStore.equals("in-process")
        ? OnlineStores.inProcess()
        : OnlineStores.at(onlineStore);
  }

  private ArrivalClock arrivalClock() {
    return switch (clock.toLowerCase(Locale.ROOT)) {
      case "wall" -> ArrivalClock.wall(wall);
      case "replay" -> ArrivalClock.replay(Instant.EPOCH);
      default -> throw new BadInput("--clock " + clock, "there is no such clock", "wall or replay");
    };
  }
}
