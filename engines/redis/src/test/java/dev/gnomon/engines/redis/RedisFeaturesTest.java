package dev.gnomon.engines.redis;

import dev.gnomon.features.spi.KeyRecords;
import dev.gnomon.testkit.SharedFeaturesContract;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// With a real server, killed and started again.
@SuppressWarnings("NullAway.Init") // started before all tests
class RedisFeaturesTest extends SharedFeaturesContract {
  @TempDir static Path home;

  private static Server server;

  @BeforeAll
  static void startServer() throws IOException {
    server = Server.start(home);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Override
  protected KeyRecords connect(String space) throws IOException {
    return new RedisRecordsProvider().connect(server.address(), space);
  }

  private static void ask(Consumer<StatefulRedisConnection<String, String>> what) {
    RedisClient client = RedisClient.create(RedisURI.create(server.address()));
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      what.accept(connection);
    } finally {
      client.shutdown();
    }
  }

  @Override
  protected void flush() {
    ask(connection -> connection.sync().flushall());
  }

  @Override
  protected void save() {
    ask(connection -> connection.sync().save());
  }

  @Override
  protected void kill() throws InterruptedException {
    server.kill();
  }

  @Override
  protected void start(boolean saved) throws IOException {
    if (!saved) {
      Files.deleteIfExists(home.resolve("dump.rdb"));
    }
    server.start();
  }
}
