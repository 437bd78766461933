package dev.gnomon.engines.tracking;

import dev.gnomon.engines.sql.Database;
import dev.gnomon.engines.sql.DatabaseFailure;
import dev.gnomon.engines.sql.Migrations;
import dev.gnomon.engines.sql.PostgresDatabase;
import dev.gnomon.engines.sql.SqliteDatabase;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.TrackingError.Code;
import dev.gnomon.tracking.spi.TrackingRows;
import dev.gnomon.tracking.spi.TrackingStore;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.function.Function;
import java.util.function.Supplier;

/// Tracking in a database. In Postgres writers lock the study, run or model they change; in SQLite
/// there is only one.
final class SqlTrackingStore implements TrackingStore {
  private static final String SCRIPTS = "dev/gnomon/engines/tracking/";
  private static final String HISTORY = "tracking_history";
  private static final int NEWEST = 2;
  private static final int CONNECTIONS = 10;

  private final Database database;
  private final Dialect dialect;
  private final Names.Known names = new Names.Known();

  private SqlTrackingStore(Database database, Dialect dialect) {
    this.database = database;
    this.dialect = dialect;
  }

  static SqlTrackingStore sqlite(Path file) {
    Migrations migrations = new Migrations(SCRIPTS + "sqlite", HISTORY, NEWEST, "");
    return new SqlTrackingStore(told(() -> SqliteDatabase.open(file, migrations)), Dialect.SQLITE);
  }

  static SqlTrackingStore postgres(PostgresDatabase.Access access) {
    Migrations migrations = new Migrations(SCRIPTS + "postgres", HISTORY, NEWEST, "tracking");
    return new SqlTrackingStore(
        told(() -> PostgresDatabase.open(access, "tracking", CONNECTIONS, migrations)),
        Dialect.POSTGRES);
  }

  @Override
  public <T> T write(Function<TrackingRows, T> work) {
    return told(() -> database.write(connection -> in(connection, work))).committed();
  }

  @Override
  public <T> T read(Function<TrackingRows, T> work) {
    return told(() -> database.read(connection -> in(connection, work))).committed();
  }

  private <T> Done<T> in(Connection connection, Function<TrackingRows, T> work) {
    Session session = new Session(connection, dialect, names);
    return new Done<>(work.apply(new SqlRows(session)), session);
  }

  /// Names that were made in a transaction are known to others only when it is over.
  private record Done<T>(T result, Session session) {
    T committed() {
      session.names().committed();
      return result;
    }
  }

  private static <T> T told(Supplier<T> work) {
    try {
      return work.get();
    } catch (DatabaseFailure e) {
      throw e.temporary()
          ? new TrackingError(Code.TEMPORARILY_UNAVAILABLE, e.getMessage())
          : e.unchecked();
    }
  }

  @Override
  public void backup(Path file) throws IOException {
    try {
      database.backup(file);
    } catch (DatabaseFailure e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
