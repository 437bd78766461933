package dev.gnomon.engines.tracking;

import dev.gnomon.testkit.TrackingContract;
import dev.gnomon.tracking.Tracking;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Tracking in a Postgres database.
@SuppressWarnings("NullAway.Init") // started before all tests
class PostgresTrackingTest extends TrackingContract {
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
