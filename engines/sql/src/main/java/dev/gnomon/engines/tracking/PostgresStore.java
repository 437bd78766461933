package dev.gnomon.engines.tracking;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.TrackingError.Code;
import dev.gnomon.tracking.spi.TrackingRows;
import dev.gnomon.tracking.spi.TrackingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.function.Function;
import org.flywaydb.core.api.FlywayException;

/// Tracking in a Postgres database. Writers lock the study, run or model they change; readers see a
/// snapshot and wait for nobody.
final class PostgresStore implements TrackingStore {
  private static final String SCHEMA = "tracking";
  private static final int CONNECTIONS = 10;
  private static final int WAIT_MILLIS = 10_000;
  private static final int ATTEMPTS = 8;

  /// Serialization failure, deadlock, and a unique key that another writer took after we looked: at
  /// the next attempt it is seen.
  private static final Set<String> AGAIN = Set.of("40001", "40P01", "23505");

  private final HikariDataSource pool;
  private final Names.Known names = new Names.Known();

  private PostgresStore(HikariDataSource pool) {
    this.pool = pool;
  }

  static PostgresStore open(String url, String user, String password) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("tracking");
    config.setJdbcUrl(url);
    if (!user.isEmpty()) {
      config.setUsername(user);
      config.setPassword(password);
    }
    config.setAutoCommit(false);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(WAIT_MILLIS);
    config.addDataSourceProperty("currentSchema", SCHEMA);
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty("ApplicationName", "gnomon");
    // What is answered is on disk, whatever the server's default.
    config.addDataSourceProperty("options", "-c synchronous_commit=on");
    HikariDataSource pool;
    try {
      pool = new HikariDataSource(config);
    } catch (PoolInitializationException e) {
      throw unavailable(e);
    }
    boolean done = false;
    try {
      Migrations.run(pool, "postgres", SCHEMA, url.replaceFirst("[?].*", ""));
      done = true;
      return new PostgresStore(pool);
    } catch (SQLException e) {
      throw failure(e);
    } catch (FlywayException e) {
      throw new UncheckedIOException(new IOException("migrating failed: " + e.getMessage(), e));
    } finally {
      if (!done) {
        pool.close();
      }
    }
  }

  @Override
  public <T> T write(Function<TrackingRows, T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return transact("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", work);
      } catch (SqlFailure e) {
        if (attempt == ATTEMPTS || !AGAIN.contains(String.valueOf(e.error().getSQLState()))) {
          throw failure(e.error());
        }
      } catch (SQLException e) {
        throw failure(e);
      }
    }
  }

  @Override
  public <T> T read(Function<TrackingRows, T> work) {
    try {
      return transact("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", work);
    } catch (SqlFailure e) {
      throw failure(e.error());
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private <T> T transact(String begin, Function<TrackingRows, T> work) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      Session session = new Session(connection, Dialect.POSTGRES, names);
      session.update(begin);
      boolean done = false;
      try {
        T result = work.apply(new SqlRows(session));
        connection.commit();
        done = true;
        session.names().committed();
        return result;
      } finally {
        if (!done) {
          rollBack(connection);
        }
      }
    }
  }

  /// A connection that can't roll back is lost, and its transaction with it; the pool replaces it.
  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // the first error is the one to tell
    }
  }

  private static RuntimeException failure(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    boolean away =
        e instanceof SQLTransientConnectionException
            || state.startsWith("08") // connection
            || state.startsWith("53") // disk full, too many connections
            || state.startsWith("57P") // shutting down
            || AGAIN.contains(state);
    return away
        ? unavailable(e)
        : new UncheckedIOException(new IOException("Postgres: " + e.getMessage(), e));
  }

  private static TrackingError unavailable(Exception e) {
    return new TrackingError(
        Code.TEMPORARILY_UNAVAILABLE,
        "The database of tracking can't take this now: %s. Try again.".formatted(e.getMessage()));
  }

  @Override
  public void backup(Path file) {
    throw new UnsupportedOperationException("Postgres is backed up with its own tools (pg_dump)");
  }

  @Override
  public void close() {
    pool.close();
  }
}
