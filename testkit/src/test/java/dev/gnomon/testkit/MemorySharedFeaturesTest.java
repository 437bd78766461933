package dev.gnomon.testkit;

import dev.gnomon.features.internal.MemoryKeyRecords;
import dev.gnomon.features.spi.KeyRecords;
import java.io.IOException;

class MemorySharedFeaturesTest extends SharedFeaturesContract {
  private final MemoryKeyRecords store = new MemoryKeyRecords();
  private volatile boolean away;

  @Override
  protected KeyRecords connect(String space) throws IOException {
    if (away) {
      throw new IOException("the store ended");
    }
    return store.connect();
  }

  @Override
  protected void flush() {
    store.flush();
  }

  @Override
  protected void save() {}

  @Override
  protected void kill() {
    away = true;
    store.restart(true);
  }

  @Override
  protected void start(boolean saved) {
    store.restart(saved);
    away = false;
  }

  @Override
  protected int worlds() {
    return 12;
  }
}
