package dev.gnomon.training.runs;

import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Writes to tracking on a thread of its own, in the order of the calls, so that who calls never
/// waits for it. What goes wrong is said once; a store that can't be reached is not asked again.
final class RunWriter implements AutoCloseable {
  private static final int QUEUE = 20_000;
  private static final Duration AT_THE_END = Duration.ofSeconds(10);

  private final BlockingQueue<Consumer<Tracking>> queue = new ArrayBlockingQueue<>(QUEUE);
  private final Consumer<String> warn;
  private volatile boolean off;
  private volatile boolean warned;

  private RunWriter(Consumer<String> warn) {
    this.warn = warn;
  }

  /// Writes nothing.
  static RunWriter off() {
    RunWriter writer = new RunWriter(_ -> {});
    writer.off = true;
    return writer;
  }

  /// @param open called once, on the thread that writes
  /// @param close what becomes of it in the end
  static RunWriter start(Supplier<Tracking> open, Consumer<Tracking> close, Consumer<String> warn) {
    RunWriter writer = new RunWriter(warn);
    Thread.ofPlatform().name("runs of training").daemon().start(() -> writer.work(open, close));
    return writer;
  }

  private void work(Supplier<Tracking> open, Consumer<Tracking> close) {
    Tracking tracking;
    try {
      tracking = open.get();
    } catch (RuntimeException | Error e) {
      giveUp(reason(e));
      return;
    }
    try {
      while (!off) {
        try {
          queue.take().accept(tracking);
        } catch (End e) {
          return;
        } catch (TrackingError e) {
          warn(reason(e)); // this entry alone was refused
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      giveUp(reason(e));
    } finally {
      off = true;
      try {
        close.accept(tracking);
      } catch (RuntimeException e) {
        warn(reason(e));
      }
    }
  }

  void write(Consumer<Tracking> change) {
    if (!off && !queue.offer(change)) {
      giveUp("it takes up nothing more");
    }
  }

  /// Waits until everything so far is written, or given up, for a while at most.
  void flush(Duration most) {
    if (off) {
      return;
    }
    CountDownLatch done = new CountDownLatch(1);
    write(_ -> done.countDown());
    try {
      long until = System.nanoTime() + most.toNanos();
      while (!off && !done.await(20, TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() > until) {
          giveUp("it does not answer");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void giveUp(String why) {
    off = true;
    queue.clear();
    warn(why);
  }

  private void warn(String why) {
    if (!warned) {
      warned = true;
      warn.accept("The runs of this training are not, or not all, in tracking: " + why);
    }
  }

  private static String reason(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /// Everything written before is on disk on return.
  @Override
  public void close() {
    flush(AT_THE_END);
    write(_ -> {
      throw new End();
    });
  }

  private static final class End extends RuntimeException {
    private static final long serialVersionUID = 1;

    End() {
      super(null, null, false, false);
    }
  }
}
