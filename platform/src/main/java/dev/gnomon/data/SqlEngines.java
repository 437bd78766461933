package dev.gnomon.data;

import dev.gnomon.core.BadInput;
import dev.gnomon.data.spi.SqlEngine;
import java.util.ServiceLoader;

/// Finds the engine that reads and writes a database.
public final class SqlEngines {
  private SqlEngines() {}

  /// The engine on the class path that takes the address.
  ///
  /// @throws BadInput naming the module to add when there is none
  public static SqlEngine find(String address) {
    return ServiceLoader.load(SqlEngine.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(engine -> engine.takes(address))
        .findFirst()
        .orElseThrow(() ->
            new BadInput(
                "class path",
                "no engine that reads databases",
                "add the module gnomon-engine-sql"));
  }
}
