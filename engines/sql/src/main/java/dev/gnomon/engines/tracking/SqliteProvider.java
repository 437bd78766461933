package dev.gnomon.engines.tracking;

import dev.gnomon.core.BadInput;
import dev.gnomon.tracking.spi.TrackingProvider;
import dev.gnomon.tracking.spi.TrackingStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Opens tracking in an SQLite file; the name is `sqlite`, its one setting is `path`.
public final class SqliteProvider implements TrackingProvider {
  @Override
  public String name() {
    return "sqlite";
  }

  @Override
  public Supplier<TrackingStore> opening(Map<String, String> settings) {
    String path = settings.get("path");
    if (path == null || path.isBlank() || !settings.keySet().equals(Set.of("path"))) {
      throw new BadInput(
          "tracking 'sqlite'", "settings " + settings.keySet(), "exactly one: path, a file");
    }
    Path file = Path.of(path);
    return () -> SqlTrackingStore.sqlite(file);
  }
}
