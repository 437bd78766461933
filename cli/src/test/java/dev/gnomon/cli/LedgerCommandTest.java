package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.artifacts.ArtifactPath;
import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.core.Home;
import dev.gnomon.registry.Registry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `gnomon ledger`, `gnomon models promote` and `rollback`, and what `gnomon doctor` finds after
/// the file was altered.
class LedgerCommandTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

  @TempDir Path folder;
  private Recorded recorded = new Recorded(false);

  private Home home() {
    return new Home(folder.resolve("home"));
  }

  @BeforeEach
  void registerTwo() {
    try (Registry registry = Registry.open(home(), Optional.empty(), Map.of(), CLOCK)) {
      registry.register("churn", "1".repeat(64), true, "{}", "train");
      registry.register(
          "churn",
          "2".repeat(64),
          false,
          "{\"gates\":[{\"name\":\"roc-auc\",\"passed\":false}]}",
          "train");
    }
  }

  private int run(String... arguments) {
    recorded = new Recorded(false);
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--home", home().root().toString()));
    return Main.run(recorded.terminal, CLOCK, all.toArray(String[]::new));
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home().registry());
        Statement statements = connection.createStatement()) {
      for (String trigger : List.of("ledger_kept", "ledger_whole")) {
        statements.executeUpdate("DROP TRIGGER IF EXISTS " + trigger);
      }
      statements.executeUpdate(statement);
    }
  }

  @Test
  void promotesRollsBackAndTellsWhatDecided() {
    assertThat(run("ledger", "--at", "now", "churn")).isZero();
    assertThat(recorded.out()).contains("nothing decided yet");
    assertThat(run("models", "promote", "churn@1", "--why", "first")).isZero();
    assertThat(recorded.out()).contains("version 1 is champion");
    assertThat(run("models", "promote", "churn@2")).isEqualTo(ExitCode.REFUSED);
    assertThat(recorded.err()).contains("gate 'roc-auc' said no");
    assertThat(run("models", "promote", "churn@2", "--override", "--why", "outage")).isZero();
    assertThat(run("ledger", "--at", "now", "churn")).isZero();
    assertThat(recorded.out()).contains("churn version 2", "2".repeat(64), "outage", "holds, head");
    assertThat(run("models", "rollback", "churn", "--why", "complaints")).isZero();
    assertThat(recorded.out()).contains("version 1 is champion instead of version 2");
    assertThat(run("ledger", "churn", "--kind", "rollback")).isZero();
    assertThat(recorded.out()).contains("rollback  2 to 1", "complaints");
    assertThat(run("ledger", "churn", "--kind", "register")).isZero();
    assertThat(recorded.out()).contains("1".repeat(12)).doesNotContain("1".repeat(13));
    assertThat(run("models", "promote", "churn")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run("ledger", "--limit", "0")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run("doctor")).isZero();
    assertThat(recorded.out()).contains("entries, the chain holds");
  }

  @Test
  void theDoctorNamesTheFirstBadEntry() throws SQLException {
    assertThat(run("models", "promote", "churn@1", "--why", "first")).isZero();
    sql("UPDATE ledger SET why = 'second' WHERE sequence = 3");
    assertThat(run("doctor")).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.out()).contains("BROKEN: entry 3 was altered");
    assertThat(run("doctor", "--json")).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.out()).containsPattern("\"badEntry\" ?: ?3");
  }

  @Test
  void theDoctorFindsDamagedFilesOfRuns() throws Exception {
    String hash;
    try (Artifacts artifacts = Artifacts.open(home().artifacts().toString(), Map.of(), CLOCK)) {
      hash = put(artifacts, "0/r/artifacts/x", 500);
      put(artifacts, "0/r/artifacts/same", 500);
      put(artifacts, "0/r/artifacts/large", 3 << 20);
    }
    assertThat(run("doctor")).isZero();
    assertThat(recorded.out()).contains("3 files, 0.0 GB, all as they were put");
    Path content =
        home().artifacts().resolve("contents").resolve(hash.substring(0, 2)).resolve(hash);
    byte[] bytes = java.nio.file.Files.readAllBytes(content);
    bytes[400]++;
    java.nio.file.Files.write(content, bytes);
    assertThat(run("doctor", "--quick")).isZero();
    assertThat(run("doctor")).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.out())
        .contains("2 DAMAGED", "the file of '0/r/artifacts/same': content " + hash);
    java.nio.file.Files.write(content, new byte[499]);
    assertThat(run("doctor", "--quick")).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.out()).contains("has 499 bytes instead of 500");
    java.nio.file.Files.delete(content);
    assertThat(run("doctor", "--json")).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.out()).contains("content %s is gone".formatted(hash));
  }

  @Test
  void contentsThatNoFileNamesGoOnlyWhenAskedTo() throws Exception {
    String home = home().root().toString();
    InstantSource later = InstantSource.fixed(Instant.now().plus(java.time.Duration.ofDays(3)));
    try (Artifacts artifacts = Artifacts.open(home().artifacts().toString(), Map.of(), CLOCK)) {
      put(artifacts, "0/r/artifacts/kept", 500);
      put(artifacts, "0/r/artifacts/gone", 700);
      artifacts.delete(new ArtifactPath("0/r/artifacts/gone"));
    }
    for (String[] words :
        List.of(
            new String[] {"models", "gc", "--home", home},
            new String[] {"models", "gc", "--files", "--dry-run", "--home", home})) {
      recorded = new Recorded(false);
      assertThat(Main.run(recorded.terminal, later, words)).isZero();
      assertThat(recorded.out()).contains("would remove 1 contents that no file names (700 bytes)");
    }
    // Within two days an upload may still need it.
    assertThat(Main.run(recorded.terminal, CLOCK, "models", "gc", "--files", "--home", home))
        .isZero();
    recorded = new Recorded(false);
    assertThat(Main.run(recorded.terminal, later, "models", "gc", "--files", "--home", home))
        .isZero();
    assertThat(recorded.out()).contains("removed 1 contents", "1 contents stay");
    assertThat(run("doctor")).isZero();
    assertThat(recorded.out()).contains("1 files");
  }

  private static String put(Artifacts artifacts, String path, int length) throws IOException {
    return artifacts
        .put(new ArtifactPath(path), new ByteArrayInputStream(new byte[length]))
        .sha256();
  }

  @Test
  void theDoctorFindsWhatWasCutOffByTheFileBesideAndByABackup() throws Exception {
    assertThat(run("models", "promote", "churn@1", "--why", "first")).isZero();
    Path backup = folder.resolve("monday.zip");
    assertThat(run("backup", backup.toString())).isZero();
    sql("DELETE FROM ledger WHERE sequence = 4");
    assertThat(run("doctor")).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.out())
        .contains("entry 4 and all behind it are cut off: ledger.head knows 4 entries");
    java.nio.file.Files.delete(home().ledgerHead());
    assertThat(run("doctor")).isZero();
    assertThat(recorded.out()).contains("no ledger.head to compare its end with");
    assertThat(run("doctor", "--backup", backup.toString())).isEqualTo(ExitCode.FAILED);
    assertThat(recorded.out())
        .contains("entry 4 and all behind it are cut off: monday.zip knows 4 entries");
  }
}
