package dev.gnomon.log;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The thread that forces a log: every few milliseconds while something is appended, at once when
/// somebody waits for it, and asleep when neither is the case.
final class Forcing {
  /// Passes without work before the thread goes to sleep: waking it costs a producer microseconds.
  private static final int IDLE_PASSES = 200;

  /// One pass over the log; false if there was nothing to force.
  interface Pass {
    boolean run(Progress progress) throws IOException;
  }

  /// What was forced, and when. Written by the forcing thread only.
  static final class Progress {
    private volatile long forced;
    private volatile long lastEnd = System.nanoTime();
    private volatile long lastStart = lastEnd;
    private volatile long took;

    void forcedTo(long position) {
      forced = position;
    }

    long forced() {
      return forced;
    }

    Duration sinceForce() {
      return Duration.ofNanos(System.nanoTime() - lastEnd);
    }

    /// Whatever is not forced was appended after the last pass began.
    Duration sinceClean() {
      return Duration.ofNanos(System.nanoTime() - lastStart);
    }

    Duration lastForce() {
      return Duration.ofNanos(took);
    }
  }

  private final Pass pass;
  private final long intervalNanos;
  private final Thread thread;
  private final Progress progress = new Progress();
  private final AtomicReference<@Nullable CompletableFuture<Void>> waiting =
      new AtomicReference<>();
  private volatile boolean asleep;
  private volatile boolean stopping;
  private volatile @Nullable IOException failure;

  Forcing(String name, LogSettings settings, Pass pass) {
    this.pass = pass;
    this.intervalNanos = settings.forceEvery().toNanos();
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  Progress progress() {
    return progress;
  }

  /// Called by producers after their record is published. The volatile write of `asleep` before the
  /// last look for work, and this read after the work, make sure that one of the two sees the
  /// other.
  void wakeIfAsleep() {
    if (asleep) {
      LockSupport.unpark(thread);
    }
  }

  /// Completes after a force that began after this call.
  CompletableFuture<Void> request() {
    while (true) {
      IOException failed = failure;
      if (failed != null) {
        return CompletableFuture.failedFuture(failed);
      }
      CompletableFuture<Void> batch = waiting.get();
      if (batch != null) {
        return batch;
      }
      CompletableFuture<Void> fresh = new CompletableFuture<>();
      if (waiting.compareAndSet(null, fresh)) {
        if (stopping && !thread.isAlive()) {
          release(new IOException("the log is closed"));
        }
        LockSupport.unpark(thread);
        return fresh;
      }
    }
  }

  static void await(CompletableFuture<Void> forced) throws IOException {
    try {
      forced.join();
    } catch (CompletionException e) {
      throw new IOException(e.getCause() == null ? e : e.getCause());
    }
  }

  private void run() {
    int idle = 0;
    while (true) {
      boolean last = stopping; // before the pass, which then covers all that was appended
      CompletableFuture<Void> batch = waiting.getAndSet(null);
      try {
        long start = System.nanoTime();
        boolean dirty = pass.run(progress);
        long now = System.nanoTime();
        progress.lastStart = start;
        if (dirty) {
          progress.lastEnd = now;
          progress.took = now - start;
        }
        idle = dirty || batch != null ? 0 : idle + 1;
      } catch (IOException e) {
        failure = e;
        if (batch != null) {
          batch.completeExceptionally(e);
        }
        release(e);
        return;
      }
      if (batch != null) {
        batch.complete(null);
      }
      if (last) {
        release(new IOException("the log is closed"));
        return;
      }
      rest(idle);
    }
  }

  private void rest(int idle) {
    if (waiting.get() != null || stopping) {
      return;
    }
    if (idle < IDLE_PASSES) {
      asleep = false;
      LockSupport.parkNanos(this, intervalNanos);
    } else if (!asleep) {
      asleep = true; // one more pass looks for work with the flag up
    } else {
      LockSupport.park(this);
      asleep = false;
    }
  }

  private void release(IOException why) {
    CompletableFuture<Void> batch = waiting.getAndSet(null);
    if (batch != null) {
      batch.completeExceptionally(why);
    }
  }

  /// Forces once more and ends the thread.
  void close() {
    stopping = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
