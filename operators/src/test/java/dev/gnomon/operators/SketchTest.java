package dev.gnomon.operators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.operators.EventProgram.Definition;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Sketches keep the errors they state.
class SketchTest {
  private static final Schema SCHEMA =
      Schema.of(new Field("value", Type.NUMBER), new Field("name", Type.TEXT));

  @Test
  void quantilesAreExactUpToTheirK() {
    QuantileSketch sketch = new QuantileSketch();
    for (int i = QuantileSketch.K; i >= 1; i--) {
      sketch.add(i);
    }
    assertThat(sketch.quantile(0.5)).isEqualTo(100);
    assertThat(sketch.quantile(0.001)).isEqualTo(1);
    assertThat(sketch.quantile(0.999)).isEqualTo(200);
    assertThat(sketch.quantile(0.005)).isEqualTo(1);
    assertThat(sketch.quantile(0.0051)).isEqualTo(2);
  }

  @Test
  void quantilesKeepTheirRankError() {
    Random random = new Random(1);
    assertRanks(i -> random.nextDouble(), 100_000, 1);
    assertRanks(i -> i, 100_000, 1);
    assertRanks(i -> -i, 30_000, 1);
    assertRanks(i -> random.nextInt(10), 50_000, 1);
    assertRanks(i -> Math.exp(10 * random.nextGaussian()), 1_000_000, 1);
  }

  @Test
  void mergedQuantilesKeepTheirRankError() {
    Random random = new Random(2);
    assertRanks(i -> random.nextDouble(), 100_000, 60);
    assertRanks(i -> i, 100_000, 300);
  }

  private static void assertRanks(IntToDoubleFunction value, int count, int parts) {
    double[] values = new double[count];
    QuantileSketch[] sketches = new QuantileSketch[parts];
    Arrays.setAll(sketches, p -> new QuantileSketch());
    for (int i = 0; i < count; i++) {
      values[i] = value.applyAsDouble(i);
      sketches[(int) ((long) i * parts / count)].add(values[i]);
    }
    QuantileSketch all = new QuantileSketch();
    for (QuantileSketch sketch : sketches) {
      all.merge(sketch);
    }
    assertThat(all.count()).isEqualTo(count);
    Arrays.sort(values);
    double worst = 0;
    for (int q = 1; q < 100; q++) {
      double found = all.quantile(q / 100.0);
      int low = 0;
      while (low < count && values[low] < found) {
        low++;
      }
      int high = low;
      while (high < count && values[high] <= found) {
        high++;
      }
      double wanted = q / 100.0 * count;
      worst = Math.max(worst, Math.max(low - wanted, wanted - high) / count);
    }
    assertThat(worst).isLessThan(0.017);
  }

  @Test
  void distinctCountsKeepTheirStandardError() {
    Random random = new Random(3);
    for (int n : new int[] {2_000, 10_000, 100_000, 1_000_000}) {
      double squares = 0;
      int rounds = n > 100_000 ? 5 : 20;
      for (int round = 0; round < rounds; round++) {
        HyperLogLog sketch = new HyperLogLog();
        for (int i = 0; i < n; i++) {
          sketch.add(Hash64.of(random.nextDouble()));
        }
        double off = sketch.estimate() / n - 1;
        squares += off * off;
      }
      // The root mean square of 20 rounds lies below 1.5 times the standard error.
      assertThat(Math.sqrt(squares / rounds)).isLessThan(0.0163 * (rounds < 20 ? 2 : 1.5));
    }
  }

  @Test
  void similarTextsAndNumbersHashApart() {
    Map<Long, String> seen = new HashMap<>();
    for (int i = 0; i < 300_000; i++) {
      assertThat(seen.put(Hash64.of("customer-" + i), "t" + i)).isNull();
      assertThat(seen.put(Hash64.of((double) i), "n" + i)).isNull();
    }
  }

  private static final class Sunk implements FeatureSink {
    private final double[] numbers = new double[4];
    private final @Nullable String[] texts = new @Nullable String[4];

    @Override
    public void number(int column, double value) {
      numbers[column] = value;
    }

    @Override
    public void text(int column, @Nullable String value) {
      texts[column] = value;
    }
  }

  /// Distinct values and the most frequent ones of a hot key, swept and compacted: the same
  /// estimate, and counts too low by at most n / 257.
  @Test
  void aHotKeyIsBoundedAndKeepsToItsErrors() {
    Optional<Window> ever = Optional.of(Window.EVER);
    EventProgram program =
        EventProgram.builder(SCHEMA)
            .add(0, Definition.of(Operator.DISTINCT_COUNT, 1, Optional.empty(), ever))
            .add(0, Definition.of(Operator.TOP_K, 1, Optional.empty(), ever))
            .add(
                1,
                new Definition(
                    Operator.TOP_K,
                    1,
                    Optional.empty(),
                    ever,
                    EventProgram.FOR_EVER,
                    EventProgram.NONE,
                    0,
                    0,
                    1))
            .build();
    int n = 60_000;
    Random random = new Random(4);
    String[] names = new String[n];
    for (int i = 0; i < n; i++) {
      // Two frequent ones (10 % and 5 %) among 20,000 rare ones.
      int kind = random.nextInt(20);
      names[i] = kind < 2 ? "often" : kind == 2 ? "second" : "rare" + random.nextInt(20_000);
    }
    KeyReader reader = new KeyReader(program);
    KeyState state = new KeyState(program);
    KeyState whole = new KeyState(program);
    KeyEvent event = new KeyEvent(program);
    for (int i = 0; i < n; i++) {
      event.begin(i, i);
      event.text(0, names[i]);
      state.add(event, reader, i);
      whole.add(event, reader, Long.MIN_VALUE);
    }
    Sunk compacted = new Sunk();
    Sunk kept = new Sunk();
    reader.read(state, n, compacted);
    reader.read(whole, n, kept);
    assertThat(compacted.numbers[0]).isEqualTo(kept.numbers[0]);
    long different = Arrays.stream(names).distinct().count();
    assertThat(kept.numbers[0]).isBetween(different * 0.95, different * 1.05);
    assertThat(compacted.texts[0]).isEqualTo("often");
    assertThat(compacted.texts[1]).isEqualTo("second");
    assertThat(kept.texts[1]).isEqualTo("second");
    assertThat(state.size()).isLessThan(1000);
    assertThat(state.bytes()).isLessThan(200_000);
  }
}
