package dev.gnomon.engines.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineStores;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.DecideRequest;
import dev.gnomon.serving.Decided;
import dev.gnomon.serving.DecisionRecord.Cause;
import dev.gnomon.serving.FeatureSource;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.ServingNode;
import dev.gnomon.testkit.MadeSources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two whole nodes over one server: what one is told the other decides by, and both go on deciding
/// while it is away.
class SharedNodesTest {
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final Instant NOON = Instant.parse("2024-06-01T12:00:00Z");
  private static final String FILE =
      """
      name: churn
      frame:
        task: binary
        entity: customer
        observe: {every: 7d, from: 2024-01-01, to: 2024-06-01, population: {source: logins}}
        target: {no-event: logins, within: 30d}
      data:
        sources:
          logins: {kind: events, path: x, key: customer, event-time: at, id: id}
      features:
        logins: [{count: "*", windows: [30d]}]
      production:
        serving: {last-good: 0s}
        fallback:
          - {when: logins_count_30d > 1, score: 0.1}
          - {when: logins_count_30d is missing, score: 0.2}
          - {otherwise: true, score: 0.3}
      """;

  @TempDir Path directory;

  private ServingNode open(String name, Server server) throws IOException {
    UseCase useCase = UseCaseReader.parse(FILE, directory.resolve("usecase.yaml"));
    MadeSources files = new MadeSources();
    files.put("logins", "id:s, customer:s, at:t");
    return ServingNode.open(
        new Home(directory.resolve(name)),
        List.of(useCase),
        any -> files,
        OnlineStores.at(server.address().toString()),
        Registry.open("memory", Map.of(), () -> NOON),
        ArrivalClock.wall(() -> NOON),
        line -> {},
        Progress.NONE);
  }

  private static LiveUseCase churn(ServingNode node) {
    return node.useCase("churn").orElseThrow();
  }

  private static void post(ServingNode node, String id) {
    node.source("logins")
        .orElseThrow()
        .post(
            "{\"id\":\"%s\",\"customer\":\"anna\",\"at\":\"2024-05-30T08:00:00Z\"}"
                .formatted(id)
                .getBytes(StandardCharsets.UTF_8));
  }

  private static Decided decide(ServingNode node) {
    return churn(node).decide(DecideRequest.of("anna"));
  }

  private static void until(ServingNode node, double score) {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (decide(node).record().score() != score) {
      assertThat(System.nanoTime()).as("decided at last by " + score).isLessThan(until);
      Thread.onSpinWait();
    }
  }

  @Test
  void decisionsGoOnWhileTheStoreIsAwayAndRecover() throws Exception {
    Path redis = Files.createDirectories(directory.resolve("redis"));
    try (Server server = Server.start(redis);
        ServingNode one = open("one", server);
        ServingNode other = open("other", server)) {
      until(one, 0.3);
      until(other, 0.3);
      post(one, "1");
      post(other, "2");
      until(one, 0.1);
      until(other, 0.1);
      assertThat(decide(one).record().cause()).isEqualTo(Cause.NO_VERSION);
      server.kill();
      until(one, 0.2);
      assertThat(decide(one).record().cause()).isEqualTo(Cause.FEATURES_AWAY);
      assertThat(decide(one).record().cause().degraded()).isTrue();
      FeatureRow row = new FeatureRow(churn(one).features().plan().row());
      assertThatThrownBy(() -> churn(one).read("anna", Times.micros(NOON), row))
          .isInstanceOf(FeatureSource.Unavailable.class);
      post(one, "3");
      server.start();
      // Empty at first, it is never read as that: 0.3 would be the answer to no events at all.
      long until = System.nanoTime() + PATIENCE_NANOS;
      double score;
      do {
        score = decide(one).record().score();
        assertThat(score).isIn(0.2, 0.1);
        assertThat(System.nanoTime()).isLessThan(until);
      } while (score != 0.1);
      until(other, 0.1);
    }
  }

  /// A server that hangs costs a decision its deadline, and after a few nothing more.
  @Test
  void aStoreThatHangsIsNotWaitedForEachTime() throws Exception {
    Path redis = Files.createDirectories(directory.resolve("redis"));
    try (Server server = Server.start(redis);
        ServingNode one = open("one", server)) {
      until(one, 0.3);
      server.signal("STOP");
      try {
        until(one, 0.2);
        assertThat(decide(one).record().cause()).isEqualTo(Cause.FEATURES_AWAY);
      } finally {
        server.signal("CONT");
      }
      until(one, 0.3);
    }
  }

  @Test
  void anUnknownAddressNamesTheEnginesThereAre() {
    assertThatThrownBy(() -> OnlineStores.at("reddis://localhost"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("reddis")
        .hasMessageContaining("redis");
  }
}
