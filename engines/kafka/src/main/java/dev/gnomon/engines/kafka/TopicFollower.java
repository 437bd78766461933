package dev.gnomon.engines.kafka;

import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.StreamSpec;
import dev.gnomon.serving.spi.EventStream;
import dev.gnomon.serving.spi.StreamRecord;
import dev.gnomon.serving.spi.StreamSink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/// Reads one topic from where the log of the source says, on a thread of its own, for as long as it
/// is open: batch after batch, the next one when the last is on disk and seen, so that what the
/// source can't keep up with stays with the brokers.
///
/// Whatever fails is tried again, ever more seldom, up to every five seconds; only what needs
/// somebody's decision is not.
final class TopicFollower implements EventStream {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSING = Duration.ofSeconds(15);

  private final StreamSpec stream;
  private final KafkaSettings settings;
  private final StreamSink sink;
  private final Thread thread;

  private volatile @Nullable TopicConnection connection;
  private final StreamState state;

  TopicFollower(String source, StreamSpec stream, KafkaSettings settings, StreamSink sink) {
    this.stream = stream;
    this.settings = settings;
    this.sink = sink;
    this.state = new StreamState(sink::tell, "read again");
    this.thread = Thread.ofPlatform().daemon().name("gnomon-kafka-" + source).unstarted(this::run);
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
      try (TopicConnection made = new TopicConnection(stream, settings, sink)) {
        connection = made;
        follow(made);
      } catch (WakeupException e) {
        // closing
      } catch (Refusal e) {
        state.refused(String.valueOf(e.getMessage()));
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (IOException | RuntimeException e) {
        state.failed(e);
      } finally {
        connection = null;
      }
    }
  }

  private void follow(TopicConnection made) throws IOException, InterruptedException {
    made.attach();
    state.running(made.lag());
    while (state.isOpen()) {
      ConsumerRecords<byte[], byte[]> got = made.poll(POLL);
      if (!got.isEmpty()) {
        take(got);
        if (!state.isOpen()) {
          return; // perhaps not all was taken, and the consumer's position must not count
        }
        state.running(made.lag());
      }
      switch (made.look()) {
        case FINE -> state.running(made.lag());
        case ADDED -> {
          made.attach();
          state.running(made.lag());
        }
        case AWAY -> state.degraded(made.problem());
        case UNKNOWN -> state.lag(made.lag());
      }
    }
  }

  private void take(ConsumerRecords<byte[], byte[]> got) {
    List<StreamRecord> rest = new ArrayList<>(got.count());
    for (ConsumerRecord<byte[], byte[]> record : got) {
      rest.add(new StreamRecord(record.partition(), record.offset(), record.value()));
    }
    while (!rest.isEmpty() && state.isOpen()) {
      try {
        rest = rest.subList(sink.take(rest), rest.size());
        if (!rest.isEmpty()) {
          throw new IOException("the log of the source is full");
        }
      } catch (IOException e) {
        state.failed(e);
      }
    }
  }

  @Override
  public void close() {
    state.close();
    TopicConnection made = connection;
    if (made != null) {
      made.wake();
    }
    try {
      var _ = thread.join(CLOSING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
