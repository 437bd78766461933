package dev.gnomon.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ExactSumTest {

  /// `BigDecimal.doubleValue` rounds correctly since JDK 21, and independently of what is tested.
  private static double oracle(List<Double> values) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double value : values) {
      sum = sum.add(new BigDecimal(value));
    }
    return sum.doubleValue() + 0.0;
  }

  private static ExactSum of(List<Double> values) {
    ExactSum sum = new ExactSum();
    values.forEach(sum::add);
    return sum;
  }

  @Provide
  Arbitrary<List<Double>> adversarial() {
    Arbitrary<Double> anyBits =
        Arbitraries.longs()
            .map(Double::longBitsToDouble)
            .map(x -> Double.isFinite(x) ? x : Double.MIN_VALUE);
    Arbitrary<Double> money =
        Arbitraries.integers().between(-100_000, 100_000).map(cents -> cents / 100.0);
    Arbitrary<Double> cornerCases =
        Arbitraries.of(
            0.0,
            -0.0,
            Double.MIN_VALUE,
            -Double.MIN_VALUE,
            Double.MIN_NORMAL,
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            0x1p52,
            -0x1p52,
            Math.nextDown(0x1p52),
            0x1p53,
            0x1p-22,
            Math.nextUp(0x1p-22),
            0x1p-74,
            0x1p-75,
            1.0,
            Math.ulp(1.0) / 2,
            -1.0);
    Arbitrary<Double> moderate =
        Arbitraries.longs()
            .map(bits -> Math.scalb(1 + (bits >>> 12) * 0x1p-52, (int) (bits & 127) - 64))
            .flatMap(x -> Arbitraries.of(x, -x));
    return Arbitraries.oneOf(
        anyBits.list().ofMaxSize(30),
        money.list().ofMaxSize(60),
        cornerCases.list().ofMaxSize(30),
        moderate.list().ofMaxSize(60),
        Arbitraries.oneOf(anyBits, money, cornerCases, moderate).list().ofMaxSize(40));
  }

  @Property(tries = 3000)
  void isTheCorrectlyRoundedSum(@ForAll("adversarial") List<Double> values) {
    assertThat(of(values).value()).isEqualTo(oracle(values));
  }

  @Property(tries = 1000)
  void orderNeverMatters(@ForAll("adversarial") List<Double> values, @ForAll long seed) {
    List<Double> shuffled = new ArrayList<>(values);
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(Double.doubleToRawLongBits(of(shuffled).value()))
        .isEqualTo(Double.doubleToRawLongBits(of(values).value()));
  }

  @Property(tries = 1500)
  void removingAndMergingAreExact(
      @ForAll("adversarial") List<Double> kept,
      @ForAll("adversarial") List<Double> gone,
      @ForAll("adversarial") List<Double> other) {
    ExactSum left = of(kept);
    gone.forEach(left::add);
    ExactSum right = of(other);
    ExactSum both = of(gone);
    both.merge(right);
    both.merge(of(kept));
    left.merge(right);
    assertThat(left.value()).isEqualTo(both.value());
    gone.forEach(left::remove);
    left.unmerge(right);
    assertThat(left.value()).isEqualTo(oracle(kept));
    ByteBuffer bytes = ByteBuffer.allocate(left.size());
    left.write(bytes);
    ExactSum read = ExactSum.read(bytes.flip());
    other.forEach(read::add);
    List<Double> all = new ArrayList<>(kept);
    all.addAll(other);
    assertThat(read.value()).isEqualTo(oracle(all));
  }

  @Property(tries = 2000)
  void convertedOnceIsTheSame(@ForAll("adversarial") List<Double> values) {
    ExactSum sum = new ExactSum();
    List<Double> fitting = values.stream().filter(ExactSum::fits).toList();
    for (double value : fitting) {
      sum.add(ExactSum.high(value), ExactSum.low(value));
    }
    assertThat(sum.value()).isEqualTo(oracle(fitting));
    for (double value : fitting) {
      sum.remove(ExactSum.high(value), ExactSum.low(value));
    }
    assertThat(Double.doubleToRawLongBits(sum.value())).isZero();
  }

  @Test
  void survivesThe128BitOverflowAndComesBack() {
    ExactSum sum = new ExactSum();
    double big = Math.nextDown(0x1p52);
    for (int i = 0; i < 1000; i++) {
      sum.add(big);
    }
    sum.add(0x1p-74);
    assertThat(sum.value())
        .isEqualTo(new BigDecimal(big).multiply(BigDecimal.valueOf(1000)).doubleValue());
    for (int i = 0; i < 1000; i++) {
      sum.remove(big);
    }
    assertThat(sum.value()).isEqualTo(0x1p-74);
  }

  @Test
  void halfwayCasesGoToEvenUnlessALowBitDecides() {
    assertThat(of(List.of(1.0, 0x1p-53)).value()).isEqualTo(1.0);
    assertThat(of(List.of(1.0, 0x1p-53, 0x1p-74)).value()).isEqualTo(Math.nextUp(1.0));
    assertThat(of(List.of(1.0, 0x1p-53, Double.MIN_VALUE)).value()).isEqualTo(Math.nextUp(1.0));
    assertThat(of(List.of(Double.MAX_VALUE, Double.MAX_VALUE)).value()).isInfinite();
    assertThat(of(List.of(Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE)).value())
        .isEqualTo(Double.MAX_VALUE);
    assertThat(Double.doubleToRawLongBits(of(List.of(-0.0, -0.0)).value())).isZero();
  }

  @Test
  void refusesWhatIsNoNumber() {
    assertThatThrownBy(() -> new ExactSum().add(Double.NaN)).hasMessageContaining("finite");
    assertThatThrownBy(() -> new ExactSum().add(Double.NEGATIVE_INFINITY))
        .hasMessageContaining("finite");
  }
}
