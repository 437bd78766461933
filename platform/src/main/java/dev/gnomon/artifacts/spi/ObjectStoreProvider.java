package dev.gnomon.artifacts.spi;

import java.net.URI;
import java.util.List;
import java.util.Map;

/// Opens one kind of [ObjectStore]; found with `ServiceLoader`.
public interface ObjectStoreProvider {
  /// The schemes of the addresses it takes, for example `s3`.
  List<String> schemes();

  /// @param settings usually the environment
  /// @throws dev.gnomon.core.BadInput when the address or a setting can't be used
  ObjectStore open(URI address, Map<String, String> settings);
}
