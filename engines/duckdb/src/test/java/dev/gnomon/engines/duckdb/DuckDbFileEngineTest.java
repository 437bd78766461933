package dev.gnomon.engines.duckdb;

import dev.gnomon.data.FileEngines;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.testkit.FileEngineContract;

class DuckDbFileEngineTest extends FileEngineContract {
  @Override
  protected FileEngine engine() {
    return FileEngines.find();
  }
}
