package dev.gnomon.tracking.spi;

import java.util.Map;

/// Opens one kind of [TrackingStore]; found with `ServiceLoader`.
public interface TrackingProvider {
  /// The name used in the configuration, for example `sqlite`.
  String name();

  /// @throws dev.gnomon.core.BadInput if a setting is missing or unknown
  TrackingStore open(Map<String, String> settings);
}
