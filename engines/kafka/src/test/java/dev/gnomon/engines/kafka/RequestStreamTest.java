package dev.gnomon.engines.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.serving.DecisionLog;
import dev.gnomon.serving.RequestReadings;
import dev.gnomon.serving.spi.EventStream.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class RequestStreamTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private Broker broker;

  @BeforeEach
  void start() throws Exception {
    broker = new Broker(folder.resolve("kafka"));
    broker.create("customers", 1);
    broker.create(Node.TOPIC, 1);
    broker.create(Asked.DECISIONS, 2);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private Node node(String name, String more, Map<String, String> environment) throws IOException {
    return new Node(folder.resolve(name), Asked.useCase(broker.servers(), more), environment);
  }

  private Node node(String more) throws IOException {
    return node("node", more, Map.of());
  }

  private void ask(int from, int to) {
    for (int number = from; number < to; number++) {
      broker.send(Asked.REQUESTS, Asked.partition(number), Asked.request(number).getBytes(UTF_8));
    }
    broker.flush();
  }

  private static Predicate<RequestReadings> answered(int many) {
    return now -> now.decided() + now.errors() == many;
  }

  private int decisions(String node) throws IOException {
    AtomicInteger many = new AtomicInteger();
    DecisionLog.forEach(
        new Home(folder.resolve(node).resolve("home")).decisions("paying"),
        record -> many.incrementAndGet());
    return many.get();
  }

  @Test
  void whateverIsAskedHasOneAnswer() throws Exception {
    broker.create(Asked.REQUESTS, 1);
    broker.create("wrong", 1);
    List<byte[]> asked = new ArrayList<>();
    asked.add("{\"key\":\"c1\",\"id\":\"a\",\"at\":\"2024-03-20T00:00:00Z\"}".getBytes(UTF_8));
    asked.add(null);
    asked.add("{\"key\":\"c2\",\"id\":\"a\",\"at\":\"2024-03-20T00:00:00Z\"}".getBytes(UTF_8));
    asked.add(new byte[] {(byte) 0xff, 0});
    asked.add("{\"key\":\"c1\",\"inputs\":{\"colour\":1},\"explain\":3}".getBytes(UTF_8));
    asked.add("{\"key\":\"c1\",\"at\":\"2020-01-01T00:00:00Z\"}".getBytes(UTF_8));
    asked.add("{\"key\":\"c1\",\"id\":\"gnomon-stream:x:0:0\"}".getBytes(UTF_8));
    asked.add(new byte[(1 << 20) + 1]);
    asked.add("{\"key\":\"Zoë 😀\",\"explain\":true}".getBytes(UTF_8));
    for (byte[] value : asked) {
      broker.send(
          new ProducerRecord<>(
              Asked.REQUESTS,
              0,
              "k".getBytes(UTF_8),
              value,
              List.of(new RecordHeader("trace", new byte[] {1, 2}))));
    }
    broker.flush();
    try (Node node = node(", errors: wrong")) {
      RequestReadings now = node.awaitRequests(answered(asked.size()));
      assertThat(now.decided()).isEqualTo(3);
      assertThat(now.errors()).isEqualTo(6);
      assertThat(now.status().state()).isEqualTo(State.RUNNING);
      assertThat(now.status().lag()).containsEntry(0, 0L);
    }
    List<ConsumerRecord<byte[], byte[]>> good = broker.committed(Asked.DECISIONS);
    List<ConsumerRecord<byte[], byte[]>> wrong = broker.committed("wrong");
    assertThat(good).hasSize(3);
    assertThat(wrong).hasSize(6);
    // The second request with an id gets the answer of the first, and is no second decision.
    List<String> ids = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> answer : good) {
      JsonNode json = JSON.readTree(answer.value());
      if (json.get("request").has("id")) {
        assertThat(json.get("request").get("id").asString()).isEqualTo("a");
        assertThat(json.get("key").asString()).isEqualTo("c1");
        ids.add(json.get("predictionId").asString());
      } else {
        assertThat(new String(answer.key(), UTF_8)).isEqualTo("Zoë 😀");
      }
      assertThat(answer.headers().lastHeader("trace").value()).containsExactly(1, 2);
    }
    assertThat(ids).hasSize(2);
    assertThat(ids.get(0)).isEqualTo(ids.get(1));
    assertThat(decisions("node")).isEqualTo(2);
    List<Integer> status = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> answer : wrong) {
      JsonNode json = JSON.readTree(answer.value());
      status.add(json.get("error").get("status").asInt());
      assertThat(json.get("request").get("offset").asInt())
          .isEqualTo(List.of(1, 3, 4, 5, 6, 7).get(status.size() - 1));
    }
    assertThat(status).containsExactly(400, 400, 400, 422, 400, 413);
    JsonNode binary = JSON.readTree(wrong.get(1).value());
    assertThat(binary.get("base64").asString()).isEqualTo("/wA=");
    assertThat(JSON.readTree(wrong.get(2).value()).get("error").get("errors")).hasSize(1);
    assertThat(JSON.readTree(wrong.get(5).value()).get("bytes").asInt()).isEqualTo((1 << 20) + 1);
  }

  @Test
  void aBrokerThatGoesAndComesBackCostsNothing() throws Exception {
    broker.create(Asked.REQUESTS, Asked.PARTITIONS);
    ask(0, 3_000);
    try (Node node = node("")) {
      node.awaitRequests(answered(3_000));
      broker.stop();
      node.awaitRequests(now -> now.status().state() == State.DEGRADED);
      assertThat(node.requests().status().error()).isPresent();
      broker.start();
      ask(3_000, 5_000);
      node.awaitRequests(now -> answered(5_000).test(now) && now.status().state() == State.RUNNING);
      assertThat(String.join("\n", node.told)).contains("trying again", "answered again");
    }
    Asked.check(broker.committed(Asked.DECISIONS), 5_000, folder.resolve("node"));
  }

  @Test
  void serversOfOneGroupShareTheRequests() throws Exception {
    broker.create(Asked.REQUESTS, Asked.PARTITIONS);
    try (Node one = node("one", "", Map.of())) {
      one.awaitRequests(now -> now.status().lag().size() == Asked.PARTITIONS);
      ask(0, 2_000);
      try (Node two = node("two", "", Map.of())) {
        two.awaitRequests(now -> !now.status().lag().isEmpty());
        one.awaitRequests(now -> now.status().lag().size() < Asked.PARTITIONS);
        ask(2_000, 6_000);
        two.awaitRequests(now -> now.decided() > 0);
      }
      ask(6_000, 7_000);
      one.awaitRequests(now ->
          now.status().lag().size() == Asked.PARTITIONS
              && now.status().lag().values().stream().allMatch(lag -> lag == 0));
    }
    List<ConsumerRecord<byte[], byte[]>> answers = broker.committed(Asked.DECISIONS);
    assertThat(answers.stream().map(a -> request(a).toString()).distinct()).hasSize(7_000);
    assertThat(answers).hasSize(7_000);
    long good = answers.stream().filter(a -> JSON.readTree(a.value()).has("predictionId")).count();
    assertThat(decisions("one") + decisions("two")).isEqualTo((int) good);
    assertThat(decisions("two")).isPositive();
  }

  private static JsonNode request(ConsumerRecord<byte[], byte[]> answer) {
    return JSON.readTree(answer.value()).get("request");
  }

  @Test
  void aGroupThatIsSetBackIsRefusedUntilAccepted() throws Exception {
    broker.create(Asked.REQUESTS, Asked.PARTITIONS);
    int many = 14_000; // more of each partition than is remembered
    ask(0, many);
    try (Node node = node("")) {
      node.awaitRequests(answered(many));
    }
    int decided = decisions("node");
    broker.forget(Asked.GROUP);
    String accepted;
    try (Node node = node("")) {
      RequestReadings now =
          node.awaitRequests(reading -> reading.status().state() == State.REFUSED);
      String error = now.status().error().orElseThrow();
      assertThat(error).contains("were decided already", KafkaSettings.ACCEPT + "=");
      accepted = error.replaceFirst("(?s).*" + KafkaSettings.ACCEPT + "=(\\S+).*", "$1");
    }
    assertThat(decisions("node")).isEqualTo(decided);
    try (Node node = node("node", "", Map.of(KafkaSettings.ACCEPT, accepted))) {
      node.awaitRequests(answered(many));
    }
    assertThat(decisions("node")).isEqualTo(2 * decided);
  }

  @Test
  void latestBeginsAtTheEndOnceAndForAll() throws Exception {
    broker.create(Asked.REQUESTS, Asked.PARTITIONS);
    ask(0, 100);
    try (Node node = node(", from: latest")) {
      node.awaitRequests(now -> now.status().lag().size() == Asked.PARTITIONS);
    }
    ask(100, 300); // while nobody looks
    try (Node node = node(", from: latest")) {
      node.awaitRequests(answered(200));
    }
    assertThat(broker.committed(Asked.DECISIONS)).hasSize(200);
  }

  @Test
  void aTopicThatIsMissingIsWaitedFor() throws Exception {
    try (Node node = node("")) {
      node.awaitRequests(
          now -> now.status().error().filter(e -> e.contains("UnknownTopic")).isPresent());
      broker.create(Asked.REQUESTS, 1);
      broker.send(Asked.REQUESTS, 0, Asked.request(1).getBytes(UTF_8));
      node.awaitRequests(answered(1));
    }
  }

  @Test
  void answersMayNotBeAsked() {
    assertThatThrownBy(() ->
            new Node(
                folder.resolve("loop"),
                Asked.useCase(broker.servers(), ", errors: requests"),
                Map.of()))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("topic of the requests");
  }
}
