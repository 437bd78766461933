package dev.gnomon.models.spi;

import dev.gnomon.models.Bundle;
import java.util.Map;

/// Writes a bundle down in another format, so that programs without this platform score with it;
/// found with `ServiceLoader`.
public interface BundleFormat {
  /// The name in commands: `onnx`.
  String name();

  /// @param facts for whoever reads the file: version, hash
  /// @return the bytes of one file
  /// @throws dev.gnomon.core.Refusal naming every part of the bundle that has no form there
  byte[] bytes(Bundle bundle, Map<String, String> facts);
}
