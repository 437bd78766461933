package dev.gnomon.cli;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A real server on a free port of the loopback; may be stopped and started again.
final class PostgresServer implements AutoCloseable {
  private final Path data;
  private final int port;
  private @Nullable EmbeddedPostgres server;

  /// @param data where it keeps its files
  PostgresServer(Path data) throws IOException {
    this.data = data;
    server = EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false).start();
    port = server.getPort();
  }

  /// As commands take it.
  String address() {
    return "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres&password=secret".formatted(port);
  }

  /// As engines take it.
  Map<String, String> settings() {
    return Map.of("url", "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "user", "postgres");
  }

  void stop() throws IOException {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  void start() throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setPort(port)
            .start();
  }

  @Override
  public void close() throws IOException {
    stop();
  }
}
