package dev.gnomon.operators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.schema.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WindowStateTest {

  @Test
  void nothingIsZeroForCountAndSumAndMissingOtherwise() {
    WindowState state = new WindowState(true, true, true);
    assertThat(state.finish(Operator.COUNT)).isZero();
    assertThat(state.finish(Operator.SUM)).isZero();
    assertThat(state.finish(Operator.MEAN)).isNaN();
    assertThat(state.finish(Operator.MIN)).isNaN();
    assertThat(state.finish(Operator.MAX)).isNaN();
    state.add(0, Double.NaN);
    assertThat(state.finish(Operator.COUNT)).isZero();
    assertThat(state.finish(Operator.SUM)).isNaN();
    state.add(1, 3);
    state.add(2, -0.0);
    assertThat(state.finish(Operator.SUM)).isEqualTo(3);
    assertThat(state.finish(Operator.MEAN)).isEqualTo(1.5);
    assertThat(Double.doubleToRawLongBits(state.finish(Operator.MIN))).isZero();
    assertThat(state.finish(Operator.MAX)).isEqualTo(3);
  }

  /// Events become known in any order and leave by position; compared with looking at all of them.
  @Property(tries = 1000)
  void extremesFollowLateEvents(
      @ForAll @Size(max = 60) List<@IntRange(max = 7) Integer> values, @ForAll long seed) {
    List<Integer> arrival = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      arrival.add(i);
    }
    java.util.Collections.shuffle(arrival, new java.util.Random(seed));
    WindowState state = new WindowState(true, true, true);
    TreeMap<Integer, Integer> inside = new TreeMap<>();
    int edge = 0;
    for (int i = 0; i < arrival.size(); i++) {
      int position = arrival.get(i);
      if (position >= edge) {
        state.add(position, values.get(position));
        inside.put(position, values.get(position));
      }
      if (i % 3 == 2) {
        edge += (int) (Math.abs(seed) % 4);
        while (!inside.isEmpty() && inside.firstKey() < edge) {
          state.remove(inside.pollFirstEntry().getValue());
        }
        state.retire(edge);
      }
      assertThat(state.finish(Operator.COUNT)).isEqualTo(inside.size());
      assertThat(state.finish(Operator.SUM))
          .isEqualTo(inside.isEmpty() ? 0 : inside.values().stream().mapToInt(x -> x).sum());
      assertThat(state.finish(Operator.MIN))
          .isEqualTo(
              (Double) inside.values().stream().mapToDouble(x -> x).min().orElse(Double.NaN));
      assertThat(state.finish(Operator.MAX))
          .isEqualTo(
              (Double) inside.values().stream().mapToDouble(x -> x).max().orElse(Double.NaN));
    }
  }

  @Property(tries = 300)
  void mergedTilesFinishLikeTheWhole(
      @ForAll @Size(max = 40) List<Double> raw, @ForAll @IntRange(max = 40) int cut) {
    WindowState whole = new WindowState(true, true, true);
    WindowState first = new WindowState(true, true, true);
    WindowState second = new WindowState(true, true, true);
    for (int i = 0; i < raw.size(); i++) {
      whole.add(i, raw.get(i));
      (i < cut ? first : second).add(i, raw.get(i));
    }
    WindowState merged = new WindowState(true, true, true);
    merged.merge(second, 0);
    merged.merge(first, 0);
    for (Operator operator :
        List.of(Operator.COUNT, Operator.SUM, Operator.MEAN, Operator.MIN, Operator.MAX)) {
      if (operator != Operator.TIME_SINCE_LAST) {
        assertThat(merged.finish(operator)).isEqualTo((Double) whole.finish(operator));
      }
    }
  }

  @Test
  void theHopIsTheLargestStepOfAtMostASixtieth() {
    assertThat(Window.hop(7 * Times.DAY)).isEqualTo(Times.HOUR);
    assertThat(Window.hop(30 * Times.DAY)).isEqualTo(12 * Times.HOUR);
    assertThat(Window.hop(90 * Times.DAY)).isEqualTo(Times.DAY);
    assertThat(Window.hop(Times.DAY)).isEqualTo(15 * Times.MINUTE);
    assertThat(Window.hop(Times.HOUR)).isEqualTo(Times.MINUTE);
    assertThat(Window.hop(Times.MINUTE)).isEqualTo(Times.SECOND);
    assertThat(Window.hop(Times.MINUTE - 1)).isEqualTo(1);
    Window day = Window.hopping(Times.DAY);
    assertThat(day.left(Times.DAY + 16 * Times.MINUTE)).isEqualTo(15 * Times.MINUTE);
    assertThat(day.left(-Times.DAY - 1)).isEqualTo(-2 * Times.DAY - 15 * Times.MINUTE);
    assertThat(Window.exact(5).left(12)).isEqualTo(7);
  }

  @Property
  void theEdgeNeverMovesBackAndStaysWithinReach(
      @ForAll @LongRange(min = -1L << 55, max = 1L << 55) long t,
      @ForAll @LongRange(min = 0, max = 1L << 45) long step,
      @ForAll @LongRange(min = 1, max = 1L << 45) long width) {
    Window window = Window.hopping(width);
    assertThat(window.left(t + step)).isGreaterThanOrEqualTo(window.left(t));
    assertThat(window.left(t)).isLessThanOrEqualTo(t - width);
    assertThat(window.left(t)).isGreaterThanOrEqualTo(t - window.reach());
  }
}
