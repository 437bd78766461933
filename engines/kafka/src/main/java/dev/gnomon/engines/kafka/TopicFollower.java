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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
  private static final long LONGEST_PAUSE_MILLIS = 5_000;
  private static final Duration CLOSING = Duration.ofSeconds(15);

  private final StreamSpec stream;
  private final KafkaSettings settings;
  private final StreamSink sink;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);

  private volatile @Nullable TopicConnection connection;
  private volatile Status status = new Status(State.STARTING, Map.of(), Optional.empty());
  private long pauseMillis;

  TopicFollower(String source, StreamSpec stream, KafkaSettings settings, StreamSink sink) {
    this.stream = stream;
    this.settings = settings;
    this.sink = sink;
    this.thread = Thread.ofPlatform().daemon().name("gnomon-kafka-" + source).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  @Override
  public Status status() {
    return status;
  }

  private boolean open() {
    return closing.getCount() > 0;
  }

  private void run() {
    while (open()) {
      try (TopicConnection made = new TopicConnection(stream, settings, sink)) {
        connection = made;
        follow(made);
      } catch (WakeupException e) {
        // closing
      } catch (Refusal e) {
        refused(String.valueOf(e.getMessage()));
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (IOException | RuntimeException e) {
        failed(e);
      } finally {
        connection = null;
      }
    }
  }

  private void follow(TopicConnection made) throws IOException, InterruptedException {
    made.attach();
    running(made);
    while (open()) {
      ConsumerRecords<byte[], byte[]> got = made.poll(POLL);
      if (!got.isEmpty()) {
        take(got);
        if (!open()) {
          return; // perhaps not all was taken, and the consumer's position must not count
        }
        running(made);
      }
      switch (made.look()) {
        case FINE -> running(made);
        case ADDED -> {
          made.attach();
          running(made);
        }
        case AWAY -> degraded(made.problem());
        case UNKNOWN -> lag(made);
      }
    }
  }

  private void take(ConsumerRecords<byte[], byte[]> got) {
    List<StreamRecord> rest = new ArrayList<>(got.count());
    for (ConsumerRecord<byte[], byte[]> record : got) {
      rest.add(new StreamRecord(record.partition(), record.offset(), record.value()));
    }
    while (!rest.isEmpty() && open()) {
      try {
        rest = rest.subList(sink.take(rest), rest.size());
        if (!rest.isEmpty()) {
          throw new IOException("the log of the source is full");
        }
      } catch (IOException e) {
        failed(e);
      }
    }
  }

  private void running(TopicConnection made) {
    pauseMillis = 0;
    if (status.state() == State.DEGRADED) {
      sink.tell("read again");
    }
    status = new Status(State.RUNNING, made.lag(), Optional.empty());
  }

  private void lag(TopicConnection made) {
    status = new Status(status.state(), made.lag(), status.error());
  }

  private void degraded(String problem) {
    if (status.state() != State.DEGRADED) {
      sink.tell(problem + "; trying again");
    }
    status = new Status(State.DEGRADED, status.lag(), Optional.of(problem));
  }

  private void refused(String problem) {
    sink.tell(problem);
    status = new Status(State.REFUSED, status.lag(), Optional.of(problem));
  }

  private void failed(Exception failure) {
    if (!open()) {
      return;
    }
    Throwable root = failure;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      root = cause;
    }
    String message = String.valueOf(root.getMessage()).strip();
    degraded(
        failure instanceof IOException
            ? message
            : root.getClass().getSimpleName() + ": " + message);
    pauseMillis = Math.clamp(pauseMillis * 2, 100, LONGEST_PAUSE_MILLIS);
    try {
      var _ = closing.await(pauseMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing.countDown();
    }
  }

  @Override
  public void close() {
    closing.countDown();
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
