package dev.gnomon.engines.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/// Asks after a topic every few seconds without waiting for the answer. A consumer alone does not
/// say that its brokers are away, nor that its topic is another one now.
final class TopicLook implements AutoCloseable {
  private static final long LOOK_NANOS = Duration.ofSeconds(3).toNanos();
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private static final Seen NOTHING = new Seen.Nothing();

  private final Admin admin;
  private final String topic;
  private @Nullable KafkaFuture<TopicDescription> looking;
  private long lookedAt;

  TopicLook(Map<String, Object> settings, String topic) {
    this.admin = Admin.create(settings);
    this.topic = topic;
  }

  /// What is known of a topic.
  ///
  /// @param stopped makes this end with a [WakeupException]
  TopicDescription await(String name, BooleanSupplier stopped) throws InterruptedException {
    KafkaFuture<TopicDescription> future = describe(name);
    while (!stopped.getAsBoolean()) {
      try {
        return future.get(100, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // The client's own limit ends it.
      } catch (ExecutionException e) {
        throw new KafkaException(e.getCause());
      }
    }
    throw new WakeupException();
  }

  private KafkaFuture<TopicDescription> describe(String name) {
    KafkaFuture<TopicDescription> future =
        admin.describeTopics(List.of(name)).topicNameValues().get(name);
    if (future == null) {
      throw new KafkaException("no answer about topic " + name);
    }
    return future;
  }

  /// It was just looked at otherwise.
  void restart() {
    looking = null;
    lookedAt = System.nanoTime();
  }

  /// What an answer said.
  sealed interface Seen {
    /// It is not time for a question, or there is no answer yet.
    record Nothing() implements Seen {}

    record Topic(TopicDescription topic) implements Seen {}

    record Away(String problem) implements Seen {}
  }

  /// To be called often.
  Seen look() throws InterruptedException {
    long now = System.nanoTime();
    if (looking == null) {
      if (now - lookedAt >= LOOK_NANOS) {
        lookedAt = now;
        looking = describe(topic);
      }
      return NOTHING;
    }
    if (!looking.isDone()) {
      return NOTHING;
    }
    KafkaFuture<TopicDescription> done = looking;
    looking = null;
    try {
      return new Seen.Topic(done.get());
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return new Seen.Away(cause.getClass().getSimpleName() + ": " + cause.getMessage());
    }
  }

  @Override
  public void close() {
    admin.close(CLOSE);
  }
}
