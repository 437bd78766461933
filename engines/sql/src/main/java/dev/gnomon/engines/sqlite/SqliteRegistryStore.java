package dev.gnomon.engines.sqlite;

import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.spi.RegistryStore;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The registry in one SQLite file. Times are microseconds since the epoch.
///
/// Triggers refuse to change or delete a ledger entry or a version, so that a slip of ours or of a
/// query tool is an error; against intent the hash chain stands.
final class SqliteRegistryStore implements RegistryStore {
  private static final List<String> MIGRATIONS =
      List.of(
          """
          CREATE TABLE model_version (
            use_case TEXT NOT NULL,
            version INTEGER NOT NULL,
            bundle_hash TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            passed INTEGER NOT NULL,
            summary TEXT NOT NULL,
            PRIMARY KEY (use_case, version),
            UNIQUE (use_case, bundle_hash)
          ) STRICT;
          CREATE TABLE ledger (
            sequence INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            use_case TEXT NOT NULL,
            subject TEXT NOT NULL,
            content TEXT NOT NULL,
            who TEXT NOT NULL,
            why TEXT NOT NULL,
            hash TEXT NOT NULL
          ) STRICT;
          CREATE INDEX ledger_by_subject ON ledger (kind, use_case, subject, sequence);
          CREATE TABLE run (
            id TEXT PRIMARY KEY,
            study TEXT NOT NULL,
            name TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            finished_at INTEGER,
            status TEXT NOT NULL,
            params TEXT NOT NULL,
            metrics TEXT NOT NULL
          ) STRICT;
          CREATE INDEX run_by_study ON run (study, started_at, id);
          CREATE TRIGGER ledger_kept BEFORE UPDATE ON ledger
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
          CREATE TRIGGER ledger_whole BEFORE DELETE ON ledger
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
          CREATE TRIGGER version_kept BEFORE UPDATE ON model_version
            BEGIN SELECT RAISE(ABORT, 'a version never changes'); END;
          CREATE TRIGGER version_whole BEFORE DELETE ON model_version
            BEGIN SELECT RAISE(ABORT, 'a version never changes'); END;
          """,
          """
          CREATE INDEX ledger_by_time ON ledger (at, sequence);
          CREATE INDEX ledger_by_use_case ON ledger (use_case, kind, sequence);
          """);

  private final Database database;

  private SqliteRegistryStore(Database database) {
    this.database = database;
  }

  static SqliteRegistryStore open(Path file) {
    return new SqliteRegistryStore(Database.open(file, MIGRATIONS));
  }

  @Override
  public <T> T write(Supplier<T> work) {
    return database.write(work);
  }

  @Override
  public void insert(ModelVersion v) {
    database.update(
        "INSERT INTO model_version (use_case, version, bundle_hash, created_at, passed, summary)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        v.useCase(),
        v.version(),
        v.bundleHash(),
        Times.micros(v.createdAt()),
        v.passed() ? 1 : 0,
        v.summaryJson());
  }

  @Override
  public void append(LedgerEntry e) {
    database.update(
        "INSERT INTO ledger (sequence, at, kind, use_case, subject, content, who, why, hash)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        e.sequence(),
        Times.micros(e.at()),
        e.kind(),
        e.useCase(),
        e.subject(),
        e.content(),
        e.who(),
        e.why(),
        e.hash());
  }

  @Override
  public List<String> useCases() {
    return database.query(
        "SELECT DISTINCT use_case FROM model_version ORDER BY 1", row -> row.getString(1));
  }

  @Override
  public List<ModelVersion> versions(String useCase) {
    return database.query(
        "SELECT * FROM model_version WHERE use_case = ? ORDER BY version",
        SqliteRegistryStore::version,
        useCase);
  }

  @Override
  public Optional<ModelVersion> version(String useCase, int version) {
    return first(
        database.query(
            "SELECT * FROM model_version WHERE use_case = ? AND version = ?",
            SqliteRegistryStore::version,
            useCase,
            version));
  }

  @Override
  public Optional<ModelVersion> versionOf(String useCase, String bundleHash) {
    return first(
        database.query(
            "SELECT * FROM model_version WHERE use_case = ? AND bundle_hash = ?",
            SqliteRegistryStore::version,
            useCase,
            bundleHash));
  }

  @Override
  public Optional<LedgerEntry> lastEntry() {
    return first(
        database.query(
            "SELECT * FROM ledger ORDER BY sequence DESC LIMIT 1", SqliteRegistryStore::entry));
  }

  @Override
  public Optional<LedgerEntry> lastEntry(
      String kind, String useCase, String subject, Instant until) {
    return first(
        database.query(
            "SELECT * FROM ledger WHERE kind = ? AND use_case = ? AND subject = ? AND at <= ?"
                + " ORDER BY sequence DESC LIMIT 1",
            SqliteRegistryStore::entry,
            kind,
            useCase,
            subject,
            bound(until)));
  }

  /// Instants reach further than microseconds in a long do.
  private static long bound(Instant until) {
    try {
      return Times.micros(until);
    } catch (ArithmeticException e) {
      return until.isAfter(Instant.EPOCH) ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
  }

  @Override
  public List<LedgerEntry> entries(String kind, String useCase) {
    return database.query(
        "SELECT * FROM ledger WHERE kind = ? AND use_case = ? ORDER BY sequence",
        SqliteRegistryStore::entry,
        kind,
        useCase);
  }

  @Override
  public List<LedgerEntry> ledger(long after, int limit) {
    return database.query(
        "SELECT * FROM ledger WHERE sequence > ? ORDER BY sequence LIMIT ?",
        SqliteRegistryStore::entry,
        after,
        limit);
  }

  @Override
  public List<LedgerEntry> lastEntries(Set<String> kinds, String useCase, Instant until) {
    List<Object> arguments = new ArrayList<>(kinds);
    arguments.add(useCase);
    arguments.add(bound(until));
    return database.query(
        "SELECT * FROM ledger WHERE sequence IN (SELECT max(sequence) FROM ledger WHERE kind IN ("
            + String.join(", ", Collections.nCopies(kinds.size(), "?"))
            + ") AND use_case = ? AND sequence <= (SELECT coalesce(max(sequence), 0) FROM ledger"
            + " WHERE at <= ?) GROUP BY kind, subject) ORDER BY sequence",
        SqliteRegistryStore::entry,
        arguments.toArray());
  }

  @Override
  public List<LedgerEntry> ledger(
      long after, int limit, @Nullable String useCase, @Nullable String kind) {
    List<Object> arguments = new ArrayList<>(List.of(after));
    String where = "";
    if (useCase != null) {
      where += " AND use_case = ?";
      arguments.add(useCase);
    }
    if (kind != null) {
      where += " AND kind = ?";
      arguments.add(kind);
    }
    arguments.add(limit);
    return database.query(
        "SELECT * FROM ledger WHERE sequence > ?" + where + " ORDER BY sequence LIMIT ?",
        SqliteRegistryStore::entry,
        arguments.toArray());
  }

  @Override
  public List<String> ledgerUseCases() {
    return database.query(
        "SELECT DISTINCT use_case FROM ledger ORDER BY 1", row -> row.getString(1));
  }

  @Override
  public void backup(Path file) throws IOException {
    database.copyTo(file);
  }

  /// Brings everything into the one file, without a log beside it.
  void settle() {
    var _ = database.query("PRAGMA journal_mode = DELETE", row -> row.getString(1));
  }

  @Override
  public void close() {
    database.close();
  }

  private static ModelVersion version(ResultSet row) throws SQLException {
    return new ModelVersion(
        row.getString("use_case"),
        row.getInt("version"),
        row.getString("bundle_hash"),
        Times.instant(row.getLong("created_at")),
        row.getInt("passed") == 1,
        row.getString("summary"));
  }

  private static LedgerEntry entry(ResultSet row) throws SQLException {
    return new LedgerEntry(
        row.getLong("sequence"),
        Times.instant(row.getLong("at")),
        row.getString("kind"),
        row.getString("use_case"),
        row.getString("subject"),
        row.getString("content"),
        row.getString("who"),
        row.getString("why"),
        row.getString("hash"));
  }

  private static <T> Optional<T> first(List<T> rows) {
    return rows.stream().findFirst();
  }
}
