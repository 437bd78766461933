package dev.gnomon.engines.kafka;

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

/// Reads one topic from where the log of the source says: batch after batch, the next one when the
/// last is on disk and seen, so that what the source can't keep up with stays with the brokers.
final class TopicFollower implements FollowingThread.Work<TopicConnection> {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSING = Duration.ofSeconds(15);

  private final StreamSpec stream;
  private final KafkaSettings settings;
  private final StreamSink sink;
  private final StreamState state;

  private TopicFollower(StreamSpec stream, KafkaSettings settings, StreamSink sink) {
    this.stream = stream;
    this.settings = settings;
    this.sink = sink;
    this.state = new StreamState(sink::tell, "read again");
  }

  static EventStream start(
      String source, StreamSpec stream, KafkaSettings settings, StreamSink sink) {
    TopicFollower work = new TopicFollower(stream, settings, sink);
    return new FollowingThread<>("gnomon-kafka-" + source, work, work.state, CLOSING).started();
  }

  @Override
  public TopicConnection connect() {
    return new TopicConnection(stream, settings, sink);
  }

  @Override
  public void follow(TopicConnection made) throws IOException, InterruptedException {
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
}
