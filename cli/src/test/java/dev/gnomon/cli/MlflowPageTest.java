package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.server.HttpFront;
import dev.gnomon.server.mlflow.MlflowRoutes;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Security;
import dev.gnomon.tracking.Tracking;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the page about MLflow's clients shows is what happens.
class MlflowPageTest {
  @TempDir private Path folder;

  @Test
  void theExamplesOfThePage() throws Exception {
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    try (Tracking tracking =
            Tracking.open(
                "sqlite",
                Map.of("path", folder.resolve("tracking.db").toString()),
                InstantSource.system());
        Access access = Access.open(Security.of(new Home(folder)), ignored -> {});
        HttpFront front =
            new HttpFront(
                new MlflowRoutes(tracking).routes(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                access,
                failures::add)) {
      front.start("127.0.0.1", 0);
      assertThat(new RunnablePage("how-to/mlflow-clients.md").run(front.port())).isEqualTo(3);
      assertThat(failures).isEmpty();
    }
  }
}
