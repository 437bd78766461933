package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.LedgerState;
import dev.gnomon.registry.Registry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The ledger knows which servers decided by which statement: from their start to their end, and
/// what can be known of one that was killed.
class ServingLedgerTest {
  @TempDir private Path folder;

  private record Seen(boolean serving, Instant since, String definition) {
    static Seen of(LedgerState.Node node) {
      return new Seen(node.serving(), node.since(), node.defined().orElseThrow().definition());
    }
  }

  private static Seen at(Registry registry, Instant when) {
    LedgerState.Deciding state = registry.stateAt("small", when).orElseThrow();
    assertThat(state.version()).as("fallback rules decide").isEmpty();
    assertThat(state.nodes()).hasSize(1);
    return Seen.of(state.nodes().firstEntry().getValue());
  }

  @Test
  void tellsBeginningsAndEndsOfServers() throws Exception {
    Path useCase = SmallWorld.write(folder);
    Path home = folder.resolve("home");
    UpProcess first = UpProcess.start(folder, useCase, home, List.of());
    Instant serving;
    try (Registry registry = registry(home)) {
      serving = Instant.now();
      Seen one = at(registry, serving);
      assertThat(one.serving()).isTrue();
      first.kill();
      assertThat(at(registry, Instant.now())).as("nobody saw it die").isEqualTo(one);

      UpProcess second = UpProcess.start(folder, useCase, home, List.of());
      Seen again = at(registry, Instant.now());
      assertThat(again.serving()).isTrue();
      assertThat(again.since()).isAfter(one.since());
      assertThat(again.definition()).isEqualTo(one.definition());
      second.end();
      Seen ended = at(registry, Instant.now());
      assertThat(ended.serving()).isFalse();
      assertThat(ended.since()).isAfter(again.since());

      Files.writeString(useCase, Files.readString(useCase).replace("score: 0.1", "score: 0.2"));
      UpProcess third = UpProcess.start(folder, useCase, home, List.of());
      third.end();
      assertThat(at(registry, Instant.now()).definition())
          .as("another statement")
          .isNotEqualTo(one.definition());
      assertThat(at(registry, serving)).as("what was so stays so").isEqualTo(one);

      List<LedgerEntry> all = registry.ledger(0, 100);
      assertThat(all.stream().filter(entry -> entry.kind().equals(ControlChange.Served.KIND)))
          .hasSize(5);
      assertThat(all.stream().filter(entry -> entry.kind().equals(ControlChange.Defined.KIND)))
          .as("a statement is told when it is another one")
          .hasSize(2);
      assertThat(registry.verifyLedger().problem()).isEmpty();
    }
  }

  private static Registry registry(Path home) {
    return Registry.open(
        "sqlite", Map.of("path", home.resolve("registry.db").toString()), InstantSource.system());
  }
}
