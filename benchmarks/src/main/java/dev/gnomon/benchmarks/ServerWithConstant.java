package dev.gnomon.benchmarks;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.Answer;
import dev.gnomon.server.GnomonServer;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Role;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.ServingNode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// The server of a use case with one more route, `POST /v1/usecases/constant`, which reads its body
/// and answers the same few bytes: the limit that deciding is measured against. Arguments: use-case
/// file, home, port. Runs until it is killed.
public final class ServerWithConstant {
  private ServerWithConstant() {}

  public static void main(String... arguments) throws Exception {
    UseCase useCase = UseCaseReader.read(Path.of(arguments[0]));
    Home home = new Home(Path.of(arguments[1]).toAbsolutePath());
    ArrivalClock clock = ArrivalClock.replay(Instant.EPOCH);
    Answer same =
        Answer.json(
            200,
            "{\"predictionId\":\"churn.0\",\"key\":\"c0\",\"score\":0.5,\"decision\":\"yes\","
                + "\"band\":\"high\",\"threshold\":null,\"expectedCost\":1.5,\"version\":1,"
                + "\"variant\":\"champion\",\"degraded\":false}");
    Route constant =
        new Route(
            Role.NONE,
            "POST",
            "/v1/usecases/constant", // where data streams, which no audit writes down
            "The same answer to everything",
            64 << 10,
            Route.Accepts.JSON,
            Route.Mode.DIRECT,
            request -> same);
    try (Registry registry =
            Registry.open(
                "sqlite", Map.of("path", home.registry().toString()), InstantSource.system());
        GnomonServer server =
            new GnomonServer(
                ServingNode.open(
                    home,
                    List.of(useCase),
                    FileEngines.find(),
                    registry,
                    clock,
                    line -> System.err.println(line),
                    Progress.NONE),
                clock,
                "benchmark",
                failure -> failure.printStackTrace(),
                List.of(constant))) {
      server.start("127.0.0.1", Integer.parseInt(arguments[2]));
      System.out.println("ready at http://127.0.0.1:" + server.port() + "/");
      new CountDownLatch(1).await();
    }
  }
}
