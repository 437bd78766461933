package dev.gnomon.engines.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/// A real broker in this process, on free ports of the loopback; may be stopped and started again.
final class Broker implements AutoCloseable {
  private final Path folder;
  private final int port;
  private final int controller;
  private @Nullable KafkaRaftServer server;
  private @Nullable KafkaProducer<byte[], byte[]> producer;
  private volatile @Nullable Exception unsent;

  Broker(Path folder) throws Exception {
    this.folder = folder;
    int[] ports = free();
    this.port = ports[0];
    this.controller = ports[1];
    Formatter formatter = new Formatter();
    formatter
        .setClusterId(Uuid.randomUuid().toString())
        .setNodeId(1)
        .setControllerListenerName("CONTROLLER")
        .setDirectories(List.of(folder.toString()))
        .setMetadataLogDirectory(folder.toString())
        .setReleaseVersion(MetadataVersion.latestProduction());
    formatter.run();
    start();
  }

  private static int[] free() throws IOException {
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new int[] {one.getLocalPort(), two.getLocalPort()};
    }
  }

  void start() {
    Properties properties = new Properties();
    Map<String, String> settings =
        Map.ofEntries(
            Map.entry("process.roles", "broker,controller"),
            Map.entry("node.id", "1"),
            Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controller),
            Map.entry(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controller)),
            Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port),
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry("log.dirs", folder.toString()),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "1"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.num.partitions", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("message.max.bytes", "4000000"),
            Map.entry("log.cleaner.enable", "false"),
            Map.entry("group.initial.rebalance.delay.ms", "0"));
    properties.putAll(settings);
    KafkaRaftServer made = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    made.startup();
    server = made;
  }

  private void forgetProducer() {
    if (producer != null) {
      producer.close(java.time.Duration.ofSeconds(5));
      producer = null;
      unsent = null;
    }
  }

  void stop() {
    forgetProducer();
    if (server != null) {
      server.shutdown();
      server.awaitShutdown();
      server = null;
    }
  }

  String servers() {
    return "127.0.0.1:" + port;
  }

  private KafkaProducer<byte[], byte[]> producer() {
    KafkaProducer<byte[], byte[]> made = producer;
    if (made == null) {
      made =
          new KafkaProducer<>(
              Map.of(
                  "bootstrap.servers",
                  servers(),
                  "acks",
                  "all",
                  // The leader of a new partition may not be up when its first batch comes, but
                  // when the second does: with more than one on the way the first would be out of
                  // sequence for good.
                  "max.in.flight.requests.per.connection",
                  1,
                  "linger.ms",
                  0,
                  "max.request.size",
                  4_000_000,
                  "key.serializer",
                  ByteArraySerializer.class,
                  "value.serializer",
                  ByteArraySerializer.class));
      producer = made;
    }
    return made;
  }

  void send(String topic, int partition, byte @Nullable [] value) {
    send(new ProducerRecord<>(topic, partition, null, value));
  }

  void send(ProducerRecord<byte[], byte[]> record) {
    var _ =
        producer()
            .send(
                record,
                (sent, failure) -> {
                  if (failure != null) {
                    unsent = failure;
                  }
                });
  }

  /// Waits until everything sent is at the broker.
  void flush() {
    producer().flush();
    if (unsent != null) {
      throw new IllegalStateException("a record was not sent", unsent);
    }
  }

  /// All that is committed in a topic, by partition in the order of the offsets.
  List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers(), "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(one -> consumer.position(one) < end.getOrDefault(one, 0L))) {
        consumer.poll(java.time.Duration.ofMillis(100)).forEach(all::add);
      }
    }
    return all;
  }

  private interface Work {
    void with(Admin admin) throws ExecutionException, InterruptedException;
  }

  private void admin(Work work) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(new HashMap<>(Map.of("bootstrap.servers", servers())))) {
      work.with(admin);
    }
  }

  void create(String topic, int partitions) throws ExecutionException, InterruptedException {
    admin(admin -> {
      var created = admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)));
      Uuid id = created.topicId(topic).get();
      boolean known = false;
      while (!known) { // the controller knows of it before the broker does
        try {
          TopicDescription told =
              admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
          known =
              told != null && told.topicId().equals(id) && told.partitions().size() == partitions;
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
            throw e;
          }
        }
      }
    });
    // It would go on sending to an older topic of the name until its metadata are stale.
    forgetProducer();
  }

  void delete(String topic) throws ExecutionException, InterruptedException {
    admin(admin -> {
      admin.deleteTopics(List.of(topic)).all().get();
      // A topic made anew before the broker has let go of this one would share its partitions.
      boolean there = true;
      while (there) {
        try {
          admin.describeTopics(List.of(topic)).allTopicNames().get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
            throw e;
          }
          there = false;
        }
      }
    });
  }

  void grow(String topic, int partitions) throws ExecutionException, InterruptedException {
    admin(admin ->
        admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all().get());
    admin(admin -> {
      int there = 0;
      while (there < partitions) { // the controller knows them before the broker does
        there =
            admin
                .describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .values()
                .iterator()
                .next()
                .partitions()
                .size();
      }
    });
    forgetProducer(); // it would learn of them in its own time
  }

  /// Drops the offsets of a group that has no members left.
  void forget(String group) throws ExecutionException, InterruptedException {
    admin(admin -> admin.deleteConsumerGroups(List.of(group)).all().get());
  }

  void deleteBefore(String topic, int partition, long offset)
      throws ExecutionException, InterruptedException {
    admin(admin ->
        admin
            .deleteRecords(
                Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
            .all()
            .get());
  }

  /// What the group shows to operators, by partition.
  List<Long> committed(String group, String topic, int partitions)
      throws ExecutionException, InterruptedException {
    List<Long> offsets = new ArrayList<>();
    admin(admin -> {
      var known = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      for (int p = 0; p < partitions; p++) {
        var offset = known.get(new TopicPartition(topic, p));
        offsets.add(offset == null ? -1 : offset.offset());
      }
    });
    return offsets;
  }

  @Override
  public void close() {
    stop();
  }
}
