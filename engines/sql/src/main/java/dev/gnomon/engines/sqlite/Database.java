package dev.gnomon.engines.sqlite;

import dev.gnomon.core.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// One connection to an SQLite file, shared by all threads behind a lock.
///
/// Write-ahead log and `synchronous=FULL`: a commit is on disk when it returns, and other processes
/// read while one writes. A writer waits for another for up to [#BUSY_MILLIS].
final class Database implements AutoCloseable {
  private static final int BUSY_MILLIS = 10_000;

  private final Path file;
  private final Connection connection;
  private final ReentrantLock lock = new ReentrantLock();

  /// Reads one row.
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private Database(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /// @param migrations script i brings a file from version i to i + 1; the version is the file's
  ///   `user_version`
  static Database open(Path file, List<String> migrations) {
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      SQLiteConfig config = new SQLiteConfig();
      config.setBusyTimeout(BUSY_MILLIS);
      config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
      config.enforceForeignKeys(true);
      Database database =
          new Database(file, config.createConnection("jdbc:sqlite:" + file.toAbsolutePath()));
      boolean done = false;
      try {
        database.writeAhead();
        database.migrate(migrations);
        done = true;
        return database;
      } finally {
        if (!done) {
          database.close();
        }
      }
    } catch (SQLException | IOException e) {
      throw failure("opening", file, e);
    }
  }

  /// Two processes that switch a new file at the same moment: the loser is told "busy" at once, for
  /// waiting could be a deadlock. By the time it asks again the file is switched.
  private void writeAhead() throws SQLException {
    long end = System.nanoTime() + BUSY_MILLIS * 1_000_000L;
    while (true) {
      try {
        execute("PRAGMA journal_mode = WAL");
        return;
      } catch (SQLiteException e) {
        boolean busy = (e.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code;
        if (!busy || System.nanoTime() > end) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
  }

  private void migrate(List<String> migrations) {
    write(() -> {
      int version = query("PRAGMA user_version", row -> row.getInt(1)).getFirst();
      if (version > migrations.size()) {
        throw new Refusal(
            file.toString(),
            "written by a newer version (schema %d)".formatted(version),
            "a file of schema %d or older; upgrade to read this one".formatted(migrations.size()));
      }
      try {
        for (String script : migrations.subList(version, migrations.size())) {
          execute(script);
        }
        execute("PRAGMA user_version = " + migrations.size());
      } catch (SQLException e) {
        throw failure("migrating", file, e);
      }
      return version;
    });
  }

  private void execute(String script) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(script);
    }
  }

  /// All or nothing; the only writer meanwhile. Not nested.
  <T> T write(Supplier<T> work) {
    lock.lock();
    try {
      execute("BEGIN IMMEDIATE");
      boolean done = false;
      try {
        T result = work.get();
        execute("COMMIT");
        done = true;
        return result;
      } finally {
        if (!done) {
          execute("ROLLBACK");
        }
      }
    } catch (SQLException e) {
      throw failure("writing", file, e);
    } finally {
      lock.unlock();
    }
  }

  void update(String sql, Object... arguments) {
    lock.lock();
    try (PreparedStatement statement = prepare(sql, arguments)) {
      statement.executeUpdate();
    } catch (SQLException e) {
      throw failure("writing", file, e);
    } finally {
      lock.unlock();
    }
  }

  <T> List<T> query(String sql, RowReader<T> reader, Object... arguments) {
    lock.lock();
    try (PreparedStatement statement = prepare(sql, arguments);
        ResultSet rows = statement.executeQuery()) {
      List<T> results = new ArrayList<>();
      while (rows.next()) {
        results.add(reader.read(rows));
      }
      return results;
    } catch (SQLException e) {
      throw failure("reading", file, e);
    } finally {
      lock.unlock();
    }
  }

  private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < arguments.length; i++) {
      statement.setObject(i + 1, arguments[i]);
    }
    return statement;
  }

  /// The copy is read from a snapshot; other processes go on writing, threads of this one wait.
  void copyTo(Path target) throws IOException {
    update("VACUUM INTO ?", target.toAbsolutePath().toString());
    try (var channel =
        java.nio.channels.FileChannel.open(target, java.nio.file.StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static UncheckedIOException failure(String what, Path file, Exception cause) {
    return new UncheckedIOException(
        new IOException("%s %s failed: %s".formatted(what, file, cause.getMessage()), cause));
  }

  @Override
  public void close() {
    lock.lock();
    try {
      connection.close();
    } catch (SQLException e) {
      throw failure("closing", file, e);
    } finally {
      lock.unlock();
    }
  }
}
