package dev.gnomon.testkit;

import dev.gnomon.features.internal.MemoryKeyRecords;
import dev.gnomon.features.spi.KeyRecords;

class MemoryKeyRecordsTest extends KeyRecordsContract {
  private final MemoryKeyRecords store = new MemoryKeyRecords();

  @Override
  protected KeyRecords connect() {
    return store.connect();
  }

  @Override
  protected void flush() {
    store.flush();
  }
}
