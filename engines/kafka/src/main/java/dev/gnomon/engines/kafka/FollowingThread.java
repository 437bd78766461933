package dev.gnomon.engines.kafka;

import dev.gnomon.core.Refusal;
import dev.gnomon.serving.spi.EventStream;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/// Follows a stream on a thread of its own, for as long as it is open, over one connection after
/// another: whatever fails, the connection is given up and a new one made. Tried again ever more
/// seldom, up to every five seconds; only what needs somebody's decision is not.
final class FollowingThread<C extends FollowingThread.Connection> implements EventStream {
  /// What is followed.
  interface Work<C> {
    C connect();

    /// Until the stream is closed or something fails.
    void follow(C connection) throws IOException, InterruptedException;
  }

  /// To the brokers; used by the thread.
  interface Connection extends AutoCloseable {
    /// Ends what it waits for; from any thread.
    void leave();

    @Override
    void close();
  }

  private final Work<C> work;
  private final StreamState state;
  private final Duration closing;
  private final Thread thread;
  private volatile @Nullable C connection;

  /// @param state told how it goes; closed with this
  /// @param closing how long closing waits for the work in hand
  FollowingThread(String name, Work<C> work, StreamState state, Duration closing) {
    this.work = work;
    this.state = state;
    this.closing = closing;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  FollowingThread<C> started() {
    thread.start();
    return this;
  }

  @Override
  public Status status() {
    return state.status();
  }

  private void run() {
    while (state.isOpen()) {
      try (C made = work.connect()) {
        connection = made;
        work.follow(made);
      } catch (WakeupException e) {
        // closing
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (IOException | RuntimeException e) {
        Refusal refusal = refusal(e);
        if (refusal != null) {
          state.refused(String.valueOf(refusal.getMessage()));
          return;
        }
        state.failed(e);
      } finally {
        connection = null;
      }
    }
  }

  /// The client wraps what is thrown while partitions are taken up.
  private static @Nullable Refusal refusal(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Refusal refusal) {
        return refusal;
      }
    }
    return null;
  }

  @Override
  public void close() {
    state.close();
    C made = connection;
    if (made != null) {
      made.leave();
    }
    try {
      var _ = thread.join(closing);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
