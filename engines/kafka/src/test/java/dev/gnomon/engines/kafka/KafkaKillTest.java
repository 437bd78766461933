package dev.gnomon.engines.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.features.SourceLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node that is killed again and again in mid-stream ends where one that was left alone does.
class KafkaKillTest {
  private static final int PARTITIONS = 3;

  /// Rows of one life before the kill, at most; what is produced while it lives.
  private static final int ROWS = 12_000;

  @TempDir private Path folder;

  @Test
  void aFewKillsLoseAndDoubleNothing() throws Exception {
    kill(3);
  }

  @Tag("long")
  @Test
  void twentyKillsLoseAndDoubleNothing() throws Exception {
    kill(20);
  }

  private void kill(int kills) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
    try (Broker broker = new Broker(folder.resolve("kafka"))) {
      broker.create("customers", 1);
      broker.create(Node.TOPIC, PARTITIONS);
      Path killed = Files.createDirectory(folder.resolve("killed"));
      int produced = 0;
      int inMidStream = 0;
      for (int life = 0; life < kills; life++) {
        Process child = start(killed, broker.servers());
        try (BufferedReader said =
            new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8))) {
          int until = 1 + random.nextInt(ROWS * 3 / 4);
          produced = produce(broker, produced, ROWS);
          long rows = 0;
          for (String line = said.readLine(); line != null; line = said.readLine()) {
            rows = Long.parseLong(line);
            if (rows >= until) {
              break;
            }
          }
          assertThat(rows)
              .as(Files.readString(killed.resolve("err")))
              .isGreaterThanOrEqualTo(until);
          // Some part of a batch further on.
          long end = System.nanoTime() + random.nextInt(3_000_000);
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
        } finally {
          child.destroyForcibly();
          int _ = child.waitFor();
        }
        broker.flush();
        inMidStream += Node.log(killed, SourceLog.STREAMED).size() < produced ? 1 : 0;
      }
      int all = produced;
      Path undisturbed = Files.createDirectory(folder.resolve("undisturbed"));
      List<double[]> expected = new ArrayList<>();
      try (Node node = new Node(undisturbed, broker.servers(), "earliest", Map.of())) {
        node.await(now -> now.rows() == all);
        for (int key = 0; key < Node.KEYS; key++) {
          expected.add(node.features(key));
        }
      }
      try (Node node = new Node(killed, broker.servers(), "earliest", Map.of())) {
        node.await(now ->
            now.status().lag().size() == PARTITIONS
                && now.status().lag().values().stream().allMatch(lag -> lag == 0));
        for (int key = 0; key < Node.KEYS; key++) {
          assertThat(node.features(key)).as("c" + key).isEqualTo(expected.get(key));
        }
      }
      assertThat(Node.places(killed)).hasSize(all).doesNotHaveDuplicates();
      assertThat(Node.places(undisturbed)).hasSize(all);
      double counted = expected.stream().mapToDouble(values -> values[0]).sum();
      assertThat(counted).isEqualTo(all);
      System.out.printf(
          "%d kills, %d of them with rows still to come: %,d rows, none lost or doubled%n",
          kills, inMidStream, all);
      assertThat(inMidStream).isPositive();
    }
  }

  private static int produce(Broker broker, int from, int many) {
    for (int i = from; i < from + many; i++) {
      broker.send(Node.TOPIC, i % PARTITIONS, Node.row(i * 7 % Node.KEYS, i).getBytes(UTF_8));
    }
    return from + many;
  }

  private static Process start(Path folder, String servers) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            NodeChild.class.getName(),
            folder.toString(),
            servers)
        .redirectError(folder.resolve("err").toFile())
        .start();
  }
}
