package dev.gnomon.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.features.FeatureRow;
import dev.gnomon.models.Decision;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class DecisionCodecTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              new Field("a", Type.NUMBER),
              new Field("b", Type.NUMBER),
              new Field("c", Type.TEXT),
              new Field("d", Type.TIME)));

  @Provide
  Arbitrary<Double> any() {
    return Arbitraries.oneOf(
        Arbitraries.doubles(),
        Arbitraries.integers().between(-70_000, 70_000).map(i -> (double) i),
        Arbitraries.floats().map(f -> (double) f),
        Arbitraries.of(
            0.0,
            -0.0,
            251.0,
            252.0,
            -1.0,
            32_767.0,
            32_768.0,
            -32_768.0,
            -32_769.0,
            0.1,
            Double.MIN_VALUE,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.NaN,
            (double) Float.MIN_VALUE,
            1e300),
        Arbitraries.longs().map(Double::longBitsToDouble));
  }

  /// Every bit comes back; which of the many NaNs stood for missing does not matter.
  @Property(tries = 3000)
  void numbersComeBackBitByBit(@ForAll("any") double a, @ForAll("any") double b) {
    FeatureRow row = new FeatureRow(SCHEMA);
    row.number(0, a);
    row.number(1, b);
    row.text(2, "größer");
    row.time(3, 12_345);
    row.give(1);
    DecisionRecord written =
        new DecisionRecord(
            7,
            "key",
            1,
            2,
            Optional.of("id"),
            a,
            true,
            false,
            DecisionRecord.Variant.HOLD_OUT,
            DecisionRecord.Cause.NONE,
            Decision.Band.HIGH,
            3,
            b,
            a,
            new double[] {a, b, 0, 1},
            row,
            false,
            0,
            false);
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    DecisionCodec.write(buffer, written);
    DecisionRecord read = DecisionCodec.read(7, buffer, SCHEMA);
    assertThat(buffer.remaining()).isZero();
    same(read.score(), a);
    same(read.threshold(), b);
    same(read.expectedCost(), a);
    same(read.costs()[1], b);
    same(read.features().number(0), a);
    same(read.features().number(1), b);
    assertThat(read.features().text(2)).isEqualTo("größer");
    assertThat(read.features().time(3)).isEqualTo(12_345);
    assertThat(read.features().isGiven(1)).isTrue();
    assertThat(read.features().isGiven(0)).isFalse();
    assertThat(read.key()).isEqualTo("key");
    assertThat(read.requestId()).contains("id");
    assertThat(read.variant()).isEqualTo(DecisionRecord.Variant.HOLD_OUT);
  }

  private static void same(double read, double written) {
    assertThat(Double.doubleToLongBits(read)).isEqualTo(Double.doubleToLongBits(written));
  }

  /// A log written before numbers were compact: byte by byte as format 2 was.
  @Test
  void readsWideNumbersOfOlderLogs() {
    ByteBuffer old = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
    old.put((byte) 2).put((byte) 3).put((byte) 1).put((byte) 1).put((byte) 2);
    old.putInt(4).putLong(10).putLong(11).putDouble(0.25).putDouble(0.5).putDouble(-1.5);
    old.putDouble(1).putDouble(2).putDouble(3).putDouble(Double.NaN);
    old.putShort((short) 1).put((byte) 'k').putShort((short) 0xFFFF);
    old.putShort((short) 4).putDouble(-0.0).putDouble(251);
    old.putShort((short) 0xFFFF).putLong(Times.MISSING).putShort((short) 1).putShort((short) 0);
    old.flip();
    DecisionRecord read = DecisionCodec.read(0, old, SCHEMA);
    assertThat(read.score()).isEqualTo(0.25);
    assertThat(read.costs()).containsExactly(1, 2, 3, Double.NaN);
    same(read.features().number(0), -0.0);
    assertThat(read.features().number(1)).isEqualTo(251);
    assertThat(read.features().text(2)).isNull();
    assertThat(read.features().isGiven(0)).isTrue();
    assertThat(read.key()).isEqualTo("k");
  }
}
