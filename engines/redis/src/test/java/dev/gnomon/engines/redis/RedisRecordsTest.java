package dev.gnomon.engines.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.features.spi.KeyRecords;
import dev.gnomon.testkit.KeyRecordsContract;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // opened before all tests
class RedisRecordsTest extends KeyRecordsContract {
  @TempDir static Path directory;

  private static final RedisRecordsProvider PROVIDER = new RedisRecordsProvider();
  private static Server server;
  private static RedisClient client;
  private static StatefulRedisConnection<String, String> plain;

  @BeforeAll
  static void startServer() throws IOException {
    server = Server.start(directory);
    client = RedisClient.create(RedisURI.create(server.address()));
    plain = client.connect();
  }

  @AfterAll
  static void stopServer() {
    plain.close();
    client.shutdown();
    server.close();
  }

  @Override
  protected KeyRecords connect() throws IOException {
    return PROVIDER.connect(server.address(), "churn/0123456789abcdef");
  }

  @Override
  protected void flush() {
    plain.sync().flushall();
    plain.sync().configSet("maxmemory", "0");
  }

  @Test
  void allKeysOfAUseCaseAreOfOneSlot() throws IOException {
    assertThat(one.begin("", "e")).isTrue();
    one.load("e", List.of(new KeyRecords.Keyed("0:k", new byte[1])));
    assertThat(plain.sync().keys("*"))
        .isNotEmpty()
        .allMatch(key -> key.contains("{churn/0123456789abcdef}"));
    assertThat(plain.sync().keys("*").stream().map(SlotHash::getSlot).distinct()).hasSize(1);
  }

  @Test
  void aServerThatDropsKeysIsRefused() {
    plain.sync().configSet("maxmemory", "100mb");
    plain.sync().configSet("maxmemory-policy", "allkeys-lru");
    assertThatThrownBy(this::connect).hasMessageContaining("noeviction");
    plain.sync().configSet("maxmemory-policy", "noeviction");
  }

  @Test
  void scriptsThatTheServerForgotBreakTheConnectionOnly() throws Exception {
    assertThat(one.begin("", "e")).isTrue();
    plain.sync().scriptFlush();
    assertThatThrownBy(() -> one.begin("e", "f")).isInstanceOf(IOException.class);
    try (KeyRecords again = connect()) {
      assertThat(again.begin("x", "f")).isFalse();
    }
  }

  @Test
  void anAddressWithoutHostIsRefused() {
    assertThatThrownBy(() -> PROVIDER.check(URI.create("redis:///1")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("redis://host:port");
  }
}
