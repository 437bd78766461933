package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.registry.Registry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BackupCommandTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

  @TempDir Path folder;

  private Recorded run(int exitCode, String... arguments) {
    Recorded recorded = new Recorded(false);
    int code = Main.run(recorded.terminal, CLOCK, arguments);
    assertThat(code).as(recorded.err()).isEqualTo(exitCode);
    return recorded;
  }

  private Registry registry(String home) {
    Path file = new Home(folder.resolve(home)).registry();
    return Registry.open("sqlite", Map.of("path", file.toString()), CLOCK);
  }

  @Test
  void stateGoesIntoAFileAndBack() {
    String zip = folder.resolve("b.zip").toString();
    String home = folder.resolve("home").toString();
    String other = folder.resolve("other").toString();
    try (Registry registry = registry("home")) {
      registry.register("churn", "a".repeat(64), true, "{}", "test");
      JsonNode written =
          JsonMapper.shared().readTree(run(0, "backup", zip, "--home", home, "--json").out());
      assertThat(written.get("ledgerEntries").asInt()).isEqualTo(1);
    }
    run(0, "restore", zip, "--home", other);
    try (Registry registry = registry("other")) {
      assertThat(registry.versions("churn")).hasSize(1);
    }
    assertThat(run(1, "restore", zip, "--home", home).err()).contains("holds something already");
    assertThat(run(2, "backup", zip, "--home", home).err()).contains("exists already");
    assertThat(run(2, "backup", zip + "2", "--home", home + "2").err()).contains("no such folder");
    assertThat(run(2, "restore", zip + "3", "--home", home + "3").err()).contains("no such file");
  }
}
