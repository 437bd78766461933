package dev.gnomon.engines.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.serving.DecisionLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node that is killed again and again while it answers gives each request one answer that others
/// see, and has decided it once.
class RequestKillTest {
  /// Requests of one life before the kill, at most; produced while it lives.
  private static final int ROWS = 9_000;

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
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(17);
    try (Broker broker = new Broker(folder.resolve("kafka"))) {
      broker.create("customers", 1);
      broker.create(Node.TOPIC, 1);
      broker.create(Asked.REQUESTS, Asked.PARTITIONS);
      broker.create(Asked.DECISIONS, 2);
      Path killed = Files.createDirectory(folder.resolve("killed"));
      int produced = 0;
      int within = 0;
      for (int life = 0; life < kills; life++) {
        Process child = start(killed, broker.servers());
        try (BufferedReader said =
            new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8))) {
          int until = 1 + random.nextInt(ROWS / 2);
          for (int end = produced + ROWS; produced < end; produced++) {
            broker.send(
                Asked.REQUESTS, Asked.partition(produced), Asked.request(produced).getBytes(UTF_8));
          }
          long answered = 0;
          for (String line = said.readLine(); line != null; line = said.readLine()) {
            answered = Long.parseLong(line);
            if (answered >= until) {
              break;
            }
          }
          assertThat(answered)
              .as(Files.readString(killed.resolve("err")))
              .isGreaterThanOrEqualTo(until);
          // Some part of a batch or of its transaction further on.
          long end = System.nanoTime() + random.nextInt(40_000_000);
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
        } finally {
          child.destroyForcibly();
          int _ = child.waitFor();
        }
        broker.flush();
        within += decisions(killed) > good(broker) ? 1 : 0;
      }
      int all = produced;
      try (Node node = new Node(killed, Asked.useCase(broker.servers(), ""), Map.of())) {
        node.awaitRequests(now ->
            now.status().lag().size() == Asked.PARTITIONS
                && now.status().lag().values().stream().allMatch(lag -> lag == 0));
      }
      Asked.check(broker.committed(Asked.DECISIONS), all, killed);
      System.out.printf(
          "%d kills, %d of them between a decision and its answer: %,d requests, each answered and decided once%n",
          kills, within, all);
      assertThat(within).isPositive();
    }
  }

  /// How many decisions the log has.
  private static int decisions(Path folder) throws IOException {
    AtomicInteger many = new AtomicInteger();
    DecisionLog.forEach(
        new Home(folder.resolve("home")).decisions("paying"), record -> many.incrementAndGet());
    return many.get();
  }

  /// How many decisions readers of committed records see.
  private static long good(Broker broker) {
    return broker.committed(Asked.DECISIONS).stream()
        .filter(answer -> new String(answer.value(), UTF_8).contains("\"predictionId\""))
        .count();
  }

  private static Process start(Path folder, String servers) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                RequestChild.class.getName(),
                folder.toString(),
                servers))
        .redirectError(folder.resolve("err").toFile())
        .start();
  }
}
