package dev.gnomon.engines.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Stage;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.View;
import dev.gnomon.tracking.spi.TrackingStore;
import dev.gnomon.tracking.transfer.ImportReport;
import dev.gnomon.tracking.transfer.MlflowDatabase;
import dev.gnomon.tracking.transfer.MlflowImport;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MlflowImportTest {
  private static final String RUN = "%032x".formatted(1);

  private static @Nullable EmbeddedPostgres server;

  @TempDir Path directory;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  /// A database of its own.
  private static String postgres(String name) throws SQLException {
    EmbeddedPostgres server = Objects.requireNonNull(MlflowImportTest.server);
    try (Connection connection = server.getPostgresDatabase().getConnection()) {
      MlflowTables.execute(connection, "DROP DATABASE IF EXISTS " + name);
      MlflowTables.execute(connection, "CREATE DATABASE " + name);
    }
    return server.getJdbcUrl("postgres", name);
  }

  private String source(boolean postgres, boolean three) throws SQLException {
    String from = postgres ? postgres("mlflow") : directory.resolve("mlflow.db").toString();
    try (Connection connection =
        DriverManager.getConnection(postgres ? from : "jdbc:sqlite:" + from)) {
      MlflowTables.make(connection, three);
    }
    return from;
  }

  private String file() {
    return directory.resolve("tracking.db").toString();
  }

  private ImportReport bring(String from, Map<String, String> to, Progress progress) {
    try (MlflowDatabase database = MlflowDatabase.open(from, null, null);
        TrackingStore store =
            to.containsKey("path")
                ? new SqliteProvider().opening(to).get()
                : new PostgresProvider().opening(to).get()) {
      return new MlflowImport(database, store, MlflowImport.Artifacts.NONE, progress).run();
    }
  }

  private static Tracking open(Map<String, String> to) {
    return Tracking.open(to.containsKey("path") ? "sqlite" : "postgres", to, () -> Instant.EPOCH);
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, false",
    "false, true, false",
    "true, true, false",
    "false, true, true",
    "true, false, true"
  })
  void bringsEverythingAndTheSecondTimeNothingMore(
      boolean fromPostgres, boolean three, boolean toPostgres) throws SQLException {
    String from = source(fromPostgres, three);
    Map<String, String> to =
        toPostgres
            ? Map.of("url", postgres("gnomon"), "user", "postgres", "password", "postgres")
            : Map.of("path", file());
    ImportReport report = bring(from, to, Progress.NONE);
    assertThat(report.studies()).isEqualTo(3);
    assertThat(report.runs()).isEqualTo(5);
    assertThat(report.points()).isEqualTo(5 * 32);
    assertThat(report.versions()).isEqualTo(2);
    assertThat(report.loggedModels()).isEqualTo(three ? 1 : 0);
    assertThat(report.notes()).anyMatch(n -> n.contains("file:///models/4"));
    try (Tracking tracking = open(to)) {
      check(tracking, three);
      Run before = tracking.run(RUN);
      ImportReport again = bring(from, to, Progress.NONE);
      assertThat(again.runs()).isZero();
      assertThat(again.known()).isEqualTo(5);
      assertThat(tracking.run(RUN)).isEqualTo(before);
      check(tracking, three);
      // What comes later gets other ids.
      assertThat(Long.parseLong(tracking.createStudy("new", null, List.of()).id()))
          .isGreaterThan(9);
      assertThat(
              tracking
                  .createVersion("churn-model", "runs:/x/y", "", null, null, null, "", List.of())
                  .version())
          .isEqualTo(5);
    }
  }

  private static void check(Tracking tracking, boolean three) {
    assertThat(tracking.study("7"))
        .isEqualTo(
            new Study(
                "7", "churn", "mlflow-artifacts:/7", false, 100, 120, Map.of("team", "growth")));
    assertThat(tracking.study("9").deleted()).isTrue();
    Run run = tracking.run(RUN);
    assertThat(run.info().name()).isEqualTo("run 1");
    assertThat(run.info().user()).isEqualTo("ada");
    assertThat(run.info().start()).isEqualTo(1001);
    assertThat(run.info().end()).isEqualTo(2001);
    assertThat(run.info().artifactUri()).isEqualTo("mlflow-artifacts:/7/" + RUN + "/artifacts");
    assertThat(run.params()).isEqualTo(Map.of("depth", "1", "leer", ""));
    assertThat(run.tags()).isEqualTo(Map.of("mlflow.runName", "run 1", "größe", ""));
    assertThat(run.metrics())
        .extracting(Metric::key, Metric::value)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("loss", 1.0 / 30),
            org.assertj.core.groups.Tuple.tuple("odd", Double.MAX_VALUE));
    assertThat(run.datasets()).hasSize(1);
    assertThat(run.datasets().getFirst().tags())
        .isEqualTo(Map.of("mlflow.data.context", "training"));
    assertThat(run.datasets().getFirst().dataset().schema()).isEqualTo("{\"s\":1}");
    assertThat(tracking.history(RUN, "loss", 1000, null).items())
        .hasSize(30)
        .first()
        .isEqualTo(new Metric("loss", 1.0, 5000, 0));
    assertThat(tracking.history(RUN, "odd", 1000, null).items().getFirst().value()).isNaN();
    assertThat(tracking.run("%032x".formatted(3)).info().end()).isNull();
    assertThat(tracking.run("%032x".formatted(4)).info().name()).isEqualTo("run 4");
    assertThat(
            tracking
                .searchRuns(
                    List.of("7"),
                    new Search(
                        "params.depth != '0'", List.of("metrics.loss"), View.ACTIVE_ONLY, 10, null))
                .items())
        .hasSize(3);
    RegisteredModel model = tracking.model("churn-model");
    assertThat(model.created()).isEqualTo(300);
    assertThat(model.updated()).isEqualTo(400);
    assertThat(model.aliases()).isEqualTo(Map.of("champion", 4));
    assertThat(tracking.version("churn-model", 4).stage()).isEqualTo(Stage.PRODUCTION);
    assertThat(tracking.version("churn-model", 4).tags()).isEqualTo(Map.of("ok", "yes"));
    assertThat(tracking.version("churn-model", 1).runId()).isEqualTo("%032x".formatted(0));
    if (three) {
      LoggedModel logged = tracking.loggedModel("m-" + RUN, false);
      assertThat(logged.params()).isEqualTo(Map.of("depth", "3"));
      assertThat(logged.status()).isEqualTo("LOGGED_MODEL_READY");
      assertThat(logged.metrics()).hasSize(1);
      assertThat(run.outputs()).containsExactly(new Run.Output("m-" + RUN, 3));
    }
  }

  @Test
  void goesOnWhereItEnded() throws SQLException {
    String from = source(false, true);
    Map<String, String> to = Map.of("path", file());
    for (int left = 1; left < 9; left++) {
      int[] steps = {left};
      assertThatThrownBy(() ->
              bring(
                  from,
                  to,
                  new Progress() {
                    @Override
                    public void stage(String name, long total) {}

                    @Override
                    public void advance(long done) {
                      if (--steps[0] == 0) {
                        throw new IllegalStateException("pulled out");
                      }
                    }

                    @Override
                    public void note(String line) {}
                  }))
          .hasMessage("pulled out");
    }
    bring(from, to, Progress.NONE);
    try (Tracking tracking = open(to)) {
      check(tracking, true);
    }
  }

  @Test
  void addsWhatCameSince() throws SQLException {
    String from = source(false, false);
    Map<String, String> to = Map.of("path", file());
    bring(from, to, Progress.NONE);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + from)) {
      MlflowTables.metric(connection, false, "loss", 0.01, 9000, "%032x".formatted(3), 99, false);
      MlflowTables.execute(
          connection,
          "UPDATE runs SET status = 'FINISHED', end_time = 9001 WHERE status = 'RUNNING'");
    }
    bring(from, to, Progress.NONE);
    try (Tracking tracking = open(to)) {
      Run run = tracking.run("%032x".formatted(3));
      assertThat(run.info().end()).isEqualTo(9001);
      assertThat(run.metrics().getFirst().value()).isEqualTo(0.01);
      assertThat(tracking.history(run.info().id(), "loss", 100, null).items()).hasSize(31);
    }
  }

  @Test
  void aTakenIdBecomesAnother() throws SQLException {
    String from = source(false, false);
    Map<String, String> to = Map.of("path", file());
    try (Tracking tracking = open(to)) {
      for (int i = 1; i <= 7; i++) {
        tracking.createStudy("mine " + i, null, List.of());
      }
    }
    ImportReport report = bring(from, to, Progress.NONE);
    assertThat(report.notes()).anyMatch(n -> n.contains("study 'churn' has id"));
    bring(from, to, Progress.NONE);
    try (Tracking tracking = open(to)) {
      assertThat(tracking.study("7").name()).isEqualTo("mine 7");
      Study churn = tracking.studyByName("churn");
      assertThat(tracking.run(RUN).info().studyId()).isEqualTo(churn.id());
      assertThat(churn.created()).isEqualTo(100);
    }
  }

  @Test
  void bringsFilesWhereAsked() throws SQLException {
    String from = source(false, false);
    try (MlflowDatabase database = MlflowDatabase.open(from, null, null);
        TrackingStore store = new SqliteProvider().opening(Map.of("path", file())).get()) {
      new MlflowImport(
              database,
              store,
              (experiment, study, run) ->
                  run.equals(RUN)
                      ? Optional.of("mlflow-artifacts:/x" + experiment + study)
                      : Optional.empty(),
              Progress.NONE)
          .run();
    }
    try (Tracking tracking = open(Map.of("path", file()))) {
      assertThat(tracking.run(RUN).info().artifactUri()).isEqualTo("mlflow-artifacts:/x77");
    }
  }

  @Test
  void whatItDoesNotUnderstandIsOneError() throws SQLException {
    String from = source(false, true);
    Map<String, String> to = Map.of("path", file());
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + from)) {
      MlflowTables.insert(connection, "alembic_version", "abc123");
      MlflowTables.execute(
          connection,
          "ALTER TABLE experiments ADD COLUMN harmless VARCHAR(9) DEFAULT 'x' NOT NULL");
      bring(from, to, Progress.NONE);
      MlflowTables.execute(
          connection,
          "DROP TABLE registered_models; CREATE TABLE registered_models (workspace VARCHAR(63) NOT NULL, name VARCHAR(256) NOT NULL, creation_time BIGINT, last_updated_time BIGINT, PRIMARY KEY (workspace, name))");
    }
    assertThatThrownBy(() -> bring(from, to, Progress.NONE))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("revision abc123")
        .hasMessageContaining("registered_models.description is missing")
        .hasMessageContaining("registered_models.workspace is unknown");
    assertThatThrownBy(() -> bring(directory.resolve("none.db").toString(), to, Progress.NONE))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> bring(file(), to, Progress.NONE))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("table ");
  }
}
