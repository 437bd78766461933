package dev.gnomon.engines.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.features.SourceLog;
import dev.gnomon.serving.StreamReadings;
import dev.gnomon.serving.spi.EventStream.State;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows of a topic arrive once, in features and log, whatever stands between them.
class KafkaStreamTest {
  private static Optional<Broker> shared = Optional.empty();

  @TempDir private Path folder;

  @BeforeAll
  static void startBroker(@TempDir Path data) throws Exception {
    shared = Optional.of(new Broker(data.resolve("kafka")));
    broker().create("customers", 1);
  }

  @AfterAll
  static void stopBroker() {
    shared.ifPresent(Broker::close);
  }

  private static Broker broker() {
    return shared.orElseThrow();
  }

  private static boolean there;

  @BeforeEach
  void freshTopic() throws Exception {
    if (there) {
      broker().delete(Node.TOPIC);
    }
    broker().create(Node.TOPIC, 3);
    there = true;
  }

  private Node node() throws Exception {
    return node("earliest", Map.of());
  }

  private Node node(String from, Map<String, String> environment) throws Exception {
    return new Node(folder, broker().servers(), from, environment);
  }

  /// What a plain loop makes of payments.
  private static final class Expected {
    final double[] count = new double[Node.KEYS];
    final BigDecimal[] sum = new BigDecimal[Node.KEYS];
    final double[] most = new double[Node.KEYS];
    private int number;

    void send(int partition) {
      int key = number * 7 % Node.KEYS;
      broker().send(Node.TOPIC, partition, Node.row(key, number).getBytes(UTF_8));
      count(key);
    }

    private void count(int key) {
      double amount = Node.amount(number);
      count[key]++;
      sum[key] = (count[key] == 1 ? BigDecimal.ZERO : sum[key]).add(new BigDecimal(amount));
      most[key] = Math.max(most[key], amount);
      number++;
    }

    /// Over three partitions.
    void sendAll(int many) {
      for (int i = 0; i < many; i++) {
        send(number % 3);
      }
      broker().flush();
    }

    void holds(Node node) {
      for (int key = 0; key < Node.KEYS; key++) {
        double[] features = node.features(key);
        assertThat(features[0]).as("count of c" + key).isEqualTo(count[key]);
        if (count[key] > 0) {
          assertThat(features[1]).as("sum of c" + key).isEqualTo(sum[key].doubleValue());
          assertThat(features[2]).as("max of c" + key).isEqualTo(most[key]);
        }
      }
    }
  }

  @Test
  void everyRowOfThreePartitionsCountsOnce() throws Exception {
    Expected expected = new Expected();
    for (int i = 0; i < 10; i++) {
      for (int j = 0; j < 1_000; j++) {
        expected.send(j % 3);
      }
    }
    try (Node node = node()) {
      for (int j = 0; j < 10_000; j++) {
        expected.send(j % 3);
      }
      broker().flush();
      StreamReadings at = node.await(now -> now.rows() == 20_000);
      assertThat(at.status().state()).isEqualTo(State.RUNNING);
      expected.holds(node);
      StreamReadings all = node.await(now -> total(now) == 0);
      assertThat(all.setAside() + all.tombstones() + all.missed()).isZero();
    }
    List<SourceLog.Place> places = Node.places(folder);
    assertThat(places).hasSize(20_000).doesNotHaveDuplicates();
    try (Node again = node()) {
      expected.holds(again);
      expected.sendAll(1);
      again.await(now -> now.rows() == 1);
      expected.holds(again);
    }
  }

  private static long total(StreamReadings now) {
    return now.status().lag().isEmpty()
        ? -1
        : now.status().lag().values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void whatIsNoRowIsSetAsideOnceAndNothingWaits() throws Exception {
    Expected expected = new Expected();
    byte[] large = new byte[2_000_000];
    java.util.Arrays.fill(large, (byte) 'x');
    try (Node node = node()) {
      expected.send(0);
      for (String wrong :
          List.of(
              "not json",
              "[1]",
              "",
              "{\"customer\":\"c1\"}",
              "{\"customer\":\"c1\",\"at\":\"yesterday\",\"amount\":1}",
              "{\"customer\":\"c1\",\"at\":\"2024-03-01\",\"amont\":1}",
              "{\"customer\":\"c\\ud800\",\"at\":\"2024-03-01\"}",
              "{\"customer\":\"c1\",\"at\":\"2024-03-01\"} {}")) {
        broker().send(Node.TOPIC, 0, wrong.getBytes(UTF_8));
      }
      broker().send(Node.TOPIC, 0, new byte[] {(byte) 0xff, 0, 1});
      broker().send(Node.TOPIC, 0, large);
      broker().send(Node.TOPIC, 0, null);
      broker().send(Node.TOPIC, 1, null);
      expected.send(0);
      broker().send(Node.TOPIC, 0, null);
      broker().flush();
      StreamReadings now =
          node.await(one -> one.rows() == 2 && one.setAside() == 10 && one.tombstones() == 3);
      assertThat(now.status().state()).isEqualTo(State.RUNNING);
      expected.holds(node);
    }
    List<SourceLog.SetAside> aside =
        Node.log(folder, SourceLog.SET_ASIDE).stream().map(SourceLog::setAside).toList();
    assertThat(aside)
        .extracting(one -> one.place().offset())
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(aside).allSatisfy(one -> assertThat(one.place().partition()).isZero());
    assertThat(new String(aside.getFirst().value(), UTF_8)).isEqualTo("not json");
    assertThat(aside.get(3).reason()).contains("record.at", "the event time is missing");
    assertThat(aside.get(5).reason()).contains("amont", "perhaps 'amount'");
    assertThat(aside.get(9).length()).isEqualTo(2_000_000);
    assertThat(aside.get(9).value()).hasSize(4096);
    try (Node again = node()) {
      expected.sendAll(1);
      StreamReadings now = again.await(one -> one.rows() == 1);
      assertThat(now.setAside()).as("counted over restarts, none twice").isEqualTo(10);
      assertThat(now.tombstones()).isZero();
      expected.holds(again);
    }
  }

  @Test
  void latestBeginsAtTheEndOnceAndGoesOnFromThere() throws Exception {
    new Expected().sendAll(500);
    Expected expected = new Expected();
    try (Node node = node("latest", Map.of())) {
      node.await(now -> now.status().state() == State.RUNNING);
      expected.holds(node);
    }
    expected.sendAll(300);
    try (Node node = node("latest", Map.of())) {
      node.await(now -> now.rows() == 300);
      expected.holds(node);
    }
  }

  @Test
  void aPartitionAddedLaterIsReadWhole() throws Exception {
    Expected expected = new Expected();
    try (Node node = node("latest", Map.of())) {
      node.await(now -> now.status().state() == State.RUNNING);
      expected.sendAll(100);
      node.await(now -> now.rows() == 100);
      broker().grow(Node.TOPIC, 5);
      for (int i = 0; i < 50; i++) {
        expected.send(3 + i % 2);
      }
      broker().flush();
      node.await(now -> now.rows() == 150 && now.status().lag().size() == 5);
      expected.holds(node);
    }
  }

  @Test
  void aBrokerThatIsAwayIsWaitedFor() throws Exception {
    Expected expected = new Expected();
    expected.sendAll(200);
    broker().stop();
    try (Node node = node()) {
      StreamReadings away = node.await(now -> now.status().state() == State.DEGRADED);
      assertThat(away.status().error()).isPresent();
      assertThat(node.features(1)[0]).isZero();
      broker().start();
      node.await(now -> now.rows() == 200);
      expected.holds(node);
      broker().stop();
      node.await(now -> now.status().state() == State.DEGRADED);
      expected.holds(node);
      broker().start();
      expected.sendAll(200);
      node.await(now -> now.rows() == 400 && now.status().state() == State.RUNNING);
      expected.holds(node);
      assertThat(node.told).anyMatch(line -> line.contains("payments, kafka topic payments:"));
    } finally {
      broker().stop();
      broker().start();
    }
  }

  @Test
  void recordsDeletedBeforeTheyWereReadAreCounted() throws Exception {
    Expected expected = new Expected();
    for (int i = 0; i < 10; i++) {
      expected.send(0);
    }
    broker().flush();
    try (Node node = node()) {
      node.await(now -> now.rows() == 10);
    }
    Expected lost = new Expected();
    for (int i = 0; i < 7; i++) {
      lost.send(0);
    }
    broker().flush();
    broker().deleteBefore(Node.TOPIC, 0, 17);
    expected.send(0);
    broker().flush();
    try (Node node = node()) {
      StreamReadings now = node.await(one -> one.rows() == 1);
      assertThat(now.missed()).isEqualTo(7);
      assertThat(node.told).anyMatch(line -> line.contains("7 records, offsets 10 to 16"));
      expected.holds(node);
    }
    try (Node node = node()) {
      StreamReadings now = node.await(one -> one.status().state() == State.RUNNING);
      assertThat(now.missed()).as("told once").isZero();
    }
  }

  @Test
  void aTopicCreatedAnewIsReadOnlyWhenSomebodySaysSo() throws Exception {
    Expected expected = new Expected();
    expected.sendAll(30);
    try (Node node = node()) {
      node.await(now -> now.rows() == 30);
    }
    broker().delete(Node.TOPIC);
    broker().create(Node.TOPIC, 3);
    for (int i = 0; i < 60; i++) {
      expected.send(i % 3); // as many as were read, and more: the offsets alone would not tell
    }
    broker().flush();
    String id;
    try (Node node = node()) {
      StreamReadings refused = node.await(now -> now.status().state() == State.REFUSED);
      String error = refused.status().error().orElseThrow();
      assertThat(error).contains("created anew", "GNOMON_KAFKA_ACCEPT=");
      id = error.replaceAll("(?s).*GNOMON_KAFKA_ACCEPT=(\\S+).*", "$1");
      assertThat(refused.rows()).isZero();
    }
    try (Node node = node("earliest", Map.of("GNOMON_KAFKA_ACCEPT", id))) {
      node.await(now -> now.rows() == 60);
      expected.holds(node);
    }
    assertThat(new HashSet<>(Node.places(folder))).hasSizeLessThanOrEqualTo(90);
  }

  @Test
  void groupOffsetsShowOperatorsHowFarItIs() throws Exception {
    Expected expected = new Expected();
    for (int i = 0; i < 90; i++) {
      expected.send(i % 3);
    }
    broker().flush();
    try (Node node = node()) {
      node.await(now -> now.rows() == 90);
      List<Long> committed = List.of();
      long end = System.nanoTime() + 30_000_000_000L;
      while (!committed.equals(List.of(30L, 30L, 30L)) && System.nanoTime() < end) {
        committed = broker().committed("gnomon-payments", Node.TOPIC, 3);
      }
      assertThat(committed).containsExactly(30L, 30L, 30L);
    }
  }

  @Test
  void theEnvironmentSaysWhereTheBrokersAre() throws Exception {
    Expected expected = new Expected();
    expected.sendAll(3);
    try (Node node =
        new Node(
            folder,
            "127.0.0.1:1",
            "earliest",
            Map.of("GNOMON_KAFKA_SERVERS", broker().servers()))) {
      node.await(now -> now.rows() == 3);
    }
    assertThatThrownBy(() -> node("earliest", Map.of("GNOMON_KAFKA_CONFIG", "/no/such/file")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("GNOMON_KAFKA_CONFIG");
  }
}
