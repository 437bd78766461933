package dev.gnomon.engines.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.SourceLog;
import dev.gnomon.serving.ErasureReport;
import dev.gnomon.serving.LiveUseCase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What came of a person by streams is erased: rows, what was set aside as it came, decisions. The
/// topic itself is not ours; what was read of it is not read again.
class KafkaErasureTest {
  static final String KEY = "person-7781";
  private static final List<String> TRACES = List.of(KEY, "gadget-of-7781", "7781.25");

  @TempDir private Path folder;

  private static String row(String key, int number, String amount) {
    return "{\"customer\":\"%s\",\"at\":\"2024-03-01T00:%02d:%02dZ\",\"amount\":%s}"
        .formatted(key, number / 60 % 60, number % 60, amount);
  }

  private Node node(Broker broker) throws IOException {
    return new Node(folder.resolve("node"), Asked.useCase(broker.servers(), ""), Map.of());
  }

  private Home home() {
    return new Home(folder.resolve("node").resolve("home"));
  }

  /// @param many rows of the person
  private static void send(Broker broker, int many) throws Exception {
    broker.create("customers", 1);
    broker.create(Node.TOPIC, 1);
    broker.create(Asked.REQUESTS, 1);
    broker.create(Asked.DECISIONS, 1);
    broker.send(
        "customers",
        0,
        "{\"customer\":\"%s\",\"at\":\"2024-03-01\",\"plan\":\"gadget-of-7781\"}"
            .formatted(KEY)
            .getBytes(UTF_8));
    for (int i = 0; i < many; i++) {
      broker.send(Node.TOPIC, 0, row(KEY, i, "7781.25").getBytes(UTF_8));
    }
    for (int i = 0; i < 7; i++) {
      broker.send(Node.TOPIC, 0, row("c2", i, "2").getBytes(UTF_8));
    }
    for (String wrong :
        List.of(
            "no row of " + KEY,
            "{\"customer\":\"" + KEY + "\",\"at\":\"yesterday\",\"amount\":7781.25}",
            "{\"custmer\":\"" + KEY + "\"}",
            // The reason names what was found.
            "{\"customer\":\"" + KEY + "\",\"at\":\"gadget-of-7781\"}",
            "{\"customer\":\"" + KEY + "\",\"" + "x".repeat(9_000) + "\":1}",
            "somebody else's nonsense")) {
      broker.send(Node.TOPIC, 0, wrong.getBytes(UTF_8));
    }
    for (String key : List.of(KEY, "c2")) {
      broker.send(
          Asked.REQUESTS,
          0,
          "{\"key\":\"%s\",\"at\":\"2024-03-20T00:00:00Z\"}".formatted(key).getBytes(UTF_8));
    }
    broker.flush();
  }

  private static double count(Node node, String key) {
    LiveUseCase live = node.serving.useCases().getFirst();
    FeatureRow row = new FeatureRow(live.features().plan().row());
    live.features().read(key, Node.AT, row);
    return row.number(0);
  }

  private List<String> holding() throws IOException {
    try (Stream<Path> all = Files.walk(home().root())) {
      return all.filter(Files::isRegularFile)
          .filter(file -> {
            try {
              String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
              return TRACES.stream().anyMatch(bytes::contains);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          })
          .map(Path::toString)
          .toList();
    }
  }

  @Test
  void nothingOfAPersonIsLeftAndTheTopicIsNotReadAgain() throws Exception {
    try (Broker broker = new Broker(folder.resolve("kafka"))) {
      send(broker, 50);
      try (Node node = node(broker)) {
        node.await(now -> now.rows() == 57 && now.setAside() == 6);
        node.awaitRequests(now -> now.decided() == 2);
        assertThat(count(node, KEY)).isEqualTo(50);
        assertThat(holding()).hasSizeGreaterThan(2);
        ErasureReport report = node.serving.erase("paying", KEY, "ada", "asked for", false);
        assertThat(report.rows()).containsEntry("payments", 55).containsEntry("customers", 1);
        assertThat(report.decisions()).isEqualTo(1);
        assertThat(report.left())
            .hasSize(3)
            .anyMatch(line -> line.contains("topic 'payments' (group gnomon-payments)"))
            .anyMatch(line -> line.contains("topic 'customers' (group gnomon-customers)"))
            .anyMatch(line ->
                line.contains("topics 'requests', 'decisions' (group " + Asked.GROUP + ")"));
        assertThat(holding()).isEmpty();
        assertThat(count(node, KEY)).isZero();
        assertThat(count(node, "c2")).isEqualTo(7);
      }
      // From the committed place on, and the records of the topic are there still.
      for (int life = 1; life <= 2; life++) {
        broker.send(Node.TOPIC, 0, row("c2", 10 + life, "2").getBytes(UTF_8));
        broker.flush();
        try (Node node = node(broker)) {
          node.await(now -> now.rows() == 1 && now.status().lag().equals(Map.of(0, 0L)));
          assertThat(count(node, KEY)).isZero();
          assertThat(count(node, "c2")).isEqualTo(7 + life);
          assertThat(holding()).isEmpty();
        }
      }
      assertThat(broker.committed(Node.TOPIC)).hasSize(65);
      List<SourceLog.SetAside> aside =
          Node.log(folder.resolve("node"), SourceLog.SET_ASIDE).stream()
              .map(SourceLog::setAside)
              .toList();
      assertThat(aside)
          .extracting(one -> new String(one.value(), UTF_8))
          .containsExactly("somebody else's nonsense");
    }
  }

  @Test
  void aKilledErasureIsFinishedByWhoeverComesNext() throws Exception {
    try (Broker broker = new Broker(folder.resolve("kafka"))) {
      send(broker, 20_000);
      try (Node node = node(broker)) {
        node.await(now -> now.rows() == 20_007);
        node.awaitRequests(now -> now.decided() == 2);
      }
      Path pending = home().erasures().resolve("pending.json");
      Path said = folder.resolve("child.txt");
      int inTheMidst = 0;
      for (int life = 0; life < 3; life++) {
        Process child =
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    EraseChild.class.getName(),
                    folder.resolve("node").toString(),
                    broker.servers())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (child.isAlive() && !Files.exists(pending) && System.nanoTime() < until) {
          Thread.onSpinWait();
        }
        int _ = child.destroyForcibly().waitFor();
        if (Files.exists(pending)) {
          inTheMidst++;
          assertThat(Files.readString(pending)).doesNotContain(TRACES);
        }
      }
      assertThat(inTheMidst).as(Files.readString(said)).isPositive();
      try (Node node = node(broker)) {
        assertThat(Files.exists(pending)).isFalse();
        assertThat(node.told).anyMatch(line -> line.contains("is finished now"));
        ErasureReport again = node.serving.erase("paying", KEY, "ada", "once more", false);
        assertThat(again.rows()).containsEntry("payments", 0);
        broker.send(Node.TOPIC, 0, row("c2", 20, "2").getBytes(UTF_8));
        broker.flush();
        node.await(now -> now.rows() == 1 && now.status().lag().equals(Map.of(0, 0L)));
        assertThat(count(node, KEY)).isZero();
        assertThat(count(node, "c2")).isEqualTo(8);
        assertThat(holding()).isEmpty();
      }
    }
  }
}
