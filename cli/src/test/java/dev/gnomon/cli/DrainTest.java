package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.ArrivalClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that stops while it is asked answers everything it was sent: clients see the end of
/// their connection announced, never a request without its answer.
class DrainTest {
  private static final int CLIENTS = 16;
  private static final int BEFORE = 2_000;

  @TempDir private Path folder;

  /// Requests until the server says that it goes; what was sent and not answered with a decision.
  private static int unanswered(int port, AtomicInteger answered, CountDownLatch enough)
      throws IOException {
    String body = "{\"key\":\"k1\"}";
    byte[] request =
        """
        POST /v1/usecases/small/decide HTTP/1.1\r
        Host: 127.0.0.1\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        %s\
        """
            .formatted(body.length(), body)
            .getBytes(StandardCharsets.UTF_8);
    try (RawConnection connection = new RawConnection(port)) {
      while (true) {
        RawConnection.Reply reply = connection.exchange(request, false, false);
        if (reply.status() != 200) {
          return 1;
        }
        if (answered.incrementAndGet() >= BEFORE) {
          enough.countDown();
        }
        if (reply.head().toLowerCase(java.util.Locale.ROOT).contains("connection: close")) {
          return 0;
        }
      }
    }
  }

  @Test
  void answersWhatItWasSent() throws Exception {
    AtomicInteger answered = new AtomicInteger();
    CountDownLatch enough = new CountDownLatch(1);
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Integer>> unanswered = new ArrayList<>();
      LiveServer server =
          new LiveServer(
              SmallWorld.write(folder), ArrivalClock.replay(Instant.parse("2024-05-06T00:00:00Z")));
      try (server) {
        for (int i = 0; i < CLIENTS; i++) {
          unanswered.add(clients.submit(() -> unanswered(server.port(), answered, enough)));
        }
        enough.await();
      }
      for (Future<Integer> one : unanswered) {
        assertThat(one.get()).isZero();
      }
      assertThat(server.failures).isEmpty();
    }
  }
}
