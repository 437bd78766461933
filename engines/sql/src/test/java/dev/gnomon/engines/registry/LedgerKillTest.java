package dev.gnomon.engines.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.LedgerState;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process killed in the midst of control changes, again and again on one home.
class LedgerKillTest {
  @TempDir Path directory;

  @Test
  void threeKills() throws Exception {
    kills(3);
  }

  @Test
  @Tag("long")
  void twentyKills() throws Exception {
    kills(20);
  }

  private void kills(int count) throws Exception {
    Home home = new Home(directory.resolve("home"));
    Files.createDirectories(home.root());
    Random random = new Random(7);
    long before = 0;
    for (int i = 0; i < count; i++) {
      long told = untilKilled(home, i, 1 + random.nextInt(25));
      try (Registry registry =
          Registry.open(home, Optional.empty(), Map.of(), InstantSource.system())) {
        assertThat(registry.verifyLedger().problem()).isEmpty();
        List<LedgerEntry> all = registry.ledger(0, Integer.MAX_VALUE);
        // All that was acknowledged, and at most the one change (of up to three entries) in flight.
        assertThat((long) all.size()).isBetween(told, told + 3);
        assertThat(all.size()).isGreaterThan((int) before);
        before = all.size();
        consistent(registry, all);
        // The file beside it is on the chain, and goes on to be written.
        registry.record("note", "churn", "kill", "{}", "test", "");
        assertThat(Files.readString(home.ledgerHead())).startsWith((before + 1) + " ");
        before++;
      }
    }
  }

  /// A promotion or rollback is there with its move of the alias or not at all; versions have no
  /// gaps.
  private static void consistent(Registry registry, List<LedgerEntry> all) {
    for (int i = 0; i < all.size(); i++) {
      String kind = all.get(i).kind();
      if (kind.equals("promotion") || kind.equals("rollback")) {
        assertThat(all.size()).isGreaterThan(i + 1);
        assertThat(all.get(i + 1).kind()).isEqualTo("alias");
      }
    }
    List<ModelVersion> versions = registry.versions("churn");
    for (int i = 0; i < versions.size(); i++) {
      assertThat(versions.get(i).version()).isEqualTo(i + 1);
    }
    Optional<ModelVersion> champion = registry.alias("churn", "champion");
    assertThat(registry.stateAt("churn", Instant.MAX).flatMap(LedgerState.Deciding::version))
        .isEqualTo(champion.map(ModelVersion::version));
  }

  /// @return how many entries the child said there were, last
  private static long untilKilled(Home home, int seed, int changes) throws Exception {
    Process process = start(home, seed);
    long told = 0;
    int lines = 0;
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        told = Long.parseLong(line);
        if (++lines == changes) {
          process.toHandle().destroyForcibly();
        }
      }
    }
    assertThat(process.waitFor()).isEqualTo(137);
    return told;
  }

  private static Process start(Home home, int seed) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            ChildPath.of(LedgerChild.class),
            LedgerChild.class.getName(),
            home.root().toString(),
            Integer.toString(seed))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
