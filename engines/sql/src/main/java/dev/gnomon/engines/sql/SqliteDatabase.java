package dev.gnomon.engines.sql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// One SQLite file: one connection writes, a few read.
///
/// Write-ahead log and `synchronous=FULL`: a commit is on disk when it returns, and readers, of
/// other processes too, go on while one writes. Writers of this process wait for each other at a
/// lock, those of others for up to [#BUSY_MILLIS].
public final class SqliteDatabase implements Database {
  private static final int BUSY_MILLIS = 10_000;
  private static final int READERS = 4;
  private static final int CACHE_KIB = 16_384;

  /// Of 4 KiB in the write-ahead log. A page that many commits change is moved once.
  private static final int CHECKPOINT_PAGES = 8_000;

  /// Two stores of one process must not migrate at once: file locks hold between processes only.
  private static final ReentrantLock MIGRATING = new ReentrantLock();

  private final Path file;
  private final SQLiteConfig config;
  private final ReentrantLock writing = new ReentrantLock();
  private final Semaphore readers = new Semaphore(READERS);
  private final Deque<Connection> idle = new ArrayDeque<>();
  private @Nullable Connection writer;
  private boolean closed;

  private SqliteDatabase(Path file, SQLiteConfig config) {
    this.file = file;
    this.config = config;
  }

  /// Makes the file and its folder where there is none, and brings the tables to the present
  /// version.
  ///
  /// @throws dev.gnomon.core.Refusal if a newer version wrote it
  public static SqliteDatabase open(Path file, Migrations migrations) {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setCacheSize(-CACHE_KIB);
    config.enforceForeignKeys(true);
    SqliteDatabase database = new SqliteDatabase(file, config);
    MIGRATING.lock();
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      database.prepare(migrations);
      return database;
    } catch (SQLException e) {
      throw database.failure("opening", e);
    } catch (IOException | FlywayException e) {
      throw new DatabaseFailure(false, "opening %s failed: %s".formatted(file, e.getMessage()), e);
    } finally {
      MIGRATING.unlock();
    }
  }

  /// Of processes that come at once, one makes the tables.
  private void prepare(Migrations migrations) throws IOException, SQLException {
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl(url());
    if (Files.exists(file) && isReady(source, migrations)) {
      return;
    }
    try (FileChannel channel =
            FileChannel.open(lockFile(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      int before;
      try (Connection first = connect()) {
        execute(first, "PRAGMA journal_mode = WAL");
        before = userVersion(first);
      }
      if (!migrations.done(source, before, file.toString())) {
        migrations.run(source, before);
      }
    }
  }

  private boolean isReady(SQLiteDataSource source, Migrations migrations) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet mode = statement.executeQuery("PRAGMA journal_mode")) {
      return mode.getString(1).equals("wal")
          && migrations.done(source, userVersion(connection), file.toString());
    }
  }

  /// Held while tables are made; it stays beside the file.
  public static Path lockFile(Path file) {
    return file.resolveSibling(file.getFileName() + ".lock");
  }

  /// The number a file has that was made before migrations had a history; 0 in all others.
  private static int userVersion(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA user_version")) {
      return row.getInt(1);
    }
  }

  private String url() {
    return "jdbc:sqlite:" + file.toAbsolutePath();
  }

  private Connection connect() throws SQLException {
    Connection connection = config.createConnection(url());
    execute(connection, "PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
    return connection;
  }

  @Override
  public <T> T write(Work<T> work) {
    writing.lock();
    try {
      Connection connection = writer == null ? connect() : writer;
      writer = connection;
      return transact(connection, "BEGIN IMMEDIATE", work);
    } catch (SqlFailure e) {
      throw failure("writing", e.error());
    } catch (SQLException e) {
      throw failure("writing", e);
    } finally {
      writing.unlock();
    }
  }

  private <T> T transact(Connection connection, String begin, Work<T> work) throws SQLException {
    if (closed) {
      throw new IllegalStateException(file + " is closed");
    }
    execute(connection, begin);
    boolean done = false;
    try {
      T result = work.in(connection);
      execute(connection, "COMMIT");
      done = true;
      return result;
    } finally {
      if (!done) {
        rollBack(connection);
      }
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  /// A full disk may have ended the transaction already. A connection that can't even roll back is
  /// given up, which does it too.
  @SuppressWarnings("ReferenceEquality") // whether it is that connection
  private void rollBack(Connection connection) {
    try {
      execute(connection, "ROLLBACK");
    } catch (SQLException e) {
      boolean over = String.valueOf(e.getMessage()).contains("no transaction is active");
      if (!over) {
        if (connection == writer) {
          writer = null;
        }
        closeQuietly(connection);
      }
    }
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // nothing more can be done with it, and the first error is the one to tell
    }
  }

  /// A connection whose work threw goes on to be used if it could be rolled back.
  @Override
  public <T> T read(Work<T> work) {
    readers.acquireUninterruptibly();
    Connection connection = null;
    try {
      connection = idle();
      return transact(connection, "BEGIN", work);
    } catch (SqlFailure e) {
      throw failure("reading", e.error());
    } catch (SQLException e) {
      throw failure("reading", e);
    } finally {
      if (connection != null) {
        giveBack(connection);
      }
      readers.release();
    }
  }

  private Connection idle() throws SQLException {
    synchronized (idle) {
      Connection connection = idle.pollFirst();
      if (connection != null) {
        return connection;
      }
    }
    return connect();
  }

  private void giveBack(Connection connection) {
    synchronized (idle) {
      if (!closed && isOpen(connection)) {
        idle.addFirst(connection);
        return;
      }
    }
    closeQuietly(connection);
  }

  private static boolean isOpen(Connection connection) {
    try {
      return !connection.isClosed();
    } catch (SQLException e) {
      return false;
    }
  }

  private DatabaseFailure failure(String what, SQLException e) {
    if (e instanceof SQLiteException sqlite) {
      int code = sqlite.getResultCode().code & 0xff;
      if (code == SQLiteErrorCode.SQLITE_FULL.code) {
        return new DatabaseFailure(
            true,
            "The disk of %s is full: nothing was changed. Make room and try again.".formatted(file),
            e);
      }
      if (code == SQLiteErrorCode.SQLITE_BUSY.code || code == SQLiteErrorCode.SQLITE_LOCKED.code) {
        return new DatabaseFailure(
            true,
            "Another process held %s for more than %d s: nothing was changed. Try again."
                .formatted(file, BUSY_MILLIS / 1_000),
            e);
      }
    }
    return new DatabaseFailure(false, "%s %s failed: %s".formatted(what, file, e.getMessage()), e);
  }

  /// The copy is read from a snapshot: others go on reading and writing.
  @Override
  public void backup(Path target) throws IOException {
    try (Connection connection = connect();
        var copy = connection.prepareStatement("VACUUM INTO ?")) {
      copy.setString(1, target.toAbsolutePath().toString());
      copy.executeUpdate();
    } catch (SQLException e) {
      throw failure("copying", e);
    }
    try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  @Override
  public void close() {
    writing.lock();
    try {
      synchronized (idle) {
        closed = true;
        idle.forEach(SqliteDatabase::closeQuietly);
        idle.clear();
      }
      if (writer != null) {
        closeQuietly(writer);
        writer = null;
      }
    } finally {
      writing.unlock();
    }
  }
}
