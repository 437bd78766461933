package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the engine's tests hold in detail, once from the command line, with files.
class RunsImportTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2024-06-01T12:00:00Z"));

  @TempDir Path folder = Path.of("");

  private Recorded run(int exitCode, String... arguments) {
    Recorded recorded = new Recorded(false);
    int code = Main.run(recorded.terminal, CLOCK, arguments);
    assertThat(code).as(recorded.out() + recorded.err()).isEqualTo(exitCode);
    return recorded;
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void bringsRunsWithTheirFilesAndSaysWhatCame() throws IOException, SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path("mlflow.db"));
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          """
          CREATE TABLE experiments (experiment_id INTEGER PRIMARY KEY, name TEXT, artifact_location TEXT, lifecycle_stage TEXT, creation_time BIGINT, last_update_time BIGINT);
          CREATE TABLE experiment_tags (key TEXT, value TEXT, experiment_id INTEGER);
          CREATE TABLE runs (run_uuid TEXT PRIMARY KEY, name TEXT, user_id TEXT, status TEXT, start_time BIGINT, end_time BIGINT, lifecycle_stage TEXT, artifact_uri TEXT, experiment_id INTEGER);
          CREATE TABLE metrics (key TEXT, value DOUBLE, timestamp BIGINT, run_uuid TEXT, step BIGINT, is_nan BOOLEAN);
          CREATE TABLE latest_metrics (key TEXT, value DOUBLE, timestamp BIGINT, run_uuid TEXT, step BIGINT, is_nan BOOLEAN);
          CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT);
          CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT);
          CREATE TABLE registered_models (name TEXT, creation_time BIGINT, last_updated_time BIGINT, description TEXT);
          CREATE TABLE registered_model_tags (key TEXT, value TEXT, name TEXT);
          CREATE TABLE model_versions (name TEXT, version INTEGER, creation_time BIGINT, last_updated_time BIGINT, description TEXT, user_id TEXT, current_stage TEXT, source TEXT, run_id TEXT, status TEXT, status_message TEXT, run_link TEXT);
          CREATE TABLE model_version_tags (name TEXT, version INTEGER, key TEXT, value TEXT);
          INSERT INTO experiments VALUES (3, 'old', 'mlruns/3', 'active', 5, 6);
          INSERT INTO runs VALUES ('0123456789abcdef0123456789abcdef', 'first', 'ada', 'FINISHED', 10, 20, 'active', 'mlruns/3/0123456789abcdef0123456789abcdef/artifacts', 3);
          INSERT INTO metrics VALUES ('auc', 0.5, 10, '0123456789abcdef0123456789abcdef', 0, 0), ('auc', 0.75, 11, '0123456789abcdef0123456789abcdef', 1, 0);
          """);
    }
    Path files = folder.resolve("mlruns/3/0123456789abcdef0123456789abcdef/artifacts/plots");
    Files.createDirectories(files);
    Files.writeString(files.resolve("roc.txt"), "a curve");
    String[] command = {
      "runs",
      "import",
      "--from",
      path("mlflow.db"),
      "--artifacts",
      path("mlruns"),
      "--home",
      path(".gnomon"),
      "--json"
    };
    JsonNode report = JsonMapper.shared().readTree(run(0, command).out());
    assertThat(report.get("runs").intValue()).isEqualTo(1);
    assertThat(report.get("points").longValue()).isEqualTo(2);
    assertThat(JsonMapper.shared().readTree(run(0, command).out()).get("known").intValue())
        .isEqualTo(1);
    assertThat(run(0, "runs", "show", "0123456789", "--home", path(".gnomon"), "--json").out())
        .contains("0.75")
        .contains("\"first\"");
    assertThat(run(2, "runs", "import", "--from", path("none.db"), "--home", path(".gnomon")).err())
        .contains("no such file");
    assertThat(
            run(
                    2,
                    "runs",
                    "import",
                    "--from",
                    path("mlflow.db"),
                    "--artifacts",
                    path("none"),
                    "--home",
                    path(".gnomon"))
                .err())
        .contains("no such directory");
  }
}
