package dev.gnomon.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.features.LastVerification;
import dev.gnomon.training.Evaluation.GateResult;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A version is refused exactly while the last comparison of its definition found a difference.
class VerifiedGateTest {
  @TempDir private Path folder;

  private UseCase useCase(String more) {
    return UseCaseReader.parse(
        """
        name: gated
        frame:
          task: binary
          entity: customer
          observe: {every: 7d, from: 2024-03-01, to: 2024-11-01, population: {source: people}}
          target: {event: leaving, within: 30d}
        data:
          sources:
            people: {kind: state, path: people.csv, key: customer, event-time: at}
            leaving: {kind: events, path: leaving.csv, key: customer, event-time: at}
        features: {people: {columns: [age]}}
        """
            + more,
        folder.resolve("usecase.yaml"));
  }

  private void compared(String definition, long differing, LastVerification.Kind kind) {
    new LastVerification(
            definition,
            Instant.parse("2024-05-01T00:00:00Z"),
            "7 logged decisions against both paths",
            70,
            differing,
            differing == 0 ? List.of() : List.of("logins_count_7d"))
        .write(new Home(folder), "gated", kind);
  }

  private GateResult judge(String definition) {
    return VerifiedGate.judge(useCase(""), definition, new Home(folder)).orElseThrow();
  }

  @Test
  void refusesWhileTheLastComparisonDiffered() {
    GateResult never = judge("a");
    assertThat(never.passed()).isTrue();
    compared("a", 3, LastVerification.Kind.WHOLE);
    GateResult refused = judge("a");
    assertThat(refused.passed()).isFalse();
    assertThat(refused.name()).isEqualTo("features-verified");
    assertThat(refused.value().estimate()).isEqualTo(3);
    assertThat(refused.text()).contains("3 of 70", "logins_count_7d");
    // Another definition was not compared.
    assertThat(judge("b").passed()).isTrue();
    compared("a", 0, LastVerification.Kind.WHOLE);
    // A bundle holds its gates: when one passes it always says the same.
    assertThat(judge("a")).isEqualTo(never);
    compared("a", 1, LastVerification.Kind.LIVE);
    assertThat(judge("a").passed()).isFalse();
    assertThat(VerifiedGate.judge(useCase("evaluation: {gates: []}\n"), "a", new Home(folder)))
        .isEmpty();
  }
}
