package dev.gnomon.scoring;

import dev.gnomon.data.Table;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Reads chunks on the calling thread while others score and keep those before, and hands on what
/// is done in the order of the input.
///
/// A chunk is the work of one thread, so that none waits for another; there are never more than a
/// few chunks in memory, however long the input.
final class Pipeline {
  private final Parts parts;
  private final ChunkScorer scorer;
  private final int threads;

  Pipeline(Parts parts, ChunkScorer scorer, int threads) {
    this.parts = parts;
    this.scorer = scorer;
    this.threads = threads;
  }

  /// Told of each part in the order of the input.
  interface Done {
    /// @param reused whether a run before had scored it
    void part(Table part, boolean reused);
  }

  private record Part(Table table, boolean reused) {}

  /// @return how many parts there are
  int run(Observations rows, int chunk, Done done) {
    int number = 0;
    ArrayDeque<Future<Part>> flying = new ArrayDeque<>();
    ExecutorService workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("scoring-", 0).factory());
    try (Observations.Pass pass = rows.open(chunk)) {
      for (Optional<Observations.Chunk> next = pass.next(); next.isPresent(); next = pass.next()) {
        Observations.Chunk one = next.get();
        int at = number++;
        flying.add(workers.submit(() -> part(at, one)));
        if (flying.size() > threads + 1) {
          finish(flying.remove(), done);
        }
      }
      while (!flying.isEmpty()) {
        finish(flying.remove(), done);
      }
      return number;
    } finally {
      workers.shutdownNow(); // after a failure: what has not begun is not wanted
      workers.close();
    }
  }

  private Part part(int number, Observations.Chunk chunk) {
    if (parts.has(number)) {
      return new Part(parts.read(number), true);
    }
    Table part = scorer.score(chunk);
    parts.write(number, part);
    return new Part(part, false);
  }

  private static void finish(Future<Part> future, Done done) {
    try {
      Part part = future.get();
      done.part(part.table, part.reused);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while scoring", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
