package dev.gnomon.engines.kafka;

import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.DecisionStreamSpec;
import dev.gnomon.serving.spi.EventStream;
import dev.gnomon.serving.spi.RequestSink;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/// Answers one topic into another on a thread of its own, for as long as it is open: batch after
/// batch, the next one when the last is committed, so that what can't be kept up with stays with
/// the brokers.
///
/// Whatever fails is answered in one way: the connection is given up, and a new one begins at what
/// is committed. The requests that come again find their decisions in the log. Tried again ever
/// more seldom, up to every five seconds; only what needs somebody's decision is not.
final class RequestFollower implements EventStream {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSING = Duration.ofSeconds(20);

  private final DecisionStreamSpec stream;
  private final KafkaSettings settings;
  private final RequestSink sink;
  private final Thread thread;
  private final StreamState state;
  private volatile @Nullable RequestConnection connection;

  RequestFollower(
      String useCase, DecisionStreamSpec stream, KafkaSettings settings, RequestSink sink) {
    this.stream = stream;
    this.settings = settings;
    this.sink = sink;
    this.state = new StreamState(sink::tell, "answered again");
    this.thread =
        Thread.ofPlatform().daemon().name("gnomon-decisions-" + useCase).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  @Override
  public Status status() {
    return state.status();
  }

  private void run() {
    while (state.isOpen()) {
      try (RequestConnection made = new RequestConnection(stream, settings, sink)) {
        connection = made;
        follow(made);
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

  private void follow(RequestConnection made) throws IOException, InterruptedException {
    made.attach();
    while (state.isOpen()) {
      boolean answered = made.step(POLL);
      switch (made.look()) {
        case TopicLook.Seen.Away(String problem) -> state.degraded(problem);
        case TopicLook.Seen.Topic _ -> state.running(made.lag());
        case TopicLook.Seen.Nothing() -> {
          if (answered) {
            state.running(made.lag());
          } else {
            state.lag(made.lag());
          }
        }
      }
    }
  }

  @Override
  public void close() {
    state.close();
    RequestConnection made = connection;
    if (made != null) {
      made.leave();
    }
    try {
      var _ = thread.join(CLOSING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
