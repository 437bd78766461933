package dev.gnomon.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Security;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients that send or take long bodies badly.
@Timeout(60)
@SuppressWarnings("NullAway.Init") // opened before each test
class LongBodyTest {
  private static final long LIMIT = 5_000_000;
  private static final long LONG = 200_000_000;

  @TempDir private Path folder;
  private final List<Throwable> told = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong read = new AtomicLong();
  private final CountDownLatch handled = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private Access access;
  private HttpFront front;

  @BeforeEach
  void open() {
    Security security =
        new Security(
            new Home(folder).tokens(),
            false,
            false,
            0,
            Optional.empty(),
            Duration.ofSeconds(1),
            InstantSource.system());
    access = Access.open(security, note -> {});
    front =
        new HttpFront(
            List.of(
                Route.stream(
                    Role.VIEWER, "PUT", "/count", "", LIMIT, this::count, ProblemDetails.FORM),
                Route.stream(
                    Role.VIEWER,
                    "PUT",
                    "/ignore",
                    "",
                    LIMIT,
                    (request, body) -> Answer.json(200, "{}"),
                    ProblemDetails.FORM),
                Route.get(Role.VIEWER, "/long", "", request -> content(LONG)),
                Route.get(Role.VIEWER, "/short", "", request -> content(10)),
                Route.get(Role.VIEWER, "/broken", "", request -> content(-1))),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            access,
            told::add);
    front.start("127.0.0.1", 0);
  }

  @AfterEach
  void close() {
    front.close();
    access.close();
  }

  private Answer count(Request request, InputStream body) throws IOException {
    try {
      byte[] buffer = new byte[10_000];
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        read.addAndGet(n);
      }
      return Answer.json(200, Long.toString(read.get()));
    } finally {
      handled.countDown();
    }
  }

  /// @param length negative for one that can't be read
  private Answer content(long length) {
    return Answer.content(
        "application/octet-stream",
        new Answer.Content() {
          @Override
          public long length() {
            return Math.abs(length) * (length < 0 ? 1_000 : 1);
          }

          @Override
          public String etag() {
            return "\"x\"";
          }

          @SuppressWarnings("InputStreamSlowMultibyteRead") // a few bytes
          @Override
          public InputStream open(long from, long until) {
            return new InputStream() {
              @Override
              public int read() throws IOException {
                if (length < 0) {
                  throw new IOException("damaged");
                }
                return 7;
              }

              @Override
              public void close() {
                closed.countDown();
              }
            };
          }
        },
        Map.of());
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), front.port());
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// All until the server closes.
  private static String rest(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (java.net.SocketException e) {
      return ""; // reset: what was not read of the request
    }
  }

  private static String head(String what, String more) {
    return what + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
  }

  @Test
  void aSenderThatStallsIsGivenUp() throws Exception {
    try (Socket socket = connect()) {
      say(socket, head("PUT /count", "Content-Length: 1000\r\n") + "0123456789");
      assertThat(rest(socket)).startsWith("HTTP/1.1 408");
      assertThat(handled.await(1, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(told).isEmpty();
  }

  @Test
  void aSenderThatTricklesIsGivenUp() throws Exception {
    try (Socket socket = connect()) {
      say(socket, head("PUT /count", "Content-Length: 1000000\r\n"));
      OutputStream out = socket.getOutputStream();
      long until = System.nanoTime() + 20_000_000_000L;
      try {
        while (handled.getCount() > 0 && System.nanoTime() < until) {
          out.write('x');
          handled.await(20, TimeUnit.MILLISECONDS);
        }
      } catch (IOException e) {
        // Closed meanwhile.
      }
      assertThat(handled.getCount()).isZero();
      assertThat(read.get()).isLessThan(10_000);
    }
  }

  @Test
  void aSenderThatGoesAwayEndsTheHandler() throws Exception {
    try (Socket socket = connect()) {
      say(socket, head("PUT /count", "Content-Length: 1000\r\n") + "0123456789");
    }
    assertThat(handled.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(told).isEmpty();
  }

  @Test
  void aReaderThatStallsIsGivenUp() throws Exception {
    try (Socket socket = connect()) {
      socket.setReceiveBufferSize(4_096);
      say(socket, head("GET /long", ""));
      assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(told).isEmpty();
  }

  @Test
  void moreThanTheLimitIsRefusedBeforeOrWhileItComes() throws Exception {
    try (Socket socket = connect()) {
      say(socket, head("PUT /count", "Content-Length: %d\r\n".formatted(LIMIT + 1)));
      assertThat(rest(socket)).startsWith("HTTP/1.1 413");
    }
    assertThat(handled.getCount()).isEqualTo(1);
    try (Socket socket = connect()) {
      say(socket, head("PUT /count", "Transfer-Encoding: chunked\r\n"));
      byte[] chunk =
          ("10000\r\n" + "x".repeat(65_536) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      try {
        for (int i = 0; i < 200; i++) {
          socket.getOutputStream().write(chunk);
        }
      } catch (IOException e) {
        // Closed meanwhile.
      }
      assertThat(handled.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(read.get()).isLessThanOrEqualTo(LIMIT);
      String answer = rest(socket);
      assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 413")).as(answer).isTrue();
    }
  }

  @Test
  void whatAHandlerDoesNotReadIsPassedOver() throws Exception {
    try (Socket socket = connect()) {
      byte[] body = new byte[1_000_000];
      for (int i = 0; i < 3; i++) {
        say(socket, head("PUT /ignore", "Content-Length: 1000000\r\n"));
        socket.getOutputStream().write(body);
      }
      say(socket, head("GET /short", "Connection: close\r\n"));
      String all = rest(socket);
      assertThat(all.split("HTTP/1.1 200", -1)).hasSize(5);
      assertThat(all).endsWith("\r\n\r\n" + "\7".repeat(10));
    }
  }

  @Test
  void whatCannotBeReadIsAnErrorAndNotAPart() throws Exception {
    try (Socket socket = connect()) {
      say(socket, head("GET /broken", "Connection: close\r\n"));
      assertThat(rest(socket)).startsWith("HTTP/1.1 503").doesNotContain("damaged");
    }
    assertThat(told).hasSize(1);
  }

  @Test
  void manyLongBodiesAtOnceAllArrive() throws Exception {
    List<Thread> threads = new ArrayList<>();
    AtomicLong right = new AtomicLong();
    for (int i = 0; i < 100; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try (Socket socket = connect()) {
                  say(
                      socket,
                      head("PUT /ignore", "Connection: close\r\nContent-Length: 100000\r\n"));
                  socket.getOutputStream().write(new byte[100_000]);
                  if (rest(socket).startsWith("HTTP/1.1 200")) {
                    right.incrementAndGet();
                  }
                } catch (IOException e) {
                  told.add(e);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(told).isEmpty();
    assertThat(right.get()).isEqualTo(100);
  }
}
