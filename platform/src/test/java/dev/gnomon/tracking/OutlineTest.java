package dev.gnomon.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// What an outline keeps, against looking for it in every part of the curve.
class OutlineTest {
  @Property(tries = 200)
  void keepsEndsExtremesAndGapsOfEveryPart(
      @ForAll Random random,
      @ForAll @IntRange(min = 1, max = 900) int points,
      @ForAll @IntRange(min = 1, max = 30) int cells) {
    List<Metric> all = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      double value = random.nextInt(20) == 0 ? Double.NaN : random.nextGaussian();
      all.add(new Metric("m", value, i * 7L, i));
    }
    List<Metric> mixed = new ArrayList<>(all);
    Collections.shuffle(mixed, random);
    Outline outline = new Outline(points, 0, points - 1, cells);
    mixed.forEach(m -> outline.add(m.step(), m.timestamp(), m.step(), m.value()));
    List<Metric> kept = outline.points("m");
    if (points <= 4 * cells) {
      assertThat(kept).isEqualTo(all);
      return;
    }
    assertThat(kept).hasSizeLessThanOrEqualTo(5 * cells).isSubsetOf(all);
    assertThat(kept).extracting(Metric::step).isSorted().doesNotHaveDuplicates();
    for (int cell = 0; cell < cells; cell++) {
      double[] whole = numbers(all, cell, cells, points);
      double[] few = numbers(kept, cell, cells, points);
      assertThat(few.length == 0).isEqualTo(whole.length == 0);
      if (whole.length > 0) {
        assertThat(few[0]).isEqualTo(whole[0]);
        assertThat(few[few.length - 1]).isEqualTo(whole[whole.length - 1]);
        assertThat(Arrays.stream(few).min()).isEqualTo(Arrays.stream(whole).min());
        assertThat(Arrays.stream(few).max()).isEqualTo(Arrays.stream(whole).max());
      }
    }
  }

  private static double[] numbers(List<Metric> points, int cell, int cells, int count) {
    return points.stream()
        .filter(m -> Math.min(cells - 1, m.step() * cells / (count - 1)) == cell)
        .mapToDouble(Metric::value)
        .filter(value -> !Double.isNaN(value))
        .toArray();
  }

  @Test
  void standsPointsOfOnePlaceAndPlacesFarApart() {
    Outline one = new Outline(9, 5, 5, 1);
    for (int i = 0; i < 9; i++) {
      one.add(5, i, 5, i == 4 ? Double.NaN : i % 5);
    }
    assertThat(one.points("m")).extracting(Metric::timestamp).containsExactly(0L, 3L, 4L, 8L);
    Outline far = new Outline(5, Long.MIN_VALUE, Long.MAX_VALUE, 1);
    for (long step : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
      far.add(step, 0, step, step == 1 ? 9 : 1);
    }
    assertThat(far.points("m")).extracting(Metric::value).contains(9.0);
  }
}
