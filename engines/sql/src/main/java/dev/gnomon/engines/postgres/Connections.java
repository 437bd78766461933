package dev.gnomon.engines.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.gnomon.core.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/// A few connections to a Postgres database. What a write asks goes over its own connection, within
/// its transaction; everything else takes any.
final class Connections implements AutoCloseable {
  private static final int MOST = 4;
  private static final int WAIT_MILLIS = 10_000;

  private final HikariDataSource pool;
  private final String shown;
  private final ReentrantLock writing = new ReentrantLock();

  /// The connection of the write that runs on the thread that holds the lock.
  private @Nullable Connection own;

  /// Reads one row.
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private Connections(HikariDataSource pool, String shown) {
    this.pool = pool;
    this.shown = shown;
  }

  /// Brings the schema to what this version knows, then is ready. Processes that come at once wait
  /// for each other.
  ///
  /// @throws BadInput if the database can't be reached
  static Connections open(
      String url, @Nullable String user, @Nullable String password, String location, String table) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(MOST);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(WAIT_MILLIS);
    config.setPoolName("gnomon-registry");
    config.addDataSourceProperty("ApplicationName", "gnomon");
    String shown = url.replaceAll("(?i)(password=)[^&;]*", "$1…").replaceAll("://[^/@]*@", "://…@");
    HikariDataSource pool;
    try {
      pool = new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new BadInput(
          shown,
          String.valueOf(cause.getMessage()).strip(),
          "a database that can be reached, and GNOMON_REGISTRY_USER, GNOMON_REGISTRY_PASSWORD");
    }
    boolean done = false;
    try {
      Flyway.configure(Connections.class.getClassLoader())
          .dataSource(pool)
          .locations("classpath:" + location)
          .table(table)
          .baselineOnMigrate(true)
          .baselineVersion("0")
          .load()
          .migrate();
      done = true;
      return new Connections(pool, shown);
    } catch (FlywayException e) {
      throw failure("migrating", shown, e);
    } finally {
      if (!done) {
        pool.close();
      }
    }
  }

  /// All or nothing; the only writer meanwhile, of all processes. Not nested.
  ///
  /// @param table what is locked against other writers; readers go on
  <T> T write(String table, Supplier<T> work) {
    writing.lock();
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      boolean done = false;
      try {
        try (Statement statement = connection.createStatement()) {
          // A commit that is not on disk is none.
          statement.execute("SET LOCAL synchronous_commit = on");
          statement.execute("LOCK TABLE " + table + " IN SHARE ROW EXCLUSIVE MODE");
        }
        own = connection;
        T result = work.get();
        connection.commit();
        done = true;
        return result;
      } finally {
        own = null;
        if (!done) {
          connection.rollback();
        }
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw failure("writing", shown, e);
    } finally {
      writing.unlock();
    }
  }

  void update(String sql, Object... arguments) {
    Connection connection = own;
    if (connection == null || !writing.isHeldByCurrentThread()) {
      throw new IllegalStateException("an update outside of a write");
    }
    try (PreparedStatement statement = prepare(connection, sql, arguments)) {
      statement.executeUpdate();
    } catch (SQLException e) {
      throw failure("writing", shown, e);
    }
  }

  <T> List<T> query(String sql, RowReader<T> reader, Object... arguments) {
    Connection mine = writing.isHeldByCurrentThread() ? own : null;
    try {
      if (mine != null) {
        return rows(mine, sql, reader, arguments);
      }
      try (Connection connection = pool.getConnection()) {
        return rows(connection, sql, reader, arguments);
      }
    } catch (SQLException e) {
      throw failure("reading", shown, e);
    }
  }

  private static <T> List<T> rows(
      Connection connection, String sql, RowReader<T> reader, Object... arguments)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, arguments);
        ResultSet rows = statement.executeQuery()) {
      List<T> results = new ArrayList<>();
      while (rows.next()) {
        results.add(reader.read(rows));
      }
      return results;
    }
  }

  private static PreparedStatement prepare(Connection connection, String sql, Object... arguments)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < arguments.length; i++) {
      statement.setObject(i + 1, arguments[i]);
    }
    return statement;
  }

  private static UncheckedIOException failure(String what, String shown, Exception cause) {
    return new UncheckedIOException(
        new IOException("%s %s failed: %s".formatted(what, shown, cause.getMessage()), cause));
  }

  @Override
  public void close() {
    pool.close();
  }
}
