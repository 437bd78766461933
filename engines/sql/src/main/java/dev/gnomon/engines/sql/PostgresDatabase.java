package dev.gnomon.engines.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.gnomon.core.Refusal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.Set;
import org.flywaydb.core.api.FlywayException;

/// A Postgres database behind a pool of connections. Readers see a snapshot and wait for nobody.
public final class PostgresDatabase implements Database {
  private static final int WAIT_MILLIS = 10_000;

  /// A server that says nothing for that long is away, also behind a network that swallows all.
  private static final String SILENT_SECONDS = "60";

  /// What is answered is on disk, whatever the server's default. Searches take milliseconds: to
  /// compile their plans would take longer, and most of what they read lies in memory. The runs of
  /// a large study are joined there too.
  private static final String OPTIONS =
      "-c synchronous_commit=on -c jit=off -c random_page_cost=1.1 -c work_mem=16MB";

  /// Which plan is good depends on the values that are searched for.
  private static final String READING =
      "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;"
          + " SET LOCAL plan_cache_mode = force_custom_plan";

  private static final int ATTEMPTS = 8;

  /// Serialization failure, deadlock, and a unique key that another writer took after we looked: at
  /// the next attempt it is seen.
  private static final Set<String> AGAIN = Set.of("40001", "40P01", "23505");

  private final HikariDataSource pool;
  private final Access access;

  /// Where a database is, and as whom.
  ///
  /// @param url `jdbc:postgresql://…`
  /// @param user empty if the address says it, or nobody needs to
  public record Access(String url, String user, String password) {
    /// The address without whatever could be a password.
    @Override
    public String toString() {
      return url.replaceFirst("[?].*", "").replaceAll("://[^/@]*@", "://…@");
    }

    /// The last part of the address.
    String name() {
      return toString().replaceFirst(".*[/:]", "");
    }
  }

  private PostgresDatabase(HikariDataSource pool, Access access) {
    this.pool = pool;
    this.access = access;
  }

  /// Brings the tables to the present version. Processes that come at once wait for each other.
  ///
  /// @param name of the pool
  /// @param most connections
  /// @throws DatabaseFailure a temporary one if the database can't be reached
  public static PostgresDatabase open(Access access, String name, int most, Migrations migrations) {
    HikariDataSource pool;
    try {
      pool = new HikariDataSource(configuration(access, name, most, migrations.schema()));
    } catch (PoolInitializationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw away(access, cause);
    }
    boolean done = false;
    try {
      if (!migrations.done(pool, 0, access.toString())) {
        migrations.run(pool, 0);
      }
      done = true;
      return new PostgresDatabase(pool, access);
    } catch (SQLException e) {
      throw failure(access, e);
    } catch (FlywayException e) {
      throw new DatabaseFailure(
          false, "migrating %s failed: %s".formatted(access, e.getMessage()), e);
    } finally {
      if (!done) {
        pool.close();
      }
    }
  }

  private static HikariConfig configuration(Access access, String name, int most, String schema) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(access.url());
    if (!access.user().isEmpty()) {
      config.setUsername(access.user());
      config.setPassword(access.password());
    }
    config.setAutoCommit(false);
    config.setMaximumPoolSize(most);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(WAIT_MILLIS);
    if (!schema.isEmpty()) {
      config.addDataSourceProperty("currentSchema", schema);
    }
    config.addDataSourceProperty("socketTimeout", SILENT_SECONDS);
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty("ApplicationName", "gnomon");
    config.addDataSourceProperty("options", OPTIONS);
    return config;
  }

  @Override
  public <T> T write(Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      SQLException error;
      try {
        return transact("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", work);
      } catch (SqlFailure e) {
        error = e.error();
      } catch (SQLException e) {
        error = e;
      }
      if (attempt == ATTEMPTS || !AGAIN.contains(String.valueOf(error.getSQLState()))) {
        throw failure(access, error);
      }
    }
  }

  @Override
  public <T> T read(Work<T> work) {
    try {
      return transact(READING, work);
    } catch (SqlFailure e) {
      throw failure(access, e.error());
    } catch (SQLException e) {
      throw failure(access, e);
    }
  }

  private <T> T transact(String begin, Work<T> work) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate(begin);
      }
      boolean done = false;
      try {
        T result = work.in(connection);
        connection.commit();
        done = true;
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

  private static DatabaseFailure failure(Access access, SQLException e) {
    String state = String.valueOf(e.getSQLState());
    boolean away =
        e instanceof SQLTransientConnectionException
            || state.startsWith("08") // connection
            || state.startsWith("53") // disk full, too many connections
            || state.startsWith("57P") // shutting down
            || state.equals("55P03") // waited too long for a lock
            || AGAIN.contains(state);
    return away
        ? away(access, e)
        : new DatabaseFailure(false, "Postgres %s: %s".formatted(access, e.getMessage()), e);
  }

  private static DatabaseFailure away(Access access, Throwable cause) {
    return new DatabaseFailure(
        true,
        "The database %s can't take this now: %s. Try again."
            .formatted(access, String.valueOf(cause.getMessage()).strip()),
        cause);
  }

  @Override
  public void backup(Path file) {
    throw new Refusal(
        access.toString(),
        "a database in Postgres is not copied into a file",
        "its own tool: pg_dump --format=custom --file=%s.dump %s"
            .formatted(access.name(), access.name()));
  }

  @Override
  public void close() {
    pool.close();
  }
}
