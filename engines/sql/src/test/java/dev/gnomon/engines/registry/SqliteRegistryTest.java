package dev.gnomon.engines.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.engines.sql.Database;
import dev.gnomon.engines.sql.Migrations;
import dev.gnomon.engines.sql.SqliteDatabase;
import dev.gnomon.engines.sql.Statements;
import dev.gnomon.registry.LedgerCheck;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.spi.RegistryStore;
import dev.gnomon.testkit.RegistryContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteRegistryTest extends RegistryContract {
  @TempDir Path directory;

  private Path file() {
    return directory.resolve("home/registry.db");
  }

  @Override
  protected RegistryStore openEmpty() {
    return SqlRegistryStore.sqlite(file());
  }

  private Registry openAgain(Path path) {
    return Registry.open("sqlite", Map.of("path", path.toString()), clock);
  }

  private void sql(String statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(statements);
    }
  }

  @Test
  void whatOneConnectionWroteAnotherSees() {
    register("churn", 1);
    try (Registry other = openAgain(file())) {
      assertThat(other.versions("churn")).isEqualTo(registry.versions("churn"));
      other.setAlias("churn", "champion", 1, "ada", "");
    }
    assertThat(registry.alias("churn", "champion")).isPresent();
  }

  @Test
  void commitsAreForced() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeQuery("PRAGMA journal_mode").getString(1)).isEqualTo("wal");
    }
    try (Database database =
        SqliteDatabase.open(directory.resolve("x.db"), new Migrations("none", "none", 0, ""))) {
      assertThat(
              database.<List<Integer>>write(connection ->
                  new Statements(connection).query("PRAGMA synchronous", row -> row.getInt(1))))
          .as("2 is FULL")
          .containsExactly(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UPDATE ledger SET content = '1' WHERE sequence = 4      | entry 4 was altered",
        "UPDATE ledger SET at = at - 1 WHERE sequence = 2        | entry 2 was altered",
        "UPDATE ledger SET who = 'a', why = 'dab' WHERE sequence = 3 | entry 3 was altered",
        "DELETE FROM ledger WHERE sequence = 3                   | entry 3 is missing",
        "UPDATE ledger SET sequence = sequence + 1 WHERE sequence = 4; INSERT INTO ledger SELECT 4, at, kind, use_case, subject, '2', who, why, hash FROM ledger WHERE sequence = 3 | entry 4 was altered",
        "INSERT INTO ledger SELECT 5, at, kind, use_case, subject, '1', who, why, hash FROM ledger WHERE sequence = 4 | entry 5 was altered",
        "INSERT INTO model_version SELECT use_case, 3, 'x', created_at, 1, summary FROM model_version WHERE version = 1 | use case 'churn' has 3 versions, of which the ledger knows 2",
        "UPDATE model_version SET passed = 1 WHERE version = 2   | version 2 of 'churn' is not what entry 2 registered",
        "DELETE FROM model_version WHERE version = 1             | version 1 of 'churn' is not what entry 1 registered",
      })
  void tamperingIsFoundWhereItHappened(String tampering, String problem) throws SQLException {
    register("churn", 1);
    registry.register("churn", hash(2), false, "{}", "test");
    registry.setAlias("churn", "champion", 1, "ad", "ab");
    registry.setAlias("churn", "champion", 2, "ada", "");
    assertThat(registry.verifyLedger().intact()).isTrue();
    if (!tampering.startsWith("INSERT")) {
      assertThatThrownBy(() -> sql(tampering))
          .as("a slip is refused")
          .hasMessageContaining("CONSTRAINT");
    }
    for (String trigger : List.of("ledger_kept", "ledger_whole", "version_kept", "version_whole")) {
      sql("DROP TRIGGER " + trigger);
    }
    sql(tampering);
    LedgerCheck check = registry.verifyLedger();
    assertThat(check.problem()).contains(problem);
  }

  @Test
  void aFailedChangeLeavesNothingBehind() {
    register("churn", 1);
    RegistryStore store = SqlRegistryStore.sqlite(file());
    assertThatThrownBy(() ->
            store.write(() -> {
              store.append(registry.ledger(0, 1).getFirst()); // its number is taken
              return 0;
            }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file().toString());
    store.close();
    register("churn", 2);
    assertThat(registry.verifyLedger().intact()).isTrue();
  }

  @Test
  void aBackupIsACopyOfItsMoment() throws IOException {
    register("churn", 1);
    Path copy = directory.resolve("copy.db");
    registry.backup(copy);
    register("churn", 2);
    try (Registry restored = openAgain(copy)) {
      assertThat(restored.versions("churn")).hasSize(1);
      assertThat(restored.verifyLedger().intact()).isTrue();
    }
  }

  @Test
  void aFileOfANewerVersionIsRefused() throws SQLException {
    sql("PRAGMA user_version = 99");
    assertThatThrownBy(() -> openAgain(file()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("written by a newer version (schema 99)");
  }

  /// Written by the version that counted its scripts in `user_version`: eleven entries of two use
  /// cases. Of its first schema, the file had two indexes less.
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aFileOfAnEarlierVersionIsReadAndWritten(int schema) throws Exception {
    Path old = directory.resolve("old/registry.db");
    Files.createDirectories(old.getParent());
    try (InputStream from =
        SqliteRegistryTest.class.getResourceAsStream("registry-of-schema-2.db")) {
      Files.copy(Objects.requireNonNull(from), old);
    }
    if (schema == 1) {
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + old);
          Statement statement = connection.createStatement()) {
        statement.executeUpdate(
            "DROP INDEX ledger_by_time; DROP INDEX ledger_by_use_case; PRAGMA user_version = 1");
      }
    }
    for (int i = 0; i < 2; i++) { // the second time, whatever was migrated is read again
      try (Registry registry = openAgain(old)) {
        LedgerCheck check = registry.verifyLedger();
        assertThat(check.problem()).isEmpty();
        assertThat(check.entries()).isEqualTo(11 + i);
        assertThat(registry.ledger(10, 1).getFirst().hash())
            .isEqualTo("08b933c79f4126d4918aac5a01197e6080378f2765769275fef1ba76ed41dcf3");
        assertThat(registry.versions("churn"))
            .extracting(ModelVersion::passed, ModelVersion::summaryJson)
            .containsExactly(
                tuple(true, "{\"bundle\":1}"),
                tuple(false, "{\"bundle\":2}"),
                tuple(true, "{\"bundle\":3}"));
        assertThat(registry.aliasHistory("churn", "champion"))
            .extracting(LedgerEntry::content, LedgerEntry::why)
            .startsWith(tuple("1", "first"), tuple("3", "better ü"), tuple("1", "worse"));
        registry.setAlias("churn", "champion", 2 + i, "ada", "");
      }
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + old);
        Statement statement = connection.createStatement()) {
      var indexes =
          statement.executeQuery(
              "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE 'ledger_by%'");
      assertThat(indexes.getInt(1)).isEqualTo(3);
    }
  }

  @Test
  void aFileOfOthersIsLeftAlone() throws SQLException {
    Path theirs = directory.resolve("theirs.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + theirs);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("CREATE TABLE cats (name TEXT)");
    }
    assertThatThrownBy(() -> openAgain(theirs))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("theirs.db");
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> Registry.open("sqlite", Map.of("file", "x"), clock))
        .isInstanceOf(BadInput.class)
        .hasMessage("registry 'sqlite': settings [file]; exactly one: path, a file");
  }

  private Process child(Path path, int from, int count) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            ChildPath.of(RegistryChild.class),
            RegistryChild.class.getName(),
            path.toString(),
            Integer.toString(from),
            Integer.toString(count))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void threeProcessesShareAFileThatNoneOfThemFoundThere() throws Exception {
    Path shared = directory.resolve("shared/registry.db");
    List<Process> children = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      children.add(child(shared, 1 + 20 * i, 40)); // half of each one's bundles are its neighbour's
    }
    for (Process process : children) {
      process.getInputStream().readAllBytes();
      assertThat(process.waitFor()).isZero();
    }
    try (Registry registry = openAgain(shared)) {
      assertThat(registry.versions("churn")).hasSize(80);
      assertThat(registry.verifyLedger().problem()).isEmpty();
    }
  }

  @Test
  void aKilledProcessLosesNoAcknowledgedChange() throws Exception {
    Path shared = directory.resolve("shared/registry.db");
    Process process = child(shared, 1, 1_000_000);
    int last = 0;
    try (BufferedReader told =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = told.readLine(); line != null; line = told.readLine()) {
        last = Integer.parseInt(line);
        if (last == 50) {
          process.toHandle().destroyForcibly();
        }
      }
    }
    assertThat(process.waitFor()).isEqualTo(137);
    try (Registry registry = openAgain(shared)) {
      assertThat(registry.versions("churn")).hasSizeBetween(last, last + 1);
      assertThat(registry.alias("churn", "champion").orElseThrow().version())
          .isBetween(last, last + 1);
      assertThat(registry.verifyLedger().problem()).isEmpty();
    }
    assertThat(Files.exists(shared)).isTrue();
  }
}
