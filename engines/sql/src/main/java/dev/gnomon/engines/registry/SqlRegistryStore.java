package dev.gnomon.engines.registry;

import dev.gnomon.engines.sql.Database;
import dev.gnomon.engines.sql.DatabaseFailure;
import dev.gnomon.engines.sql.Migrations;
import dev.gnomon.engines.sql.PostgresDatabase;
import dev.gnomon.engines.sql.SqliteDatabase;
import dev.gnomon.engines.sql.Statements;
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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The registry in a database. Times are microseconds since the epoch; text without the character
/// 0, which Postgres can't keep.
///
/// A write is the only one of all processes, so that numbers have no gaps and each entry follows on
/// the one before. Triggers refuse to change or delete a ledger entry or a version, so that a slip
/// of ours or of a query tool is an error; against intent the hash chain stands.
final class SqlRegistryStore implements RegistryStore {
  private static final String SCRIPTS = "dev/gnomon/engines/registry/";
  private static final Migrations SQLITE =
      new Migrations(SCRIPTS + "sqlite", "registry_history", 2, "");
  private static final Migrations POSTGRES =
      new Migrations(SCRIPTS + "postgres", "gnomon_registry_schema", 1, "");
  private static final int CONNECTIONS = 4;

  private static final Statements.RowReader<Long> SEQUENCE = row -> row.getLong(1);

  private static final String NEWEST_OF_SUBJECTS =
      "WITH RECURSIVE s(subject) AS ("
          + "SELECT min(subject) FROM ledger WHERE kind = ? AND use_case = ? UNION ALL"
          + " SELECT (SELECT min(l.subject) FROM ledger l"
          + " WHERE l.kind = ? AND l.use_case = ? AND l.subject > s.subject) FROM s"
          + " WHERE s.subject IS NOT NULL) "
          + "SELECT e.* FROM s JOIN ledger e ON e.sequence = (SELECT max(n.sequence) FROM ledger n"
          + " WHERE n.kind = ? AND n.use_case = ? AND n.subject = s.subject AND n.sequence <= ?)";

  private final Database database;
  private final Dialect dialect;

  /// Writers of this process wait here, and not each with a connection in hand.
  private final ReentrantLock writing = new ReentrantLock();

  /// What a write asks is asked within its transaction.
  private final ScopedValue<Statements> own = ScopedValue.newInstance();

  private SqlRegistryStore(Database database, Dialect dialect) {
    this.database = database;
    this.dialect = dialect;
  }

  static SqlRegistryStore sqlite(Path file) {
    return new SqlRegistryStore(told(() -> SqliteDatabase.open(file, SQLITE)), Dialect.SQLITE);
  }

  /// @throws DatabaseFailure if it can't be reached
  static SqlRegistryStore postgres(PostgresDatabase.Access access) {
    return new SqlRegistryStore(
        PostgresDatabase.open(access, "registry", CONNECTIONS, POSTGRES), Dialect.POSTGRES);
  }

  @Override
  public <T> T write(Supplier<T> work) {
    writing.lock();
    try {
      return told(() ->
          database.write(connection -> {
            Statements statements = new Statements(connection);
            if (!dialect.alone().isEmpty()) {
              statements.update(dialect.alone());
            }
            return ScopedValue.where(own, statements).call(work::get);
          }));
    } finally {
      writing.unlock();
    }
  }

  private static <T> T told(Supplier<T> work) {
    try {
      return work.get();
    } catch (DatabaseFailure e) {
      throw e.unchecked();
    }
  }

  private void update(String sql, Object... arguments) {
    if (!own.isBound()) {
      throw new IllegalStateException("a change outside of a write");
    }
    int _ = own.get().update(sql, arguments);
  }

  private <T> T read(Function<Statements, T> query) {
    return own.isBound()
        ? query.apply(own.get())
        : told(() -> database.read(connection -> query.apply(new Statements(connection))));
  }

  @Override
  public void insert(ModelVersion v) {
    update(
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
    update(
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
    return useCasesOf("model_version");
  }

  @Override
  public List<String> ledgerUseCases() {
    return useCasesOf("ledger");
  }

  /// From one name to the next by index, without reading what lies between.
  private List<String> useCasesOf(String table) {
    String sql =
        ("WITH RECURSIVE u(name) AS (SELECT min(use_case) FROM %1$s UNION ALL"
                + " SELECT (SELECT min(use_case) FROM %1$s WHERE use_case > u.name) FROM u"
                + " WHERE u.name IS NOT NULL) SELECT name FROM u WHERE name IS NOT NULL")
            .formatted(table);
    return read(rows -> rows.query(sql, row -> row.getString(1))).stream().sorted().toList();
  }

  @Override
  public List<ModelVersion> versions(String useCase) {
    return read(rows ->
        rows.query(
            "SELECT * FROM model_version WHERE use_case = ? ORDER BY version",
            SqlRegistryStore::version,
            useCase));
  }

  @Override
  public List<ModelVersion> versions(String useCase, int from, int to) {
    return read(rows ->
        rows.query(
            "SELECT * FROM model_version WHERE use_case = ? AND version BETWEEN ? AND ?"
                + " ORDER BY version",
            SqlRegistryStore::version,
            useCase,
            from,
            to));
  }

  @Override
  public Optional<ModelVersion> version(String useCase, int version) {
    return read(rows ->
        rows.first(
            "SELECT * FROM model_version WHERE use_case = ? AND version = ?",
            SqlRegistryStore::version,
            useCase,
            version));
  }

  @Override
  public Optional<ModelVersion> versionOf(String useCase, String bundleHash) {
    return read(rows ->
        rows.first(
            "SELECT * FROM model_version WHERE use_case = ? AND bundle_hash = ?",
            SqlRegistryStore::version,
            useCase,
            bundleHash));
  }

  @Override
  public Optional<LedgerEntry> lastEntry() {
    return entries("SELECT * FROM ledger ORDER BY sequence DESC LIMIT 1").stream().findFirst();
  }

  @Override
  public Optional<LedgerEntry> lastEntry(
      String kind, String useCase, String subject, Instant until) {
    return entries(
            "SELECT * FROM ledger WHERE kind = ? AND use_case = ? AND subject = ? AND at <= ?"
                + " ORDER BY sequence DESC LIMIT 1",
            kind,
            useCase,
            subject,
            bound(until))
        .stream()
        .findFirst();
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
    return entries(
        "SELECT * FROM ledger WHERE kind = ? AND use_case = ? ORDER BY sequence", kind, useCase);
  }

  /// From one subject to the next by index, then to its newest entry: the cost is that of the
  /// subjects, however much happened to each.
  @Override
  public List<LedgerEntry> lastEntries(Set<String> kinds, String useCase, Instant until) {
    return read(rows -> {
      List<LedgerEntry> newest = new ArrayList<>();
      long end =
          rows.first(
                  "SELECT coalesce(max(sequence), 0) FROM ledger WHERE at <= ?",
                  SEQUENCE,
                  bound(until))
              .orElse(0L);
      for (String kind : kinds) {
        newest.addAll(
            rows.query(
                NEWEST_OF_SUBJECTS,
                SqlRegistryStore::entry,
                kind,
                useCase,
                kind,
                useCase,
                kind,
                useCase,
                end));
      }
      newest.sort(Comparator.comparingLong(LedgerEntry::sequence));
      return newest;
    });
  }

  @Override
  public List<LedgerEntry> ledger(long after, int limit) {
    return ledger(after, limit, null, null);
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
    return entries(
        "SELECT * FROM ledger WHERE sequence > ?" + where + " ORDER BY sequence LIMIT ?",
        arguments.toArray());
  }

  private List<LedgerEntry> entries(String sql, Object... arguments) {
    return read(rows -> rows.query(sql, SqlRegistryStore::entry, arguments));
  }

  /// Always a registry in an SQLite file: what a home without Postgres goes on with.
  @Override
  public void backup(Path file) throws IOException {
    switch (dialect) {
      case SQLITE -> {
        try {
          database.backup(file);
        } catch (DatabaseFailure e) {
          throw new IOException(e.getMessage(), e);
        }
      }
      case POSTGRES -> RegistryCopy.write(this, file);
    }
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
}
