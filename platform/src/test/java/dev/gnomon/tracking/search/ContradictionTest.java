package dev.gnomon.tracking.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Contradictions are found, and nothing that a value could fulfil is called one.
class ContradictionTest {
  private static boolean contradict(String filter) {
    return Contradiction.in(Query.of(Searched.RUNS, filter, List.of()).conditions());
  }

  @Test
  void rangesThatDoNotMeet() {
    assertThat(contradict("metrics.a > 1 AND metrics.a < 1")).isTrue();
    assertThat(contradict("metrics.a >= 1 AND metrics.a <= 1")).isFalse();
    assertThat(contradict("metrics.a >= 1 AND metrics.a <= 1 AND metrics.a != 1")).isTrue();
    assertThat(contradict("metrics.a > 1 AND metrics.b < 1")).isFalse();
    assertThat(contradict("start_time > 5 AND start_time < 3")).isTrue();
    assertThat(contradict("metrics.a >= 0.0 AND metrics.a <= -0.0")).isFalse();
  }

  @Test
  void textsThatAreNotAllowed() {
    assertThat(contradict("params.a = 'x' AND params.a = 'y'")).isTrue();
    assertThat(contradict("params.a = 'x' AND params.a LIKE 'y%'")).isTrue();
    assertThat(contradict("params.a = 'xy' AND params.a ILIKE 'X%'")).isFalse();
    assertThat(contradict("params.a LIKE 'x' AND params.a LIKE 'y'")).isFalse();
    // A run may have several.
    assertThat(contradict("dataset.name = 'x' AND dataset.name = 'y'")).isFalse();
  }

  /// Numbers between, at and beside all bounds that occur, and NaN: one that fulfils all conditions
  /// forbids to call them a contradiction, and where the bounds are whole, none left means one.
  @Test
  void asTryingAllNumbersSays() {
    var random = new Random(7);
    List<String> signs = List.of("=", "!=", ">", ">=", "<", "<=");
    for (int i = 0; i < 5_000; i++) {
      var parts = new ArrayList<String>();
      for (int c = 0; c < 1 + random.nextInt(4); c++) {
        parts.add("metrics.a " + signs.get(random.nextInt(6)) + " " + random.nextInt(4));
      }
      List<Condition> conditions =
          Query.of(Searched.RUNS, String.join(" AND ", parts), List.of()).conditions();
      boolean possible = false;
      for (double value = -1; value <= 5; value += 0.5) {
        double number = value == 5 ? Double.NaN : value;
        possible |=
            conditions.stream()
                .allMatch(c -> Scan.holds(new Value.Numeric(number), c.comparison()));
      }
      assertThat(Contradiction.in(conditions)).describedAs("%s", parts).isEqualTo(!possible);
    }
  }
}
