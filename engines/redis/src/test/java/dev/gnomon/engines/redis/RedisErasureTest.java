package dev.gnomon.engines.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.DirectoryLock;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineStores;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.DecideRequest;
import dev.gnomon.serving.Erasure;
import dev.gnomon.serving.ErasureReport;
import dev.gnomon.serving.FeatureSource;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.ServingNode;
import dev.gnomon.testkit.MadeSources;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A person is erased from a store that nodes share: their own keys, and those that they form
/// together with others.
class RedisErasureTest {
  private static final Instant NOON = Instant.parse("2024-06-01T12:00:00Z");
  private static final String KEY = "person-7781";
  private static final List<String> TRACES = List.of(KEY, "event-of-7781", "shop-of-7781");
  private static final String FILE =
      """
      name: churn
      frame:
        task: binary
        entity: customer
        entities: {merchant: shop}
        observe: {every: 7d, from: 2024-01-01, to: 2024-06-01, population: {source: people}}
        target: {no-event: logins, within: 30d}
      data:
        sources:
          people: {kind: state, path: x, key: customer, event-time: at}
          logins: {kind: events, path: x, key: customer, event-time: at, id: id}
          pair: {kind: events, path: x, key: {customer: customer, merchant: m}, event-time: at, id: id}
      features:
        people: {columns: [age]}
        logins: [{count: "*", windows: [30d]}]
        pair: [{count: "*", windows: [30d]}]
      production:
        serving: {last-good: 1h}
        fallback:
          - {otherwise: true, score: 0.3}
      """;

  @TempDir Path directory;

  private UseCase useCase() {
    return UseCaseReader.parse(FILE, directory.resolve("usecase.yaml"));
  }

  private Home home(String name) {
    return new Home(directory.resolve(name));
  }

  private ServingNode open(String name, Server server) throws IOException {
    MadeSources files = new MadeSources();
    files.put("people", "customer:s, at:t, age:n, shop:s");
    files.put("logins", "id:s, customer:s, at:t");
    files.put("pair", "id:s, customer:s, m:s, at:t, key of customer and merchant:s");
    return ServingNode.open(
        home(name),
        List.of(useCase()),
        any -> files,
        OnlineStores.at(server.address().toString()),
        Registry.open("memory", Map.of(), () -> NOON),
        ArrivalClock.wall(() -> NOON),
        line -> {},
        Progress.NONE);
  }

  private static void await(BooleanSupplier done) {
    long until = System.nanoTime() + 60_000_000_000L;
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(until);
      Thread.onSpinWait();
    }
  }

  private static void post(ServingNode node, String source, String rows) {
    node.source(source).orElseThrow().post(rows.getBytes(StandardCharsets.UTF_8));
  }

  private static void person(ServingNode node, String key, String shop, String id, int many) {
    post(
        node,
        "people",
        "{\"customer\":\"%s\",\"at\":\"2024-05-01T00:00:00Z\",\"age\":41,\"shop\":\"%s\"}"
            .formatted(key, shop));
    StringBuilder pairs = new StringBuilder();
    for (int i = 0; i < many; i++) {
      pairs.append(
          "{\"id\":\"%s%d\",\"customer\":\"%s\",\"m\":\"%s\",\"at\":\"2024-05-30T08:00:00Z\"}%n"
              .formatted(id, i, key, shop));
    }
    post(node, "pair", pairs.toString());
    post(
        node,
        "logins",
        "{\"id\":\"%s\",\"customer\":\"%s\",\"at\":\"2024-05-30T08:00:00Z\"}".formatted(id, key));
  }

  /// The count of logins, and of events with the merchant; -1 while the store does not answer.
  private static double count(ServingNode node, String key, String feature) {
    LiveUseCase live = node.useCase("churn").orElseThrow();
    FeatureRow row = new FeatureRow(live.features().plan().row());
    try {
      live.read(key, Times.micros(NOON), row);
    } catch (FeatureSource.Unavailable e) {
      return -1;
    }
    return row.number(live.features().plan().row().require(feature));
  }

  /// Keys and all that is below them, as raw bytes.
  private static Map<String, String> everything(RedisCommands<byte[], byte[]> redis) {
    Map<String, String> all = new TreeMap<>();
    for (byte[] key : redis.keys("*")) {
      StringBuilder values = new StringBuilder();
      switch (redis.type(key)) {
        case "list" -> redis.lrange(key, 0, -1).forEach(one -> values.append(text(one)));
        case "hash" ->
            redis.hgetall(key).forEach((name, one) -> values.append(text(name)).append(text(one)));
        case "string" -> values.append(text(redis.get(key)));
        case String other -> throw new AssertionError(other);
      }
      all.put(text(key), values.toString());
    }
    return all;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private void nothingIsLeft(RedisCommands<byte[], byte[]> redis, String... homes)
      throws IOException {
    String all = everything(redis).toString();
    assertThat(TRACES).noneMatch(all::contains);
    for (String home : homes) {
      try (Stream<Path> files = Files.walk(home(home).root())) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
          assertThat(TRACES).as(file.toString()).noneMatch(bytes::contains);
        }
      }
    }
  }

  @Test
  void nothingIsLeftInTheSharedStoreAndOthersAreWhereTheyWere() throws Exception {
    Path folder = Files.createDirectories(directory.resolve("redis"));
    RedisClient client = null;
    try (Server server = Server.start(folder)) {
      client = RedisClient.create(RedisURI.create(server.address()));
      StatefulRedisConnection<byte[], byte[]> plain = client.connect(ByteArrayCodec.INSTANCE);
      RedisCommands<byte[], byte[]> redis = plain.sync();
      try (ServingNode node = open("one", server)) {
        await(() -> count(node, "k2", "logins_count_30d") == 0);
        person(node, "k2", "shop-of-7782", "other", 3);
        await(() -> count(node, "k2", "pair_count_30d") == 3);
        var before = everything(redis).keySet();
        person(node, KEY, "shop-of-7781", "event-of-7781", 5);
        await(() -> count(node, KEY, "pair_count_30d") == 5);
        node.useCase("churn").orElseThrow().decide(DecideRequest.of(KEY));
        assertThat(everything(redis).toString()).contains(KEY);

        ErasureReport report = node.erase("churn", KEY, "ada", "asked for", false);
        assertThat(report.rows()).containsEntry("pair", 5).containsEntry("logins", 1);
        assertThat(report.decisions()).isEqualTo(1);
        nothingIsLeft(redis, "one");
        assertThat(everything(redis).keySet()).isEqualTo(before);
        assertThat(count(node, KEY, "logins_count_30d")).isZero();
        assertThat(count(node, "k2", "pair_count_30d")).isEqualTo(3);

        // At once after the rows came, which the store has not yet.
        for (int i = 0; i < 3; i++) {
          person(node, KEY, "shop-of-7781", "event-of-7781" + i, 2_000);
          assertThat(node.erase("churn", KEY, "ada", "", false).rows())
              .containsEntry("pair", 2_000);
          person(node, "k2", "shop-of-7782", "more" + i, 1);
          int expected = 4 + i;
          await(() -> count(node, "k2", "pair_count_30d") == expected);
          nothingIsLeft(redis, "one");
        }
        assertThat(report.left())
            .noneMatch(line -> line.contains("shared with") || line.contains("holds it still"));
      }
      // Another node brings in nothing of it, and is named: its logs are its own.
      try (ServingNode node = open("one", server);
          ServingNode other = open("other", server)) {
        await(() -> count(node, KEY, "logins_count_30d") == 0);
        await(() -> count(other, "k2", "pair_count_30d") == 6);
        assertThat(node.erase("churn", KEY, "ada", "", false).left())
            .anyMatch(line -> line.contains("shared with node") && line.contains("there too"));
        nothingIsLeft(redis, "one", "other");
      }
      // Without a server the store is out of reach: said, and nothing done.
      Registry registry = Registry.open("memory", Map.of(), () -> NOON);
      try (DirectoryLock _ = home("one").lock()) {
        assertThatThrownBy(() ->
                Erasure.ofHeld(home("one"), registry)
                    .erase(useCase(), List.of(useCase()), "k2", "ada", "", false, NOON))
            .isInstanceOf(Refusal.class)
            .hasMessageContaining("POST /v1/erasures");
      }
      try (ServingNode node = open("one", server)) {
        await(() -> count(node, "k2", "pair_count_30d") == 6);
      }
      plain.close();
    } finally {
      if (client != null) {
        client.shutdown();
      }
    }
  }
}
