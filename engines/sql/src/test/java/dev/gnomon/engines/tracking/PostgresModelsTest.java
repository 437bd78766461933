package dev.gnomon.engines.tracking;

import dev.gnomon.testkit.TrackedModelsContract;
import dev.gnomon.tracking.Tracking;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Models in a Postgres database.
@SuppressWarnings("NullAway.Init") // started before all tests
class PostgresModelsTest extends TrackedModelsContract {
  private static Postgres postgres;

  @BeforeAll
  static void start() throws IOException {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  @Override
  protected Tracking openEmpty() throws SQLException {
    postgres.clear();
    return postgres.open(clock);
  }
}
