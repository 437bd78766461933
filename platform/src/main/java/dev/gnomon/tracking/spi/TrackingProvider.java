package dev.gnomon.tracking.spi;

import java.util.Map;
import java.util.function.Supplier;

/// Opens one kind of [TrackingStore]; found with `ServiceLoader`.
public interface TrackingProvider {
  /// The name used in the configuration, for example `sqlite`.
  String name();

  /// Looks at the settings, and at nothing else.
  ///
  /// @return opens the store; may be called again after it has failed
  /// @throws dev.gnomon.core.BadInput if a setting is missing or unknown
  Supplier<TrackingStore> opening(Map<String, String> settings);
}
