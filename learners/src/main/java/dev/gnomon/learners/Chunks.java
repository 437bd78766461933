package dev.gnomon.learners;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Runs numbered pieces of work on several threads. Each piece writes to a place of its own and the
/// caller puts the pieces together in order, so that a result never depends on the threads.
final class Chunks {
  private Chunks() {}

  /// Returns when all pieces are done.
  static void run(int threads, int count, IntConsumer piece) {
    int helpers = Math.min(threads, count) - 1;
    if (helpers <= 0) {
      for (int i = 0; i < count; i++) {
        piece.accept(i);
      }
      return;
    }
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    Runnable work =
        () -> {
          try {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
              piece.accept(i);
            }
          } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
          }
        };
    Thread[] others = new Thread[helpers];
    for (int i = 0; i < helpers; i++) {
      others[i] = Thread.ofPlatform().name("learner-" + i).daemon().start(work);
    }
    work.run();
    boolean interrupted = false;
    for (Thread other : others) {
      while (other.isAlive()) {
        try {
          other.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    RuntimeException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }
}
