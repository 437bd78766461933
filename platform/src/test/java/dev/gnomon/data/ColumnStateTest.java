package dev.gnomon.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ColumnStateTest {
  /// From few distinct values to many, with extremes: so that some runs are exact and some not.
  @Provide
  Arbitrary<double[]> numbers() {
    return Arbitraries.oneOf(
            Arbitraries.integers().between(-5, 5).map(Integer::doubleValue),
            Arbitraries.doubles(),
            Arbitraries.of(Double.NaN, 0.0, -0.0, 1e308, -1e308, Double.MIN_VALUE, 1e9 + 0.1))
        .list()
        .ofMaxSize(300)
        .map(list -> list.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Property(tries = 100)
  void partsInAnyOrderAreOnePass(@ForAll("numbers") double[] values, @ForAll long seed) {
    Random random = new Random(seed);
    // Enlarged so that most runs leave the exact range.
    double[] all = random.nextBoolean() ? values : enlarged(values, random);
    ColumnState whole = new ColumnState(Type.NUMBER);
    whole.add(new Column.Numbers(all));
    List<double[]> parts = cut(all, random);
    Collections.shuffle(parts, random);
    ColumnState merged = new ColumnState(Type.NUMBER);
    for (double[] part : parts) {
      ColumnState one = new ColumnState(Type.NUMBER);
      for (double value : part) {
        one.add(new Column.Numbers(new double[] {value}));
      }
      merged.merge(ColumnState.parse(one.bytes()));
    }
    same(merged, whole);
    same(ColumnState.parse(whole.bytes()), whole);
  }

  private static double[] enlarged(double[] values, Random random) {
    double[] many = Arrays.copyOf(values, values.length + 9_000);
    for (int i = values.length; i < many.length; i++) {
      many[i] = i % 3 == 0 ? random.nextGaussian() * 1e6 : random.nextInt(7_000);
    }
    return many;
  }

  private static List<double[]> cut(double[] values, Random random) {
    List<double[]> parts = new ArrayList<>();
    for (int at = 0; at < values.length; ) {
      int to = Math.min(values.length, at + 1 + random.nextInt(1 + values.length / 3));
      parts.add(Arrays.copyOfRange(values, at, to));
      at = to;
    }
    return parts;
  }

  private static void same(ColumnState a, ColumnState b) {
    assertThat((Object) a.rows()).isEqualTo((Object) b.rows());
    assertThat((Object) a.missing()).isEqualTo((Object) b.missing());
    assertThat((Object) a.min()).isEqualTo((Object) b.min());
    assertThat((Object) a.max()).isEqualTo((Object) b.max());
    assertThat((Object) a.sum()).isEqualTo((Object) b.sum());
    assertThat((Object) a.variance()).isEqualTo((Object) b.variance());
    assertThat((Object) a.distinct()).isEqualTo((Object) b.distinct());
    assertThat((Object) a.allOnce()).isEqualTo(b.allOnce());
    assertThat((Object) a.top(20)).isEqualTo((Object) b.top(20));
    for (double share : new double[] {0, 0.01, 0.25, 0.5, 0.9, 1}) {
      assertThat((Object) a.quantile(share)).isEqualTo((Object) b.quantile(share));
    }
  }

  @Property(tries = 200)
  void textsToo(@ForAll List<String> texts, @ForAll long seed) {
    Random random = new Random(seed);
    List<String> all = new ArrayList<>(texts);
    if (random.nextInt(4) == 0) {
      for (int i = 0; i < 40_000; i++) {
        all.add("value " + random.nextInt(30_000));
      }
    }
    ColumnState whole = new ColumnState(Type.TEXT);
    whole.add(column(all));
    Collections.shuffle(all, random);
    ColumnState merged = new ColumnState(Type.TEXT);
    for (int at = 0; at < all.size(); ) {
      int to = Math.min(all.size(), at + 1 + random.nextInt(1 + all.size() / 2));
      ColumnState one = new ColumnState(Type.TEXT);
      one.add(column(all.subList(at, to)));
      merged.merge(one);
      at = to;
    }
    assertThat(merged.distinct()).isEqualTo(whole.distinct());
    assertThat(merged.top(10)).isEqualTo(whole.top(10));
    assertThat((Object) merged.mean()).isEqualTo((Object) whole.mean());
    assertThat(merged.bytes()).isEqualTo(whole.bytes());
    if (whole.distinctExact()) {
      assertThat(whole.distinct()).isEqualTo(new TreeSet<>(all).size());
    }
  }

  private static Column.Texts column(List<String> texts) {
    Dictionary dictionary = new Dictionary();
    return new Column.Texts(texts.stream().mapToInt(dictionary::code).toArray(), dictionary);
  }

  @Property(tries = 200)
  void meanAndVarianceAreThoseOfUnboundedDecimals(@ForAll("shifted") double[] values) {
    ColumnState state = new ColumnState(Type.NUMBER);
    state.add(new Column.Numbers(values));
    BigDecimal n = BigDecimal.valueOf(values.length);
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal squares = BigDecimal.ZERO;
    for (double value : values) {
      BigDecimal x = new BigDecimal(value);
      sum = sum.add(x);
      squares = squares.add(x.multiply(x));
    }
    assertThat(state.sum()).isEqualTo(sum.doubleValue());
    double expected =
        squares
            .subtract(sum.multiply(sum).divide(n, new MathContext(80)))
            .divide(n, new MathContext(40))
            .doubleValue();
    assertThat(state.variance()).isCloseTo(expected, within(1e-15 * expected + 1e-12));
  }

  @Provide
  Arbitrary<double[]> shifted() {
    return Arbitraries.doubles()
        .between(-1, 1)
        .flatMap(around ->
            Arbitraries.doubles()
                .between(-10, 10)
                .list()
                .ofMinSize(1)
                .ofMaxSize(50)
                .map(list -> list.stream().mapToDouble(x -> 1e9 * around + x).toArray()));
  }

  @Test
  void quantilesAreExactForFewValuesAndWithinABucketForMany() {
    ColumnState few = new ColumnState(Type.NUMBER);
    few.add(new Column.Numbers(new double[] {1, 2, 2, 3, Double.NaN, 10}));
    assertThat(few.quantile(0.5)).isEqualTo(2);
    assertThat(few.quantile(1)).isEqualTo(10);
    assertThat(few.top(2))
        .containsExactly(new ColumnState.Level("2", 2), new ColumnState.Level("1", 1));
    Random random = new Random(1);
    double[] many = random.doubles(200_000).map(x -> Math.exp(3 * x)).toArray();
    ColumnState state = new ColumnState(Type.NUMBER);
    state.add(new Column.Numbers(many));
    Arrays.sort(many);
    for (double share : new double[] {0.001, 0.1, 0.5, 0.9, 0.999}) {
      double exact = many[(int) Math.ceil(share * many.length) - 1];
      assertThat(state.quantile(share)).isCloseTo(exact, within(0.001 * exact));
    }
    assertThat(state.distinctExact()).isFalse();
    assertThat(state.distinct()).isCloseTo(200_000, within(200_000 * 0.016 * 4));
    assertThat(state.allOnce()).isTrue();
  }

  @Test
  void edges() {
    ColumnState nothing = new ColumnState(Type.NUMBER);
    assertThat(nothing.min()).isNaN();
    assertThat(nothing.mean()).isNaN();
    assertThat(nothing.quantile(0.5)).isNaN();
    nothing.add(new Column.Numbers(new double[] {Double.NaN, Double.NaN}));
    assertThat(nothing.missing()).isEqualTo(2);
    assertThat(nothing.empty()).isTrue();
    nothing.merge(new ColumnState(Type.NUMBER));
    assertThat(nothing.variance()).isNaN();

    ColumnState one = new ColumnState(Type.NUMBER);
    one.add(new Column.Numbers(new double[] {0.1}));
    assertThat(one.variance()).isZero();
    assertThat(one.histogram(5, 0.1, 0.1).counts()).containsExactly(1, 0, 0, 0, 0);

    ColumnState huge = new ColumnState(Type.NUMBER);
    huge.add(
        new Column.Numbers(
            new double[] {1.7e308, -1.7e308, Double.POSITIVE_INFINITY, Double.MIN_VALUE}));
    assertThat(huge.infinite()).isEqualTo(1);
    assertThat(huge.sum()).isEqualTo(Double.MIN_VALUE);
    assertThat(huge.variance()).isNaN();
    assertThat(huge.histogram(2, -1.7e308, 1.7e308).counts()).containsExactly(1, 2);

    ColumnState times = new ColumnState(Type.TIME);
    times.add(new Column.Moments(new long[] {5, Times.MISSING, -7}));
    assertThat(times.earliest()).isEqualTo(-7);
    assertThat(times.latest()).isEqualTo(5);
    assertThat(times.missing()).isEqualTo(1);

    ColumnState unicode = new ColumnState(Type.TEXT);
    String smile = "\uD83D\uDE00";
    unicode.add(column(List.of(smile.repeat(150), "ä", "")));
    assertThat(unicode.max()).isEqualTo(150);
    assertThat(unicode.min()).isZero();
    assertThat(unicode.top(5))
        .extracting(ColumnState.Level::value)
        .contains("ä", "", smile.repeat(100) + "…");
  }

  @Test
  void talliesMergeToTheFirstFailures() {
    CheckTally whole = new CheckTally();
    CheckTally[] parts = {new CheckTally(), new CheckTally(), new CheckTally()};
    Random random = new Random(3);
    for (long position = 40; position > 0; position--) {
      whole.fail(position, "v" + position);
      parts[random.nextInt(3)].fail(position, "v" + position);
    }
    whole.saw(100);
    parts[0].saw(30);
    parts[2].saw(70);
    CheckTally merged = new CheckTally();
    for (CheckTally part : parts) {
      merged.merge(part);
    }
    assertThat(merged.failing()).isEqualTo(40);
    assertThat(merged.seen()).isEqualTo(whole.seen());
    assertThat(merged.examples()).isEqualTo(whole.examples()).hasSize(5);
    assertThat(merged.examples().getFirst()).isEqualTo(new CheckResult.Example(1, "v1"));
  }
}
