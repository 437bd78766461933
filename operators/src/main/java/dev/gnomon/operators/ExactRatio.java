package dev.gnomon.operators;

import java.math.BigInteger;

/// Quotients of whole numbers as doubles, rounded once.
final class ExactRatio {
  private ExactRatio() {}

  /// `numerator * 2^exponent / denominator`, to nearest, ties to even.
  ///
  /// @param denominator positive
  static double of(BigInteger numerator, int exponent, BigInteger denominator) {
    if (numerator.signum() == 0) {
      return 0;
    }
    BigInteger magnitude = numerator.abs();
    // 66 bits and more of a quotient, and whether anything is left, decide the rounding.
    int shift = Math.max(0, 66 - (magnitude.bitLength() - denominator.bitLength()));
    BigInteger[] parts = magnitude.shiftLeft(shift).divideAndRemainder(denominator);
    double value = rounded(parts[0], parts[1].signum() != 0, exponent - shift);
    return numerator.signum() < 0 ? -value : value;
  }

  private static double rounded(BigInteger quotient, boolean rest, int exponent) {
    int cut = quotient.bitLength() - 62;
    if (cut <= 0) {
      // Only with a quotient that is exact: it was widened otherwise.
      return Math.scalb((double) quotient.longValueExact(), exponent);
    }
    long top = quotient.shiftRight(cut).longValueExact();
    boolean sticky = rest || quotient.getLowestSetBit() < cut;
    return Math.scalb((double) (sticky ? top | 1 : top), cut + exponent);
  }
}
