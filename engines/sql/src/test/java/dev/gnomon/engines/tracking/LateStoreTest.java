package dev.gnomon.engines.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store is opened by its first call, and again by a later one when that failed.
class LateStoreTest {
  @TempDir private Path folder = Path.of("");

  private static Tracking sqlite(Path file) {
    return Tracking.open("sqlite", Map.of("path", file.toString()), InstantSource.system());
  }

  @Test
  void aServerThatStartsLaterIsReached() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Map<String, String> settings =
        Map.of("url", "jdbc:postgresql://localhost:" + port + "/postgres", "user", "postgres");
    try (Tracking tracking = Tracking.open("postgres", settings, InstantSource.system())) {
      assertThatThrownBy(() -> tracking.study(Study.DEFAULT))
          .isInstanceOfSatisfying(
              TrackingError.class,
              away -> assertThat(away.code()).isEqualTo(TrackingError.Code.TEMPORARILY_UNAVAILABLE))
          .hasMessageContaining("Try again");
      try (EmbeddedPostgres _ = EmbeddedPostgres.builder().setPort(port).start()) {
        assertThat(reached(tracking).name()).isEqualTo("Default");
      }
    }
  }

  /// What it says as soon as it says something; a failure is repeated for a second.
  private static Study reached(Tracking tracking) {
    long end = System.nanoTime() + 30_000_000_000L;
    while (true) {
      try {
        return tracking.study(Study.DEFAULT);
      } catch (TrackingError away) {
        if (System.nanoTime() > end) {
          throw away;
        }
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  @Test
  void manyFirstCallsOpenItOnce() throws Exception {
    try (Tracking tracking = sqlite(folder.resolve("deep/tracking.db"));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(folder.resolve("deep")).as("before the first call").doesNotExist();
      List<Callable<String>> calls = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        String name = "s" + i;
        calls.add(() -> tracking.createStudy(name, null, List.of()).id());
      }
      List<String> ids = new ArrayList<>();
      for (var call : threads.invokeAll(calls)) {
        ids.add(call.get());
      }
      assertThat(ids).doesNotHaveDuplicates().hasSize(16);
    }
  }

  @Test
  void whatIsNoDatabaseIsToldByEachCallAndLeftAlone() throws Exception {
    Path file = Files.writeString(folder.resolve("tracking.db"), "not a database ".repeat(500));
    byte[] before = Files.readAllBytes(file);
    try (Tracking tracking = sqlite(file)) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> tracking.study(Study.DEFAULT))
            .isInstanceOf(TrackingError.class)
            .hasMessageContaining("tracking.db")
            .hasMessageContaining("not a database");
      }
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void oneThatIsClosedBeforeItsFirstCallIsNotOpened() {
    Path file = folder.resolve("never.db");
    Tracking tracking = sqlite(file);
    tracking.close();
    assertThatThrownBy(() -> tracking.study(Study.DEFAULT))
        .isInstanceOf(IllegalStateException.class);
    assertThat(file).doesNotExist();
  }
}
