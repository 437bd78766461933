package dev.gnomon.testkit;

import dev.gnomon.features.SharedSettings;
import dev.gnomon.features.spi.KeyRecords;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// A store of records whose reads go wrong as a test says: they fail, hang, or the whole store is
/// gone. Writes go through, unless it is gone.
public final class FaultyKeyRecords {
  /// What becomes of a read.
  public enum Reads {
    ANSWERED,
    /// They fail at once; the connection stays.
    FAILING,
    /// No answer comes, until [#release].
    HANGING
  }

  private final SharedSettings.Connector store;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger failNext = new AtomicInteger();
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private volatile Reads reads = Reads.ANSWERED;
  private volatile boolean gone;

  /// @param store what is asked behind it
  public FaultyKeyRecords(SharedSettings.Connector store) {
    this.store = store;
  }

  public KeyRecords connect(String space) throws IOException {
    requireThere();
    return new Connection(store.connect(space));
  }

  public void reads(Reads now) {
    reads = now;
  }

  /// So many reads fail, then they are as [#reads] says.
  public void failNext(int count) {
    failNext.set(count);
  }

  /// Ends the store: connections break and no other comes about; or brings it back.
  public void gone(boolean now) {
    gone = now;
  }

  /// Reads that were begun.
  public int asked() {
    return asked.get();
  }

  /// Reads that hang.
  public int hanging() {
    return waiting.size();
  }

  /// Answers what hangs.
  public void release() {
    for (Runnable one = waiting.poll(); one != null; one = waiting.poll()) {
      one.run();
    }
  }

  private void requireThere() throws IOException {
    if (gone) {
      throw new IOException("the store is gone");
    }
  }

  private final class Connection implements KeyRecords {
    private final KeyRecords to;

    Connection(KeyRecords to) {
      this.to = to;
    }

    @Override
    public boolean isOpen() {
      return !gone && to.isOpen();
    }

    @Override
    public Standing standing() throws IOException {
      requireThere();
      return to.standing();
    }

    @Override
    public boolean begin(String expected, String epoch) throws IOException {
      requireThere();
      return to.begin(expected, epoch);
    }

    @Override
    public boolean load(String epoch, List<Keyed> states) throws IOException {
      requireThere();
      return to.load(epoch, states);
    }

    @Override
    public boolean loaded(String epoch, String origin) throws IOException {
      requireThere();
      return to.loaded(epoch, origin);
    }

    @Override
    public boolean enlist(String epoch, Collection<String> nodes) throws IOException {
      requireThere();
      return to.enlist(epoch, nodes);
    }

    @Override
    public boolean forget(String epoch, String node) throws IOException {
      requireThere();
      return to.forget(epoch, node);
    }

    @Override
    public boolean confirm(String epoch, String node) throws IOException {
      requireThere();
      return to.confirm(epoch, node);
    }

    @Override
    public boolean append(String epoch, String writer, long after, long upTo, List<Keyed> records)
        throws IOException {
      requireThere();
      return to.append(epoch, writer, after, upTo, records);
    }

    @Override
    public CompletionStage<Optional<List<Found>>> read(String epoch, List<String> keys) {
      asked.incrementAndGet();
      if (gone || failNext.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        return CompletableFuture.failedFuture(new IOException("the read failed"));
      }
      return switch (reads) {
        case ANSWERED -> to.read(epoch, keys);
        case FAILING -> CompletableFuture.failedFuture(new IOException("the read failed"));
        case HANGING -> {
          CompletableFuture<Optional<List<Found>>> late = new CompletableFuture<>();
          waiting.add(() -> {
            var _ =
                to.read(epoch, keys)
                    .whenComplete((found, failure) -> {
                      if (failure == null) {
                        late.complete(found);
                      } else {
                        late.completeExceptionally(failure);
                      }
                    });
          });
          yield late;
        }
      };
    }

    @Override
    public CompletionStage<Boolean> compact(String epoch, String key, Found seen, byte[] state) {
      return to.compact(epoch, key, seen, state);
    }

    @Override
    public Set<String> keys(String epoch, String begin) throws IOException {
      requireThere();
      return to.keys(epoch, begin);
    }

    @Override
    public boolean erase(String epoch, String key) throws IOException {
      requireThere();
      return to.erase(epoch, key);
    }

    @Override
    public void sweep(String epoch) throws IOException {
      requireThere();
      to.sweep(epoch);
    }

    @Override
    public void close() {
      to.close();
    }
  }
}
