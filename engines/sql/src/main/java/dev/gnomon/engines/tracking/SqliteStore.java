package dev.gnomon.engines.tracking;

import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.TrackingError.Code;
import dev.gnomon.tracking.spi.TrackingRows;
import dev.gnomon.tracking.spi.TrackingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Tracking in one SQLite file: one connection writes, a few read.
///
/// Write-ahead log and `synchronous=FULL`: a commit is on disk when it returns, and readers, of
/// other processes too, go on while one writes. Writers of this process wait for each other at a
/// lock, those of others for up to [#BUSY_MILLIS].
final class SqliteStore implements TrackingStore {
  private static final int BUSY_MILLIS = 10_000;
  private static final int READERS = 4;
  private static final int CACHE_KIB = 16_384;

  /// Of 4 KiB in the write-ahead log. A page that many commits change is moved once.
  private static final int CHECKPOINT_PAGES = 8_000;

  /// Two stores of one process must not migrate at once: file locks hold between processes only.
  private static final ReentrantLock MIGRATING = new ReentrantLock();

  private final Path file;
  private final SQLiteConfig config;
  private final Names.Known names = new Names.Known();
  private final ReentrantLock writing = new ReentrantLock();
  private final Semaphore readers = new Semaphore(READERS);
  private final Deque<Connection> idle = new ArrayDeque<>();
  private @Nullable Connection writer;
  private boolean closed;

  private SqliteStore(Path file, SQLiteConfig config) {
    this.file = file;
    this.config = config;
  }

  static SqliteStore open(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setCacheSize(-CACHE_KIB);
    config.enforceForeignKeys(true);
    SqliteStore store = new SqliteStore(file, config);
    MIGRATING.lock();
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      store.prepare();
      return store;
    } catch (SQLException e) {
      throw store.failure("opening", e);
    } catch (IOException | FlywayException e) {
      throw new UncheckedIOException(
          new IOException("opening %s failed: %s".formatted(file, e.getMessage()), e));
    } finally {
      MIGRATING.unlock();
    }
  }

  private void prepare() throws IOException, SQLException {
    Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      try (Connection first = connect()) {
        execute(first, "PRAGMA journal_mode = WAL");
      }
      SQLiteDataSource source = new SQLiteDataSource(config);
      source.setUrl(url());
      Migrations.run(source, "sqlite", "", file.toString());
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
  public <T> T write(Function<TrackingRows, T> work) {
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

  private <T> T transact(Connection connection, String begin, Function<TrackingRows, T> work)
      throws SQLException {
    if (closed) {
      throw new IllegalStateException(file + " is closed");
    }
    execute(connection, begin);
    boolean done = false;
    try {
      Session session = new Session(connection, Dialect.SQLITE, names);
      T result = work.apply(new SqlRows(session));
      execute(connection, "COMMIT");
      done = true;
      session.names().committed();
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

  @Override
  public <T> T read(Function<TrackingRows, T> work) {
    readers.acquireUninterruptibly();
    Connection connection = null;
    try {
      connection = idle();
      T result = transact(connection, "BEGIN", work);
      giveBack(connection);
      return result;
    } catch (TrackingError e) {
      if (connection != null) {
        giveBack(connection);
      }
      throw e;
    } catch (SqlFailure e) {
      drop(connection);
      throw failure("reading", e.error());
    } catch (SQLException e) {
      drop(connection);
      throw failure("reading", e);
    } catch (RuntimeException e) {
      drop(connection);
      throw e;
    } finally {
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
      if (!closed) {
        idle.addFirst(connection);
        return;
      }
    }
    closeQuietly(connection);
  }

  private static void drop(@Nullable Connection connection) {
    if (connection != null) {
      closeQuietly(connection);
    }
  }

  private RuntimeException failure(String what, SQLException e) {
    if (e instanceof SQLiteException sqlite) {
      int code = sqlite.getResultCode().code & 0xff;
      if (code == SQLiteErrorCode.SQLITE_FULL.code) {
        return unavailable(
            "The disk of %s is full: nothing was changed. Make room and try again."
                .formatted(file));
      }
      if (code == SQLiteErrorCode.SQLITE_BUSY.code || code == SQLiteErrorCode.SQLITE_LOCKED.code) {
        return unavailable(
            "Another process held %s for more than %d s: nothing was changed. Try again."
                .formatted(file, BUSY_MILLIS / 1_000));
      }
    }
    return new UncheckedIOException(
        new IOException("%s %s failed: %s".formatted(what, file, e.getMessage()), e));
  }

  private static TrackingError unavailable(String message) {
    return new TrackingError(Code.TEMPORARILY_UNAVAILABLE, message);
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
        idle.forEach(SqliteStore::closeQuietly);
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
