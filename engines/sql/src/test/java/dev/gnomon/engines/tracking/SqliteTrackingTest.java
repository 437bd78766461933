package dev.gnomon.engines.tracking;

import dev.gnomon.testkit.TrackingContract;
import dev.gnomon.tracking.Tracking;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/// Tracking in an SQLite file.
class SqliteTrackingTest extends TrackingContract {
  @TempDir private Path directory = Path.of("");

  @Override
  protected Tracking openEmpty() {
    return Tracking.open(
        "sqlite", Map.of("path", directory.resolve("tracking.db").toString()), clock);
  }
}
