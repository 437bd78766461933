package dev.gnomon.engines.kafka;

import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.StreamSpec;
import dev.gnomon.serving.spi.StreamSink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// The clients that read one topic, and what they know of it. All partitions are assigned to it by
/// itself: two nodes never share the rows of a source.
///
/// For one thread; [#wake] may be called by any.
final class TopicConnection implements FollowingThread.Connection {
  private static final long COMMIT_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final StreamSpec stream;
  private final KafkaSettings settings;
  private final StreamSink sink;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicLook topic;

  private final Map<Integer, Long> lag = new TreeMap<>();
  private List<TopicPartition> partitions = List.of();
  private long committedAt;
  private volatile boolean woken;
  private String problem = "";

  /// What a look at the topic showed.
  enum Look {
    FINE,
    /// There are more partitions than are read.
    ADDED,
    AWAY,
    /// It is not time for one, or there is no answer yet.
    UNKNOWN
  }

  TopicConnection(StreamSpec stream, KafkaSettings settings, StreamSink sink) {
    this.stream = stream;
    this.settings = settings;
    this.sink = sink;
    this.consumer = new KafkaConsumer<>(settings.properties());
    TopicLook made;
    try {
      made = new TopicLook(settings.admin(), stream.topic());
    } catch (RuntimeException e) {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
      throw e;
    }
    this.topic = made;
  }

  /// Finds the partitions and goes to where the log says.
  ///
  /// @throws Refusal if the topic is not the one that was read
  void attach() throws IOException, InterruptedException {
    TopicDescription described = topic.await(stream.topic(), () -> woken);
    String id = described.topicId().toString();
    List<TopicPartition> all =
        described.partitions().stream()
            .map(info -> new TopicPartition(stream.topic(), info.partition()))
            .toList();
    Map<TopicPartition, Long> first = consumer.beginningOffsets(all);
    Map<TopicPartition, Long> end = consumer.endOffsets(all);
    if (sink.topicId().isEmpty()) {
      sink.begin(
          id,
          byNumber(
              switch (stream.from()) {
                case EARLIEST -> first;
                case LATEST -> end;
              }));
    } else if (!sink.topicId().equals(id)) {
      sink.begin(id, byNumber(accepted(id, createdAnew(id), first)));
    } else if (beyond(end)) {
      sink.begin(id, byNumber(accepted(id, cutOff(end), end)));
    }
    Map<Integer, Long> next = sink.next();
    partitions = all;
    consumer.assign(all);
    for (TopicPartition partition : all) {
      int number = partition.partition();
      long begins = require(first, partition);
      Long known = next.get(number);
      // A partition added later is read whole: what came before it was noticed counts too.
      long at = known == null ? begins : known;
      if (at < begins) {
        sink.missed(number, at, begins);
        sink.begin(id, Map.of(number, begins));
        at = begins;
      }
      consumer.seek(partition, at);
      lag.put(number, require(end, partition) - at);
    }
    topic.restart();
  }

  private static Map<Integer, Long> byNumber(Map<TopicPartition, Long> offsets) {
    Map<Integer, Long> numbered = new HashMap<>();
    offsets.forEach((partition, offset) -> numbered.put(partition.partition(), offset));
    return numbered;
  }

  private static long require(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    Long offset = offsets.get(partition);
    if (offset == null) {
      throw new KafkaException("the brokers gave no offset of " + partition);
    }
    return offset;
  }

  private boolean beyond(Map<TopicPartition, Long> end) {
    return sink.next().entrySet().stream()
        .anyMatch(known -> known.getValue() > endOf(end, known.getKey()));
  }

  private long endOf(Map<TopicPartition, Long> end, int partition) {
    Long offset = end.get(new TopicPartition(stream.topic(), partition));
    return offset == null ? 0 : offset;
  }

  private String createdAnew(String id) {
    return "it was created anew (id %s, it was %s), so that the offsets read so far mean nothing in it"
        .formatted(id, sink.topicId());
  }

  private String cutOff(Map<TopicPartition, Long> end) {
    List<String> places = new ArrayList<>();
    sink.next()
        .forEach((partition, next) -> {
          if (next > endOf(end, partition)) {
            places.add(
                "partition %d was read to %d and ends at %d"
                    .formatted(partition, next, endOf(end, partition)));
          }
        });
    return "it ends before what was read: " + String.join(", ", places);
  }

  private Map<TopicPartition, Long> accepted(
      String id, String why, Map<TopicPartition, Long> begin) {
    if (!settings.accepted().contains(id)) {
      throw new Refusal(
          "topic " + stream.topic(),
          why + "; it is not read",
          "name another topic, or restart with %s=%s to go on with this one"
              .formatted(KafkaSettings.ACCEPT, id));
    }
    sink.tell(why + "; accepted by " + KafkaSettings.ACCEPT);
    return begin;
  }

  ConsumerRecords<byte[], byte[]> poll(Duration longest) {
    return consumer.poll(longest);
  }

  /// To be called between batches: asks after the topic every few seconds without waiting for the
  /// answer, and lets operators see how far it was read.
  Look look() throws IOException, InterruptedException {
    long now = System.nanoTime();
    if (now - committedAt >= COMMIT_NANOS) {
      committedAt = now;
      commit();
    }
    return switch (topic.look()) {
      case TopicLook.Seen.Nothing() -> Look.UNKNOWN;
      case TopicLook.Seen.Away(String why) -> {
        problem = why;
        yield Look.AWAY;
      }
      case TopicLook.Seen.Topic(TopicDescription seen) ->
          // Of another topic, attaching decides.
          !seen.topicId().toString().equals(sink.topicId())
                  || seen.partitions().size() > partitions.size()
              ? Look.ADDED
              : Look.FINE;
    };
  }

  /// What the last look that was [Look#AWAY] ran into.
  String problem() {
    return problem;
  }

  /// Group offsets are for people and their tools: nothing is read from them.
  private void commit() throws IOException {
    Map<Integer, Long> known = sink.next();
    Map<Integer, Long> further = new HashMap<>();
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      long at = consumer.position(partition);
      offsets.put(partition, new OffsetAndMetadata(at));
      if (at > known.getOrDefault(partition.partition(), 0L)) {
        further.put(partition.partition(), at); // ends of transactions, records compacted away
      }
    }
    if (!further.isEmpty()) {
      sink.begin(sink.topicId(), further);
    }
    consumer.commitAsync(offsets, (committed, failure) -> {});
  }

  /// Records that are there and were not polled, by partition.
  Map<Integer, Long> lag() {
    for (TopicPartition partition : partitions) {
      OptionalLong current = consumer.currentLag(partition);
      if (current.isPresent()) {
        lag.put(partition.partition(), current.getAsLong());
      }
    }
    return lag;
  }

  @Override
  public void leave() {
    woken = true;
    consumer.wakeup();
  }

  @Override
  public void close() {
    try {
      topic.close();
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE));
    }
  }
}
