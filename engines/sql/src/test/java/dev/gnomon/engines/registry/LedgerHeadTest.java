package dev.gnomon.engines.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.registry.LedgerCheck;
import dev.gnomon.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a chain can't tell by itself, told by the file beside it. The files are really altered.
class LedgerHeadTest {
  @TempDir Path directory;

  private Home home() {
    return new Home(directory.resolve("home"));
  }

  private Registry open() {
    return Registry.open(
        home(),
        Optional.empty(),
        Map.of(),
        InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z")));
  }

  private LedgerCheck check() {
    try (Registry registry = open()) {
      return registry.verifyLedger();
    }
  }

  private void history(int notes) {
    try (Registry registry = open()) {
      for (int i = 0; i < notes; i++) {
        registry.record("note", "churn", "n" + i, "{}", "ada", "");
      }
    }
  }

  private void sql(String statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home().registry());
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("DROP TRIGGER IF EXISTS ledger_whole");
      statement.executeUpdate("DROP TRIGGER IF EXISTS ledger_kept");
      statement.executeUpdate(statements);
    }
  }

  @Test
  void theHeadFollowsEachChange() throws IOException {
    history(3);
    LedgerCheck check = check();
    assertThat(check.problem()).isEmpty();
    assertThat(Files.readString(home().ledgerHead())).isEqualTo("3 " + check.head() + "\n");
  }

  @Test
  void aLedgerThatWasCutOffIsFoundAlsoAfterItWentOn() throws SQLException {
    history(5);
    sql("DELETE FROM ledger WHERE sequence > 3");
    assertThat(check().bad())
        .contains(
            new LedgerCheck.Bad(
                4, "entry 4 and all behind it are cut off: ledger.head knows 5 entries"));
    history(1);
    assertThat(check().bad().map(LedgerCheck.Bad::entry)).contains(5L);
    history(4); // longer than it ever was: the head is not moved to hide it
    assertThat(check().problem())
        .contains(
            "entry 5 is not the one that ledger.head knows: it, or one before it, was replaced");
  }

  @Test
  void anEmptiedLedgerIsFound() throws SQLException {
    history(2);
    sql("DELETE FROM ledger");
    assertThat(check().bad().map(LedgerCheck.Bad::entry)).contains(1L);
  }

  @Test
  void aLedgerWrittenAnewIsFound() throws IOException {
    history(4);
    String head = Files.readString(home().ledgerHead());
    for (String file : new String[] {"registry.db", "registry.db-wal", "registry.db-shm"}) {
      Files.deleteIfExists(home().root().resolve(file));
    }
    Files.delete(home().ledgerHead());
    try (Registry registry = open()) {
      for (int i = 0; i < 4; i++) {
        registry.record("note", "churn", "n" + i, "{}", "eve", "");
      }
    }
    Files.writeString(home().ledgerHead(), head);
    assertThat(check().problem())
        .contains(
            "entry 4 is not the one that ledger.head knows: it, or one before it, was replaced");
  }

  @Test
  void aHeadThatLagsBehindIsNone() throws IOException {
    history(2);
    String head = Files.readString(home().ledgerHead());
    history(2);
    Files.writeString(home().ledgerHead(), head);
    assertThat(check().problem()).isEmpty();
  }

  @Test
  void aHeadThatSaysNothingIsAProblemAndIsKept() throws IOException {
    history(2);
    Files.writeString(home().ledgerHead(), "9");
    history(1);
    assertThat(check().problem()).contains("ledger.head can't be understood");
    assertThat(Files.readString(home().ledgerHead())).isEqualTo("9");
  }

  @Test
  void aLedgerFromBeforeThereWereHeadsGoesOn() throws IOException {
    history(2);
    Files.delete(home().ledgerHead());
    assertThat(check().problem()).isEmpty();
    history(1);
    assertThat(Files.readString(home().ledgerHead())).startsWith("3 ");
  }

  @Test
  void aFileOfTheFirstSchemaOpensAndGoesOn() throws SQLException {
    history(2);
    sql("DROP INDEX ledger_by_time; DROP INDEX ledger_by_use_case; PRAGMA user_version = 1");
    history(1);
    LedgerCheck check = check();
    assertThat(check.problem()).isEmpty();
    assertThat(check.entries()).isEqualTo(3);
    try (Registry registry = open()) {
      assertThat(registry.stateAt(Instant.MAX).useCases()).isEmpty();
    }
  }
}
