package dev.gnomon.engines.redis;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/// A real Redis server on the loopback, whose process tests kill and start again.
final class Server implements AutoCloseable {
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final Path directory;
  private final int port;
  private final List<String> options;
  private @Nullable Process process;

  private Server(Path directory, int port, List<String> options) {
    this.directory = directory;
    this.port = port;
    this.options = options;
  }

  /// @param options further options of the server
  static Server start(Path directory, String... options) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Server server = new Server(directory, port, List.of(options));
    server.start();
    return server;
  }

  void start() throws IOException {
    File program = ExecutableProvider.newJarResourceProvider(directory.toFile()).get();
    List<String> command = new ArrayList<>(List.of(program.getAbsolutePath()));
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", directory.toString(), "--save", ""));
    command.addAll(options);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis.log").toFile())
            .start();
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (!answers()) {
      if (System.nanoTime() > until || !process.isAlive()) {
        throw new IOException("Redis did not start, see " + directory.resolve("redis.log"));
      }
      Thread.onSpinWait();
    }
  }

  /// Whether it has its data: while it loads, it answers with an error.
  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write("PING\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return socket.getInputStream().read() == '+';
    } catch (IOException e) {
      return false;
    }
  }

  /// As `kill -9` does.
  void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  /// Stops or continues it where it stands, as a machine that hangs does.
  void signal(String name) throws IOException, InterruptedException {
    if (process != null) {
      int _ =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }
  }

  Path directory() {
    return directory;
  }

  URI address() {
    return URI.create("redis://127.0.0.1:" + port);
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
      process.onExit().join();
    }
  }
}
