package dev.gnomon.operators;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigInteger;

/// Exact sums for a least-squares line of the values over event time in microseconds: n, sum t, sum
/// t^2, sum v, sum t v. Times are whole numbers below 2^53, so a product with a value is the sum of
/// two doubles.
final class TrendState extends SlidingState {
  private final ExactSum values = new ExactSum();
  private final ExactSum products = new ExactSum();
  private long count;
  private long tooLarge;
  private long timesHigh;
  private long timesLow;
  private long squaresHigh;
  private long squaresLow;

  TrendState(EventProgram.Stream stream) {
    super(stream);
  }

  @Override
  void clear() {
    values.clear();
    products.clear();
    count = 0;
    tooLarge = 0;
    timesHigh = 0;
    timesLow = 0;
    squaresHigh = 0;
    squaresLow = 0;
  }

  @Override
  void add(EventColumns events, int i) {
    long time = events.times[i];
    double v = events.numbers[stream.value()][i];
    double product = v * time;
    count++;
    if (!(Math.abs(product) <= Double.MAX_VALUE)) {
      tooLarge++;
      return;
    }
    values.add(v);
    products.add(product);
    products.add(Math.fma(v, (double) time, -product));
    addTimes(time >> 63, time);
    addSquares(Math.multiplyHigh(time, time), time * time);
  }

  @Override
  void remove(EventColumns events, int i) {
    long time = events.times[i];
    double v = events.numbers[stream.value()][i];
    double product = v * time;
    count--;
    if (!(Math.abs(product) <= Double.MAX_VALUE)) {
      tooLarge--;
      return;
    }
    values.remove(v);
    products.remove(product);
    products.remove(Math.fma(v, (double) time, -product));
    // The two's complement of the 128 bits.
    addTimes(-time >> 63, -time);
    long high = Math.multiplyHigh(time, time);
    long low = time * time;
    addSquares(low == 0 ? -high : ~high, -low);
  }

  private void addTimes(long high, long low) {
    long sum = timesLow + low;
    timesHigh += high + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
    timesLow = sum;
  }

  private void addSquares(long high, long low) {
    long sum = squaresLow + low;
    squaresHigh += high + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
    squaresLow = sum;
  }

  @Override
  void merge(SlidingState other) {
    TrendState more = (TrendState) other;
    values.merge(more.values);
    products.merge(more.products);
    count += more.count;
    tooLarge += more.tooLarge;
    addTimes(more.timesHigh, more.timesLow);
    addSquares(more.squaresHigh, more.squaresLow);
  }

  private static BigInteger whole(long high, long low) {
    return BigInteger.valueOf(high)
        .shiftLeft(64)
        .add(BigInteger.valueOf(low >>> 1).shiftLeft(1))
        .add(BigInteger.valueOf(low & 1));
  }

  @Override
  double finish(EventProgram.Feature feature, long t) {
    if (count < 2 || tooLarge > 0) {
      return Double.NaN;
    }
    BigInteger n = BigInteger.valueOf(count);
    BigInteger sumT = whole(timesHigh, timesLow);
    BigInteger bottom = whole(squaresHigh, squaresLow).multiply(n).subtract(sumT.multiply(sumT));
    if (bottom.signum() == 0) {
      return Double.NaN;
    }
    int low = Math.min(products.unitExponent(), values.unitExponent());
    BigInteger top =
        products
            .units()
            .multiply(n)
            .shiftLeft(products.unitExponent() - low)
            .subtract(sumT.multiply(values.units()).shiftLeft(values.unitExponent() - low));
    return finite(ExactRatio.of(top, low, bottom) * feature.parameter());
  }

  @Override
  void write(DataOutput out) throws IOException {
    out.writeLong(count);
    out.writeLong(tooLarge);
    out.writeLong(timesHigh);
    out.writeLong(timesLow);
    out.writeLong(squaresHigh);
    out.writeLong(squaresLow);
    values.write(out);
    products.write(out);
  }

  @Override
  void read(DataInput in) throws IOException {
    count = in.readLong();
    tooLarge = in.readLong();
    timesHigh = in.readLong();
    timesLow = in.readLong();
    squaresHigh = in.readLong();
    squaresLow = in.readLong();
    values.readFrom(in);
    products.readFrom(in);
  }
}
