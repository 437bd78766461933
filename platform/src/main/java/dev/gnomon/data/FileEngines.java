package dev.gnomon.data;

import dev.gnomon.core.BadInput;
import dev.gnomon.data.spi.FileEngine;
import java.util.ServiceLoader;

/// Finds the engine that decodes files.
public final class FileEngines {
  private FileEngines() {}

  /// The engine on the class path.
  ///
  /// @throws BadInput naming the module to add when there is none
  public static FileEngine find() {
    return ServiceLoader.load(FileEngine.class)
        .findFirst()
        .orElseThrow(() ->
            new BadInput(
                "class path", "no engine that reads files", "add the module gnomon-engine-duckdb"));
  }
}
