package dev.gnomon.features.internal;

import dev.gnomon.features.spi.KeyRecords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A shared store in the memory of this process: what the contract means, in the fewest words, and
/// a store for several nodes in one test.
public final class MemoryKeyRecords {
  private String epoch = "";
  private @Nullable Connection loader;
  private boolean loaded;
  private String origin = "";
  private long generations;
  private int run;
  private final Map<String, Long> applied = new HashMap<>();
  private final Map<String, Integer> nodes = new HashMap<>();
  private final Map<String, Kept> keys = new HashMap<>();

  private static final class Kept {
    private long generation;
    private byte[] state = {};
    private final List<byte[]> records = new ArrayList<>();
  }

  public KeyRecords connect() {
    synchronized (this) {
      return new Connection(run);
    }
  }

  /// As when the process that keeps the records ends and another begins: connections break.
  ///
  /// @param keeping whether its data is there again
  public synchronized void restart(boolean keeping) {
    run++;
    if (!keeping) {
      flush();
    }
  }

  /// Everything is gone; connections stay.
  public synchronized void flush() {
    clear();
    epoch = "";
  }

  private void clear() {
    loader = null;
    loaded = false;
    origin = "";
    applied.clear();
    nodes.clear();
    keys.clear();
  }

  private boolean ready() {
    return loaded && nodes.values().stream().allMatch(confirmed -> confirmed == run);
  }

  private final class Connection implements KeyRecords {
    private final int since;
    private boolean closed;

    Connection(int since) {
      this.since = since;
    }

    @Override
    public boolean isOpen() {
      synchronized (MemoryKeyRecords.this) {
        return !closed && since == run;
      }
    }

    private void open() throws IOException {
      if (!isOpen()) {
        throw new IOException("the connection to the store is closed");
      }
    }

    private boolean current(String wanted) throws IOException {
      open();
      return wanted.equals(epoch);
    }

    @Override
    public Standing standing() throws IOException {
      synchronized (MemoryKeyRecords.this) {
        open();
        Set<String> confirmed = new HashSet<>();
        nodes.forEach((node, confirmedTo) -> {
          if (confirmedTo == run) {
            confirmed.add(node);
          }
        });
        Connection by = loader;
        boolean loading = by != null && by.isOpen();
        return new Standing(epoch, loading, loaded, origin, applied, nodes.keySet(), confirmed);
      }
    }

    @Override
    public boolean begin(String expected, String next) throws IOException {
      synchronized (MemoryKeyRecords.this) {
        Connection by = loader;
        if (!current(expected) || (by != null && by != this && by.isOpen())) {
          return false;
        }
        clear();
        epoch = next;
        loader = this;
        return true;
      }
    }

    @Override
    public boolean load(String wanted, List<Keyed> states) throws IOException {
      synchronized (MemoryKeyRecords.this) {
        if (!current(wanted) || loaded) {
          return false;
        }
        for (Keyed one : states) {
          Kept kept = keys.computeIfAbsent(one.key(), k -> new Kept());
          kept.generation = ++generations;
          kept.state = one.bytes();
        }
        return true;
      }
    }

    @Override
    public boolean loaded(String wanted, String from) throws IOException {
      synchronized (MemoryKeyRecords.this) {
        if (!current(wanted)) {
          return false;
        }
        loaded = true;
        loader = null;
        origin = from;
        return true;
      }
    }

    @Override
    public boolean enlist(String wanted, Collection<String> names) throws IOException {
      synchronized (MemoryKeyRecords.this) {
        if (!current(wanted)) {
          return false;
        }
        names.forEach(node -> nodes.putIfAbsent(node, -1));
        return true;
      }
    }

    @Override
    public boolean forget(String wanted, String node) throws IOException {
      synchronized (MemoryKeyRecords.this) {
        return current(wanted) && nodes.remove(node) != null;
      }
    }

    @Override
    public boolean confirm(String wanted, String node) throws IOException {
      synchronized (MemoryKeyRecords.this) {
        if (!current(wanted) || !loaded) {
          return false;
        }
        nodes.put(node, run);
        return true;
      }
    }

    @Override
    public boolean append(String wanted, String writer, long after, long upTo, List<Keyed> records)
        throws IOException {
      synchronized (MemoryKeyRecords.this) {
        if (!current(wanted) || !loaded || applied.getOrDefault(writer, 0L) != after) {
          return false;
        }
        records.forEach(
            one -> keys.computeIfAbsent(one.key(), k -> new Kept()).records.add(one.bytes()));
        applied.put(writer, upTo);
        return true;
      }
    }

    @Override
    public CompletionStage<Optional<List<Found>>> read(String wanted, List<String> asked) {
      synchronized (MemoryKeyRecords.this) {
        try {
          if (!current(wanted) || !ready()) {
            return CompletableFuture.completedFuture(Optional.empty());
          }
        } catch (IOException e) {
          return CompletableFuture.failedFuture(e);
        }
        List<Found> found = new ArrayList<>();
        for (String key : asked) {
          Kept kept = keys.getOrDefault(key, new Kept());
          found.add(new Found(kept.generation, kept.state, kept.records));
        }
        return CompletableFuture.completedFuture(Optional.of(found));
      }
    }

    @Override
    public CompletionStage<Boolean> compact(String wanted, String key, Found seen, byte[] state) {
      synchronized (MemoryKeyRecords.this) {
        try {
          Kept kept = keys.get(key);
          if (!current(wanted) || kept == null || !stillThere(kept, seen)) {
            return CompletableFuture.completedFuture(false);
          }
          kept.generation = ++generations;
          kept.state = state;
          kept.records.subList(0, seen.records().size()).clear();
          return CompletableFuture.completedFuture(true);
        } catch (IOException e) {
          return CompletableFuture.failedFuture(e);
        }
      }
    }

    private static boolean stillThere(Kept kept, Found seen) {
      int count = seen.records().size();
      return kept.generation == seen.generation()
          && kept.records.size() >= count
          && (count == 0 || Arrays.equals(kept.records.getFirst(), seen.records().getFirst()));
    }

    @Override
    public Set<String> keys(String wanted, String begin) throws IOException {
      synchronized (MemoryKeyRecords.this) {
        return current(wanted)
            ? keys.keySet().stream()
                .filter(key -> key.startsWith(begin))
                .collect(Collectors.toUnmodifiableSet())
            : Set.of();
      }
    }

    @Override
    public boolean erase(String wanted, String key) throws IOException {
      synchronized (MemoryKeyRecords.this) {
        return current(wanted) && keys.remove(key) != null;
      }
    }

    @Override
    public void sweep(String wanted) {}

    @Override
    public void close() {
      synchronized (MemoryKeyRecords.this) {
        closed = true;
      }
    }
  }
}
