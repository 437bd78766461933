package dev.gnomon.operators;

import java.util.Arrays;

/// Estimates how many different 64-bit hashes were seen (Flajolet, Fusy, Gandouet, Meunier 2007)
/// with the estimator of Ertl, "New cardinality estimation algorithms for HyperLogLog sketches"
/// (2017), algorithm 6, which needs no constants found by experiment. 4,096 registers: standard
/// error 1.04 / 64 = 1.6 %.
///
/// A function of the set of hashes alone; the union of two is exact.
final class HyperLogLog {
  private static final int PRECISION = 12;
  private static final int HIGHEST = 64 - PRECISION;
  static final int REGISTERS = 1 << PRECISION;

  private final byte[] registers;

  HyperLogLog() {
    this(new byte[REGISTERS]);
  }

  HyperLogLog(byte[] registers) {
    this.registers = registers;
  }

  void clear() {
    Arrays.fill(registers, (byte) 0);
  }

  void add(long hash) {
    int register = (int) (hash >>> HIGHEST);
    int rank = Math.min(HIGHEST, Long.numberOfLeadingZeros(hash << PRECISION)) + 1;
    if (registers[register] < rank) {
      registers[register] = (byte) rank;
    }
  }

  void merge(HyperLogLog other) {
    for (int i = 0; i < REGISTERS; i++) {
      registers[i] = (byte) Math.max(registers[i], other.registers[i]);
    }
  }

  byte[] registers() {
    return registers;
  }

  /// A whole number.
  double estimate() {
    int[] histogram = new int[HIGHEST + 2];
    for (byte register : registers) {
      histogram[register]++;
    }
    double m = REGISTERS;
    double z = m * tau(1 - histogram[HIGHEST + 1] / m);
    for (int k = HIGHEST; k >= 1; k--) {
      z = 0.5 * (z + histogram[k]);
    }
    z += m * sigma(histogram[0] / m);
    // 1 / (2 ln 2)
    return Math.rint(0.721_347_520_444_481_7 * m * m / z);
  }

  private static double sigma(double share) {
    if (share == 1) {
      return Double.POSITIVE_INFINITY;
    }
    double x = share;
    double y = 1;
    double z = x;
    double before;
    do {
      x *= x;
      before = z;
      z += x * y;
      y += y;
    } while (z != before);
    return z;
  }

  private static double tau(double share) {
    if (share == 0 || share == 1) {
      return 0;
    }
    double x = share;
    double y = 1;
    double z = 1 - x;
    double before;
    do {
      x = Math.sqrt(x);
      before = z;
      y *= 0.5;
      z -= (1 - x) * (1 - x) * y;
    } while (z != before);
    return z / 3;
  }
}
