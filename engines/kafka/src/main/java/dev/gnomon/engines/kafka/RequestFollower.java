package dev.gnomon.engines.kafka;

import dev.gnomon.core.usecase.DecisionStreamSpec;
import dev.gnomon.serving.spi.EventStream;
import dev.gnomon.serving.spi.RequestSink;
import java.io.IOException;
import java.time.Duration;

/// Answers one topic into another: batch after batch, the next one when the last is committed, so
/// that what can't be kept up with stays with the brokers.
///
/// A new connection begins at what is committed. The requests that come again find their decisions
/// in the log.
final class RequestFollower implements FollowingThread.Work<RequestConnection> {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSING = Duration.ofSeconds(20);

  private final DecisionStreamSpec stream;
  private final KafkaSettings settings;
  private final RequestSink sink;
  private final StreamState state;

  private RequestFollower(DecisionStreamSpec stream, KafkaSettings settings, RequestSink sink) {
    this.stream = stream;
    this.settings = settings;
    this.sink = sink;
    this.state = new StreamState(sink::tell, "answered again");
  }

  static EventStream start(
      String useCase, DecisionStreamSpec stream, KafkaSettings settings, RequestSink sink) {
    RequestFollower work = new RequestFollower(stream, settings, sink);
    return new FollowingThread<>("gnomon-decisions-" + useCase, work, work.state, CLOSING)
        .started();
  }

  @Override
  public RequestConnection connect() {
    return new RequestConnection(stream, settings, sink);
  }

  @Override
  public void follow(RequestConnection made) throws IOException, InterruptedException {
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
}
