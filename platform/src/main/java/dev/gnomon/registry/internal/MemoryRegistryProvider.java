package dev.gnomon.registry.internal;

import dev.gnomon.core.BadInput;
import dev.gnomon.registry.spi.RegistryProvider;
import dev.gnomon.registry.spi.RegistryStore;
import java.util.Map;

/// Opens an empty [MemoryRegistryStore]; the name is `memory`, and there is nothing to set.
public final class MemoryRegistryProvider implements RegistryProvider {
  @Override
  public String name() {
    return "memory";
  }

  @Override
  public RegistryStore open(Map<String, String> settings) {
    if (!settings.isEmpty()) {
      throw new BadInput("registry 'memory'", "settings " + settings.keySet(), "it has none");
    }
    return new MemoryRegistryStore();
  }
}
