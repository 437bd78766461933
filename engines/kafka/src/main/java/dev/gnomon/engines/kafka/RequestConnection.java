package dev.gnomon.engines.kafka;

import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.DecisionStreamSpec;
import dev.gnomon.core.usecase.StreamSpec;
import dev.gnomon.serving.spi.RequestSink;
import dev.gnomon.serving.spi.StreamAnswer;
import dev.gnomon.serving.spi.StreamRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/// A consumer of requests and a producer of answers that belong together: what is polled at once is
/// decided at once and answered in one transaction, which moves the group's offsets too.
///
/// So an answer is seen by readers of committed records if and only if its request counts as read.
/// Whoever lost its partitions meanwhile can't commit: the offsets are sent with the generation of
/// the group.
final class RequestConnection implements FollowingThread.Connection {
  private static final Duration CLOSE = Duration.ofSeconds(2);

  /// Of the key and of the headers of a request, the most that goes on into its answer, in bytes.
  private static final int KEPT = 16 << 10;

  private final DecisionStreamSpec stream;
  private final KafkaSettings settings;
  private final RequestSink sink;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final TopicLook topic;
  private final Map<Integer, Long> lag = new TreeMap<>();
  private String topicId = "";
  private volatile boolean woken;
  private volatile CloseOptions.GroupMembershipOperation membership =
      CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP;

  RequestConnection(DecisionStreamSpec stream, KafkaSettings settings, RequestSink sink) {
    this.stream = stream;
    this.settings = settings;
    this.sink = sink;
    List<AutoCloseable> made = new ArrayList<>();
    try {
      this.consumer = new KafkaConsumer<>(settings.properties());
      made.add(() -> consumer.close(CloseOptions.timeout(Duration.ZERO)));
      this.producer = new KafkaProducer<>(settings.producer(stream.group() + "-" + sink.node()));
      made.add(() -> producer.close(Duration.ZERO));
      this.topic = new TopicLook(settings.admin(), stream.requests());
    } catch (RuntimeException e) {
      for (AutoCloseable one : made) {
        try {
          one.close();
        } catch (Exception also) {
          e.addSuppressed(also);
        }
      }
      throw e;
    }
  }

  /// Ends what a killed one left open, and joins the group.
  void attach() throws InterruptedException {
    TopicDescription requests = topic.await(stream.requests(), () -> woken);
    for (String answers : new HashSet<>(List.of(stream.decisions(), stream.errorsTopic()))) {
      topic.await(answers, () -> woken);
    }
    topicId = requests.topicId().toString();
    producer.initTransactions();
    topic.restart();
    consumer.subscribe(
        List.of(stream.requests()),
        new ConsumerRebalanceListener() {
          @Override
          public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // Only asked within a poll, when nothing is half done.
            partitions.forEach(one -> lag.remove(one.partition()));
          }

          @Override
          public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            begin(Set.copyOf(partitions));
          }
        });
  }

  /// Goes to where each partition is to be read from: behind what the group has answered.
  private void begin(Set<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> answered = consumer.committed(partitions);
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
    Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata known = answered.get(partition);
      long begins = require(first, partition);
      long at = known == null ? start(partition, begins, end) : known.offset();
      if (at > require(end, partition)) {
        accept(
            partition,
            "the group's offset of partition %d is %d, and it ends at %d"
                .formatted(partition.partition(), at, require(end, partition)));
        at = begins;
      } else if (known != null && at < begins) {
        sink.missed(partition.partition(), at, begins);
        at = begins;
      }
      long forgotten = sink.forgotten(topicId, partition.partition());
      if (at < forgotten) {
        accept(
            partition,
            "the group begins at offset %d of partition %d, and requests up to %d were decided already"
                .formatted(at, partition.partition(), forgotten));
      }
      if (known == null || known.offset() != at) {
        // Else what comes before the first answer would depend on when it is looked at.
        moved.put(partition, new OffsetAndMetadata(at));
      }
      consumer.seek(partition, at);
      lag.put(partition.partition(), Math.max(0, require(end, partition) - at));
    }
    if (!moved.isEmpty()) {
      consumer.commitSync(moved);
    }
  }

  /// A partition that was added later is read whole, also by a group that began at the end.
  private long start(TopicPartition partition, long begins, Map<TopicPartition, Long> end) {
    if (stream.from() == StreamSpec.From.EARLIEST) {
      return begins;
    }
    Set<TopicPartition> all = new HashSet<>();
    consumer
        .partitionsFor(stream.requests())
        .forEach(info -> all.add(new TopicPartition(info.topic(), info.partition())));
    boolean begun = consumer.committed(all).values().stream().anyMatch(known -> known != null);
    return begun ? begins : require(end, partition);
  }

  private void accept(TopicPartition partition, String why) {
    if (!settings.accepted().contains(topicId)) {
      throw new Refusal(
          "topic " + partition.topic(),
          why + "; nothing is answered",
          "set the offsets of group %s right, or restart with %s=%s to go on and decide anew"
              .formatted(stream.group(), KafkaSettings.ACCEPT, topicId));
    }
    sink.tell(why + "; accepted by " + KafkaSettings.ACCEPT);
  }

  private static long require(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    Long offset = offsets.get(partition);
    if (offset == null) {
      throw new KafkaException("the brokers gave no offset of " + partition);
    }
    return offset;
  }

  /// Polls once, and answers what came.
  ///
  /// @return whether anything did
  /// @throws IOException when decisions can't be kept
  boolean step(Duration longest) throws IOException {
    ConsumerRecords<byte[], byte[]> got = consumer.poll(longest);
    if (got.isEmpty()) {
      return false;
    }
    List<StreamRecord> requests = new ArrayList<>(got.count());
    for (ConsumerRecord<byte[], byte[]> record : got) {
      requests.add(new StreamRecord(record.partition(), record.offset(), record.value()));
    }
    List<StreamAnswer> answers = sink.decide(topicId, requests);
    producer.beginTransaction();
    int i = 0;
    for (ConsumerRecord<byte[], byte[]> record : got) {
      send(record, answers.get(i++));
    }
    producer.sendOffsetsToTransaction(got.nextOffsets(), consumer.groupMetadata());
    producer.commitTransaction();
    sink.kept();
    return true;
  }

  /// To the partition of what is decided about, so that all decisions about it keep their order.
  private void send(ConsumerRecord<byte[], byte[]> request, StreamAnswer answer) {
    byte[] key = answer.key();
    if (key == null && request.serializedKeySize() <= KEPT) {
      key = request.key();
    }
    String to = answer.error() ? stream.errorsTopic() : stream.decisions();
    var _ = producer.send(new ProducerRecord<>(to, null, key, answer.value(), headers(request)));
  }

  /// Those of the request, which its sender may know the answer by. An answer that no broker takes
  /// would stop the partition, so that long ones are left out.
  private static Iterable<Header> headers(ConsumerRecord<byte[], byte[]> request) {
    long size = 0;
    for (Header header : request.headers()) {
      size += header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
    return size <= KEPT ? request.headers() : List.of();
  }

  /// How the topic goes.
  ///
  /// @throws KafkaException when it is another one than was attached to
  TopicLook.Seen look() throws InterruptedException {
    TopicLook.Seen seen = topic.look();
    if (seen instanceof TopicLook.Seen.Topic(TopicDescription now)
        && !now.topicId().toString().equals(topicId)) {
      throw new KafkaException("topic %s was created anew".formatted(stream.requests()));
    }
    return seen;
  }

  /// Requests that are there and were not polled, by partition.
  Map<Integer, Long> lag() {
    for (TopicPartition partition : consumer.assignment()) {
      OptionalLong current = consumer.currentLag(partition);
      if (current.isPresent()) {
        lag.put(partition.partition(), current.getAsLong());
      }
    }
    return lag;
  }

  /// To be closed soon, and for long: others of the group take the partitions over at once.
  @Override
  public void leave() {
    woken = true;
    membership = CloseOptions.GroupMembershipOperation.LEAVE_GROUP;
    consumer.wakeup();
  }

  @Override
  public void close() {
    try {
      topic.close();
    } finally {
      try {
        producer.close(CLOSE); // gives an open transaction up
      } finally {
        consumer.close(CloseOptions.timeout(CLOSE).withGroupMembershipOperation(membership));
      }
    }
  }
}
