package dev.gnomon.registry.spi;

import java.util.Map;

/// Opens one kind of [RegistryStore]; found with `ServiceLoader`.
public interface RegistryProvider {
  /// The name used in the configuration, for example `sqlite`.
  String name();

  /// @throws dev.gnomon.core.BadInput if a setting is missing or unknown
  RegistryStore open(Map<String, String> settings);
}
