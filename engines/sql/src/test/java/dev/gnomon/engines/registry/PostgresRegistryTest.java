package dev.gnomon.engines.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.engines.sql.PostgresDatabase;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.spi.RegistryStore;
import dev.gnomon.testkit.RegistryContract;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init") // the server is started before all tests
class PostgresRegistryTest extends RegistryContract {
  private static EmbeddedPostgres server;
  private static int databases;

  @TempDir Path directory;
  private String url = "";

  @BeforeAll
  static void startServer() throws IOException {
    server = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @Override
  protected RegistryStore openEmpty() throws SQLException {
    String name = "registry" + ++databases;
    try (Connection connection =
            DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    url = "jdbc:postgresql://localhost:" + server.getPort() + "/" + name;
    return open();
  }

  private RegistryStore open() {
    return SqlRegistryStore.postgres(new PostgresDatabase.Access(url, "postgres", "postgres"));
  }

  private void sql(String statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres");
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(statements);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE ledger SET why = 'x'",
        "DELETE FROM ledger",
        "TRUNCATE ledger",
        "UPDATE model_version SET passed = false",
        "DELETE FROM model_version"
      })
  void aSlipIsRefused(String slip) {
    register("churn", 1);
    assertThatThrownBy(() -> sql(slip))
        .hasMessageMatching("(?s).*(the ledger is append-only|a version never changes).*");
    assertThat(registry.verifyLedger().problem()).isEmpty();
  }

  @Test
  void tamperingIsFound() throws SQLException {
    register("churn", 1);
    registry.setAlias("churn", "champion", 1, "ada", "");
    sql("ALTER TABLE ledger DISABLE TRIGGER ALL; UPDATE ledger SET who = 'eve' WHERE sequence = 2");
    assertThat(registry.verifyLedger().problem()).contains("entry 2 was altered");
  }

  @Test
  void severalProcessesAppendWithoutAGap() throws Exception {
    List<Registry> nodes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      nodes.add(new Registry(open(), clock));
    }
    List<Callable<ModelVersion>> tasks = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      Registry node = nodes.get(i % nodes.size());
      int bundle = i / 2; // each twice, by two nodes
      tasks.add(() -> {
        ModelVersion version = node.register("churn", hash(bundle), true, "{}", "node");
        node.setAlias("churn", "champion", version.version(), "node", "");
        return version;
      });
    }
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (Future<ModelVersion> done : threads.invokeAll(tasks)) {
        done.get();
      }
    }
    nodes.forEach(Registry::close);
    assertThat(registry.versions("churn")).hasSize(60);
    assertThat(registry.verifyLedger().problem()).isEmpty();
    List<LedgerEntry> all = registry.ledger(0, 1_000);
    assertThat(all.getLast().sequence()).isEqualTo(all.size());
  }

  @Test
  void aBackupIsARegistryInAFile() throws IOException {
    register("churn", 1);
    registry.setAlias("churn", "champion", 1, "ada", "ü");
    Path copy = directory.resolve("copy.db");
    registry.backup(copy);
    register("churn", 2);
    try (Registry restored = Registry.open("sqlite", Map.of("path", copy.toString()), clock)) {
      assertThat(restored.ledger(0, 10)).isEqualTo(registry.ledger(0, 2));
      assertThat(restored.versions("churn")).isEqualTo(registry.versions("churn").subList(0, 1));
      assertThat(restored.verifyLedger().problem()).isEmpty();
    }
    assertThat(directory.toFile().list()).containsExactly("copy.db");
  }

  @Test
  void aDatabaseThatIsNotThereIsNamedWithoutItsPassword() {
    assertThatThrownBy(() ->
            Registry.open(
                "postgres",
                Map.of("url", "jdbc:postgresql://127.0.0.1:1/x?password=hunter2"),
                clock))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("127.0.0.1:1")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aHomeMayShareADatabase() {
    var home = new dev.gnomon.core.Home(directory);
    var environment =
        Map.of(
            "GNOMON_REGISTRY", url,
            "GNOMON_REGISTRY_USER", "postgres",
            "GNOMON_REGISTRY_PASSWORD", "postgres");
    register("churn", 1);
    try (Registry node = Registry.open(home, Optional.empty(), environment, clock)) {
      node.setAlias("churn", "champion", 1, "ada", "");
      assertThat(home.ledgerHead()).content().startsWith("2 ");
      assertThat(home.registry()).doesNotExist();
    }
    assertThat(registry.alias("churn", "champion")).isPresent();
    try (Registry node = Registry.open(home, Optional.empty(), environment, clock)) {
      assertThat(node.verifyLedger().problem()).isEmpty();
    }
  }
}
