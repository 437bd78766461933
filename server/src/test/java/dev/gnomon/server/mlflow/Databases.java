package dev.gnomon.server.mlflow;

import dev.gnomon.tracking.Tracking;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// What tracking is kept in.
enum Databases {
  SQLITE {
    @Override
    Tracking open(Path folder) {
      return Tracking.open(
          "sqlite",
          Map.of("path", folder.resolve("tracking.db").toString()),
          InstantSource.system());
    }
  },
  POSTGRES {
    @Override
    Tracking open(Path folder) throws SQLException {
      String name = "tracking" + COUNT.incrementAndGet();
      try (Connection connection = Server.ONE.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement()) {
        var _ = statement.execute("CREATE DATABASE " + name);
      }
      return Tracking.open(
          "postgres",
          Map.of(
              "url", Server.ONE.getJdbcUrl("postgres", name), "user", "postgres", "password", ""),
          InstantSource.system());
    }
  };

  private static final AtomicInteger COUNT = new AtomicInteger();

  /// One for all tests of this process; it ends with it.
  private static final class Server {
    static final EmbeddedPostgres ONE = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// An empty one.
  ///
  /// @param folder for its files
  abstract Tracking open(Path folder) throws SQLException;
}
