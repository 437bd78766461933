package dev.gnomon.engines.tracking;

import dev.gnomon.tracking.Tracking;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Map;

/// A real server for the tests of a class.
final class Postgres implements AutoCloseable {
  private final EmbeddedPostgres server;

  Postgres() throws IOException {
    server = EmbeddedPostgres.start();
  }

  Tracking open(InstantSource clock) {
    return Tracking.open(
        "postgres",
        Map.of(
            "url", server.getJdbcUrl("postgres", "postgres"), "user", "postgres", "password", ""),
        clock);
  }

  void clear() throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS tracking CASCADE");
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
