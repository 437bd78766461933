package dev.gnomon.engines.redis;

import dev.gnomon.core.BadInput;
import dev.gnomon.features.spi.KeyRecords;
import dev.gnomon.features.spi.KeyRecordsProvider;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Connects to Redis 6.2 or later: `redis://[user:password@]host[:port][/database]`, or `rediss://`
/// for TLS.
public final class RedisRecordsProvider implements KeyRecordsProvider {
  private static final Duration CONNECT = Duration.ofSeconds(1);

  /// Threads that all connections of the process share.
  private static final class Shared {
    private static final ClientResources RESOURCES =
        DefaultClientResources.builder().ioThreadPoolSize(2).computationThreadPoolSize(2).build();
  }

  @Override
  public List<String> schemes() {
    return List.of("redis", "rediss");
  }

  @Override
  public void check(URI address) {
    try {
      if (address.getHost() == null) {
        throw new IllegalArgumentException("it names no host");
      }
      RedisURI.create(address);
    } catch (IllegalArgumentException e) {
      throw new BadInput(
          "online store",
          "'%s': %s".formatted(withoutPassword(address), e.getMessage()),
          "redis://host:port or redis://host:port/database");
    }
  }

  @Override
  public KeyRecords connect(URI address, String space) throws IOException {
    RedisURI uri = RedisURI.create(address);
    uri.setTimeout(RedisRecords.PATIENCE);
    RedisClient client = RedisClient.create(Shared.RESOURCES, uri);
    // A connection stands for one server process: it is never mended behind our back.
    client.setOptions(
        ClientOptions.builder()
            .autoReconnect(false)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .protocolVersion(ProtocolVersion.RESP2)
            .socketOptions(SocketOptions.builder().connectTimeout(CONNECT).tcpNoDelay(true).build())
            .build());
    boolean done = false;
    try {
      RedisRecords records =
          RedisRecords.open(client, client.connect(ByteArrayCodec.INSTANCE), space);
      done = true;
      return records;
    } catch (RedisException e) {
      throw new IOException(
          "%s can't be reached (%s)".formatted(withoutPassword(address), e.getMessage()), e);
    } finally {
      if (!done) {
        var _ = client.shutdownAsync(0, 0, TimeUnit.SECONDS);
      }
    }
  }

  private static String withoutPassword(URI address) {
    return address.getScheme() + "://" + address.getHost() + ":" + address.getPort();
  }
}
