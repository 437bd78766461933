package dev.gnomon.server.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.registry.Registry;
import dev.gnomon.registry.WithBundles;
import dev.gnomon.tracking.Tracking;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every row of the interface in raw HTTP, as the Java and the Python client write it.
class WireTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Databases.class)
  void answersAsMlflowDoes(Databases database) throws Exception {
    for (String prefix : List.of("/api/2.0/mlflow/", "/ajax-api/2.0/mlflow/")) {
      try (Tracking tracking = database.open(folder.resolve(prefix.substring(1, 4)));
          MlflowServer server = new MlflowServer(tracking, folder)) {
        assertThat(differences(server, prefix, "wire.txt")).isEmpty();
        assertThat(server.failures).isEmpty();
      }
    }
  }

  @Test
  void answersTheSameWhereUseCasesAreModelsToo() throws Exception {
    try (Registry registry = Registry.open("memory", Map.of(), InstantSource.system());
        Tracking tracking = Databases.SQLITE.open(folder);
        MlflowServer server = new MlflowServer(new WithBundles(tracking, registry), folder)) {
      assertThat(differences(server, "/api/2.0/mlflow/", "wire.txt")).isEmpty();
      assertThat(server.failures).isEmpty();
    }
  }

  static List<String> differences(MlflowServer server, String prefix, String resource)
      throws Exception {
    WireCases cases = new WireCases();
    List<String> out = new ArrayList<>();
    for (WireCases.Case one : WireCases.read(resource)) {
      String path = cases.filled(one.path());
      MlflowServer.Answered answer =
          server.send(
              one.method(), path.startsWith("/") ? path : prefix + path, cases.filled(one.body()));
      cases.differs(one, answer).ifPresent(why -> out.add(one.place() + "\n    " + why));
    }
    return out;
  }
}
