package dev.gnomon.engines.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// S3Proxy in a process of its own, which keeps its objects in memory: its many libraries are older
/// than ours. Its class path is that of the tests, or `GNOMON_S3PROXY_CP`.
final class S3Server implements AutoCloseable {
  private static final String MAIN = "org.gaul.s3proxy.Main";

  private final Process process;
  private final int port;

  private S3Server(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static S3Server start(Path folder) throws IOException {
    String path = System.getenv("GNOMON_S3PROXY_CP");
    if (path == null) {
      assumeTrue(there(), "no S3Proxy on the class path; GNOMON_S3PROXY_CP may name one");
      path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path settings = folder.resolve("s3proxy.properties");
    Files.writeString(
        settings,
        """
        s3proxy.authorization=aws-v2-or-v4
        s3proxy.identity=test
        s3proxy.credential=secret
        s3proxy.endpoint=http://127.0.0.1:%d
        jclouds.provider=transient-nio2
        jclouds.identity=test
        jclouds.credential=secret
        """
            .formatted(port));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                path,
                MAIN,
                "--properties",
                settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("s3proxy.log").toFile())
            .start();
    S3Server server = new S3Server(process, port);
    long until = System.nanoTime() + 60_000_000_000L;
    while (!server.answers()) {
      if (!process.isAlive() || System.nanoTime() > until) {
        server.close();
        throw new IOException("no server: " + Files.readString(folder.resolve("s3proxy.log")));
      }
      LockSupport.parkNanos(50_000_000);
    }
    return server;
  }

  private static boolean there() {
    try {
      Class.forName(MAIN, false, S3Server.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private boolean answers() {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  Map<String, String> settings() {
    return Map.of(
        "AWS_ACCESS_KEY_ID", "test",
        "AWS_SECRET_ACCESS_KEY", "secret",
        "AWS_ENDPOINT_URL_S3", address().toString());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
