package dev.gnomon.engines.tracking;

import dev.gnomon.testkit.TrackedModelsContract;
import dev.gnomon.tracking.Tracking;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/// Models in an SQLite file.
class SqliteModelsTest extends TrackedModelsContract {
  @TempDir private Path directory = Path.of("");

  @Override
  protected Tracking openEmpty() {
    return Tracking.open(
        "sqlite", Map.of("path", directory.resolve("tracking.db").toString()), clock);
  }
}
