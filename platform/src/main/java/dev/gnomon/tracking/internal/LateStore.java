package dev.gnomon.tracking.internal;

import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.TrackingError.Code;
import dev.gnomon.tracking.spi.TrackingRows;
import dev.gnomon.tracking.spi.TrackingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A store that is opened by its first call. So a process that also does other things, such as
/// deciding, neither waits for a database nor needs it.
///
/// When opening fails, the call fails with it, and a later one tries again; calls that come within
/// [#PAUSE_NANOS] are answered with the same failure at once, instead of each waiting in turn for a
/// server that does not answer.
final class LateStore implements TrackingStore {
  private static final long PAUSE_NANOS = 1_000_000_000;

  private final Supplier<TrackingStore> opening;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable TrackingStore opened;
  private @Nullable RuntimeException failure;
  private long failedAt;
  private boolean closed;

  /// @param opening may be called again when it has failed
  LateStore(Supplier<TrackingStore> opening) {
    this.opening = opening;
  }

  private TrackingStore store() {
    TrackingStore store = opened;
    return store == null ? open() : store;
  }

  private TrackingStore open() {
    lock.lock();
    try {
      TrackingStore store = opened;
      if (store != null) {
        return store;
      }
      if (closed) {
        throw new IllegalStateException("the store of tracking is closed");
      }
      if (failure != null && System.nanoTime() - failedAt < PAUSE_NANOS) {
        throw failure;
      }
      try {
        store = opening.get();
      } catch (UncheckedIOException e) {
        throw failed(
            new TrackingError(
                Code.TEMPORARILY_UNAVAILABLE, "Tracking can't be opened: " + e.getMessage()));
      } catch (RuntimeException e) {
        throw failed(e);
      }
      failure = null;
      opened = store;
      return store;
    } finally {
      lock.unlock();
    }
  }

  private RuntimeException failed(RuntimeException e) {
    failure = e;
    failedAt = System.nanoTime();
    return e;
  }

  @Override
  public <T> T write(Function<TrackingRows, T> work) {
    return store().write(work);
  }

  @Override
  public <T> T read(Function<TrackingRows, T> work) {
    return store().read(work);
  }

  @Override
  public void backup(Path file) throws IOException {
    store().backup(file);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      TrackingStore store = opened;
      if (store != null) {
        store.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
