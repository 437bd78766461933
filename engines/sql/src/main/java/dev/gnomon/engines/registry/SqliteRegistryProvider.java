package dev.gnomon.engines.registry;

import dev.gnomon.core.BadInput;
import dev.gnomon.registry.spi.RegistryProvider;
import dev.gnomon.registry.spi.RegistryStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/// Opens a registry in an SQLite file; the name is `sqlite`, its one setting is `path`.
public final class SqliteRegistryProvider implements RegistryProvider {
  @Override
  public String name() {
    return "sqlite";
  }

  @Override
  public RegistryStore open(Map<String, String> settings) {
    String path = settings.get("path");
    if (path == null || path.isBlank() || !settings.keySet().equals(Set.of("path"))) {
      throw new BadInput(
          "registry 'sqlite'", "settings " + settings.keySet(), "exactly one: path, a file");
    }
    return SqlRegistryStore.sqlite(Path.of(path));
  }
}
