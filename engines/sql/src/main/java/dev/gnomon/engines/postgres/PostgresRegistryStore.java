package dev.gnomon.engines.postgres;

import dev.gnomon.engines.sqlite.RegistryCopy;
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

/// The registry in a Postgres database. Times are microseconds since the epoch; text without the
/// character 0, which Postgres can't keep.
///
/// A write locks the ledger against the writers of all processes, so that numbers have no gaps and
/// each entry follows on the one before. Triggers refuse to change or delete an entry or a version.
final class PostgresRegistryStore implements RegistryStore {
  private static final String LOCATION = "dev/gnomon/engines/registry/postgres";
  private static final String HISTORY = "gnomon_registry_schema";

  private final Connections database;

  private PostgresRegistryStore(Connections database) {
    this.database = database;
  }

  static PostgresRegistryStore open(String url, @Nullable String user, @Nullable String password) {
    return new PostgresRegistryStore(Connections.open(url, user, password, LOCATION, HISTORY));
  }

  @Override
  public <T> T write(Supplier<T> work) {
    return database.write("ledger", work);
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
        v.passed(),
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
        "SELECT DISTINCT use_case COLLATE \"C\" FROM model_version ORDER BY 1",
        row -> row.getString(1));
  }

  @Override
  public List<ModelVersion> versions(String useCase) {
    return database.query(
        "SELECT * FROM model_version WHERE use_case = ? ORDER BY version",
        PostgresRegistryStore::version,
        useCase);
  }

  @Override
  public Optional<ModelVersion> version(String useCase, int version) {
    return first(
        database.query(
            "SELECT * FROM model_version WHERE use_case = ? AND version = ?",
            PostgresRegistryStore::version,
            useCase,
            version));
  }

  @Override
  public Optional<ModelVersion> versionOf(String useCase, String bundleHash) {
    return first(
        database.query(
            "SELECT * FROM model_version WHERE use_case = ? AND bundle_hash = ?",
            PostgresRegistryStore::version,
            useCase,
            bundleHash));
  }

  @Override
  public Optional<LedgerEntry> lastEntry() {
    return first(
        database.query(
            "SELECT * FROM ledger ORDER BY sequence DESC LIMIT 1", PostgresRegistryStore::entry));
  }

  @Override
  public Optional<LedgerEntry> lastEntry(
      String kind, String useCase, String subject, Instant until) {
    return first(
        database.query(
            "SELECT * FROM ledger WHERE kind = ? AND use_case = ? AND subject = ? AND at <= ?"
                + " ORDER BY sequence DESC LIMIT 1",
            PostgresRegistryStore::entry,
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
        PostgresRegistryStore::entry,
        kind,
        useCase);
  }

  @Override
  public List<LedgerEntry> ledger(long after, int limit) {
    return ledger(after, limit, null, null);
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
        PostgresRegistryStore::entry,
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
        PostgresRegistryStore::entry,
        arguments.toArray());
  }

  @Override
  public List<String> ledgerUseCases() {
    return database.query(
        "SELECT DISTINCT use_case COLLATE \"C\" FROM ledger ORDER BY 1", row -> row.getString(1));
  }

  /// A registry in an SQLite file: what a home without Postgres goes on with.
  @Override
  public void backup(Path file) throws IOException {
    RegistryCopy.write(this, file);
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
        row.getBoolean("passed"),
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
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
  }
}
