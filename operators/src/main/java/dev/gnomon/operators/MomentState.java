package dev.gnomon.operators;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigInteger;

/// Exact power sums of the values up to the third.
///
/// A square or cube of a double is a sum of few doubles (the rounding error of a product is one
/// double, found by a fused multiply-add: Dekker 1971), so that the sums are exact as long as the
/// parts stay between 2^-1022 and 2^1024. Below, a part loses what no double holds, in every driver
/// alike; beyond, the operators are missing while such a value is in the window.
final class MomentState extends SlidingState {
  private final ExactSum first = new ExactSum();
  private final ExactSum second = new ExactSum();
  private final ExactSum third = new ExactSum();
  private long count;
  private long tooLarge;

  MomentState(EventProgram.Stream stream) {
    super(stream);
  }

  @Override
  void clear() {
    first.clear();
    second.clear();
    third.clear();
    count = 0;
    tooLarge = 0;
  }

  @Override
  void add(EventColumns events, int i) {
    update(events.numbers[stream.value()][i], true);
  }

  @Override
  void remove(EventColumns events, int i) {
    update(events.numbers[stream.value()][i], false);
  }

  private void update(double v, boolean adds) {
    count += adds ? 1 : -1;
    double square = v * v;
    double cube = square * v;
    if (!(Math.abs(cube) <= Double.MAX_VALUE)) {
      tooLarge += adds ? 1 : -1;
      return;
    }
    double squareRest = Math.fma(v, v, -square);
    double cubeRest = Math.fma(square, v, -cube);
    double restCube = squareRest * v;
    double restRest = Math.fma(squareRest, v, -restCube);
    if (adds) {
      first.add(v);
      second.add(square);
      second.add(squareRest);
      third.add(cube);
      third.add(cubeRest);
      third.add(restCube);
      third.add(restRest);
    } else {
      first.remove(v);
      second.remove(square);
      second.remove(squareRest);
      third.remove(cube);
      third.remove(cubeRest);
      third.remove(restCube);
      third.remove(restRest);
    }
  }

  @Override
  void merge(SlidingState other) {
    MomentState more = (MomentState) other;
    first.merge(more.first);
    second.merge(more.second);
    third.merge(more.third);
    count += more.count;
    tooLarge += more.tooLarge;
  }

  @Override
  double finish(EventProgram.Feature feature, long t) {
    if (count == 0 || tooLarge > 0) {
      return Double.NaN;
    }
    return switch (feature.operator()) {
      case VARIANCE -> variance();
      case STDDEV -> Math.sqrt(variance());
      case SKEW -> skew();
      default -> throw new IllegalArgumentException(feature.operator() + " is no moment");
    };
  }

  private double variance() {
    if (count == 1) {
      return 0;
    }
    int unit = first.unitExponent();
    int squareUnit = second.unitExponent();
    BigInteger n = BigInteger.valueOf(count);
    BigInteger s1 = first.units();
    // (n S2 - S1^2) / n^2 in units of the smaller power of two.
    int low = Math.min(2 * unit, squareUnit);
    BigInteger top =
        second
            .units()
            .multiply(n)
            .shiftLeft(squareUnit - low)
            .subtract(s1.multiply(s1).shiftLeft(2 * unit - low));
    return finite(ExactRatio.of(top, low, n.multiply(n)));
  }

  private double skew() {
    double variance = count < 3 ? 0 : variance();
    if (!(variance > 0)) {
      return Double.NaN;
    }
    int unit = first.unitExponent();
    int squareUnit = second.unitExponent();
    int cubeUnit = third.unitExponent();
    int low = Math.min(3 * unit, Math.min(unit + squareUnit, cubeUnit));
    BigInteger n = BigInteger.valueOf(count);
    BigInteger s1 = first.units();
    BigInteger s2 = second.units();
    // n^2 S3 - 3 n S1 S2 + 2 S1^3, over n^3
    BigInteger top =
        third
            .units()
            .multiply(n)
            .multiply(n)
            .shiftLeft(cubeUnit - low)
            .subtract(
                s1.multiply(s2)
                    .multiply(n)
                    .multiply(BigInteger.valueOf(3))
                    .shiftLeft(unit + squareUnit - low))
            .add(s1.pow(3).shiftLeft(3 * unit - low + 1));
    double m3 = ExactRatio.of(top, low, n.pow(3));
    return finite(m3 / (variance * Math.sqrt(variance)));
  }

  @Override
  void write(DataOutput out) throws IOException {
    out.writeLong(count);
    out.writeLong(tooLarge);
    first.write(out);
    second.write(out);
    third.write(out);
  }

  @Override
  void read(DataInput in) throws IOException {
    count = in.readLong();
    tooLarge = in.readLong();
    first.readFrom(in);
    second.readFrom(in);
    third.readFrom(in);
  }
}
