package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.ArrivalClock;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the documentation shows is what happens.
class RunnablePagesTest {
  @TempDir private Path folder;

  @Test
  void feast() throws Exception {
    try (LiveServer server =
        new LiveServer(
            FeastWorld.write(folder), ArrivalClock.wall(InstantSource.fixed(FeastWorld.NOW)))) {
      assertThat(new RunnablePage("reference/feast.md").run(server.port())).isEqualTo(4);
    }
  }

  @Test
  void openInference() throws Exception {
    try (LiveServer server =
        new LiveServer(
            SmallWorld.write(folder),
            ArrivalClock.wall(InstantSource.fixed(Instant.parse("2024-06-01T12:00:00Z"))))) {
      assertThat(new RunnablePage("reference/open-inference.md").run(server.port())).isEqualTo(5);
    }
  }
}
