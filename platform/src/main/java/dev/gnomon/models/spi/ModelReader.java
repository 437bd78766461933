package dev.gnomon.models.spi;

import dev.gnomon.models.Model;
import java.nio.file.Path;

/// Reads back what [Model#write] wrote, without the library that trained it; found with
/// `ServiceLoader`.
public interface ModelReader {
  String kind();

  /// @throws dev.gnomon.core.BadInput when the files are not such a model
  Model read(Path directory);
}
