package dev.gnomon.features.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Numbered tasks on a stated number of threads; the results come back in the order of the tasks.
final class Parallel {
  private Parallel() {}

  /// One task, with what its thread keeps from task to task.
  interface Task<W, R> {
    R run(W worker, int number);
  }

  static <W, R> List<R> run(int threads, int tasks, Supplier<W> worker, Task<W, R> task) {
    @Nullable Object[] results = new @Nullable Object[tasks];
    AtomicInteger next = new AtomicInteger();
    Runnable loop =
        () -> {
          W own = worker.get();
          int number = next.getAndIncrement();
          while (number < tasks) {
            results[number] = task.run(own, number);
            number = next.getAndIncrement();
          }
        };
    int helpers = Math.min(threads, tasks) - 1;
    if (helpers <= 0) {
      loop.run();
      return collected(results);
    }
    try (ExecutorService executor =
        Executors.newFixedThreadPool(
            helpers, Thread.ofPlatform().daemon().name("features-", 0).factory())) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < helpers; i++) {
        running.add(executor.submit(loop));
      }
      try {
        loop.run();
      } finally {
        // After a failure the others find nothing left to do.
        next.set(tasks);
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while computing", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
    return collected(results);
  }

  @SuppressWarnings("unchecked") // only results of the task were put in
  private static <R> List<R> collected(@Nullable Object[] results) {
    List<R> all = new ArrayList<>(results.length);
    for (Object result : results) {
      all.add((R) java.util.Objects.requireNonNull(result));
    }
    return all;
  }
}
