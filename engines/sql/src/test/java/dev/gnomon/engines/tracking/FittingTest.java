package dev.gnomon.engines.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.RunStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A page takes what fits, and never nothing.
class FittingTest {
  private static Run run(int characters) {
    return new Run(
        new RunInfo("r", "1", "n", "u", RunStatus.RUNNING, 0, null, "", false),
        List.of(new Metric("m", 1, 1, 1)),
        Map.of("p", "x".repeat(characters)),
        Map.of(),
        List.of(),
        List.of(),
        List.of());
  }

  @Test
  void oneRunAlwaysFits() {
    Fitting fitting = new Fitting(1_000);
    assertThat(fitting.add(run(100_000))).isTrue();
    assertThat(fitting.add(run(1))).isFalse();
  }

  @Test
  void runsFitUntilTheirTextsAreMore() {
    Fitting fitting = new Fitting(1_000_000);
    int runs = 0;
    while (fitting.add(run(10_000))) {
      runs++;
    }
    assertThat(runs).isBetween(80, 100);
  }
}
