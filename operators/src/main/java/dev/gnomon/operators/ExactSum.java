package dev.gnomon.operators;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The exact sum of finite doubles, rounded once when asked for.
///
/// Adding, removing and merging are exact integer arithmetic. The value therefore depends on the
/// multiset of numbers alone, not on their order or grouping: tiles, late patches and threads
/// cannot change a bit.
///
/// Two representations, both exact, so that the choice cannot change a bit either. The first is a
/// signed 128-bit integer in units of 2^-74: it holds every double that is a multiple of that unit
/// (all of magnitude 2^-22 and more) with totals below 2^53, and costs about a nanosecond per
/// operation. What does not fit spills into 32-bit digits held in longs, from the lowest to the
/// highest digit touched so far: the accumulator of Neal, "Fast exact summation using small and
/// large superaccumulators" (2015), restricted to a window of exponents.
///
/// NaN and infinities must be kept away by the caller; -0 counts as 0, and a sum of 0 is +0.
public final class ExactSum {
  private static final int UNIT_EXPONENT = -74;
  private static final double UNIT = 0x1p-74;

  /// Digit `d` of the wide form weighs 2^(32 d - 1074).
  private static final int LOWEST_EXPONENT = -1074;

  private static final long DIGIT = 0xFFFF_FFFFL;

  /// Carries are propagated before any digit could leave the range of a long.
  private static final int OPERATIONS_BEFORE_CARRY = 1 << 29;

  private long high;
  private long low;

  /// Null while the 128 bits suffice; then they are 0.
  private long @Nullable [] digits;

  private int firstDigit;
  private int operations;

  /// Whether the 128-bit form holds this double exactly.
  public static boolean fits(double value) {
    long bits = Double.doubleToRawLongBits(value);
    int biased = (int) (bits >>> 52) & 0x7FF;
    long fraction = bits & 0xF_FFFF_FFFF_FFFFL;
    if (biased == 0) {
      return fraction == 0;
    }
    int shift = biased - 1075 - UNIT_EXPONENT;
    return shift >= 0 ? shift <= 73 : Long.numberOfTrailingZeros(fraction | 1L << 52) >= -shift;
  }

  /// The upper 64 bits of a double that [#fits].
  public static long high(double value) {
    long bits = Double.doubleToRawLongBits(value);
    int biased = (int) (bits >>> 52) & 0x7FF;
    if (biased == 0) {
      return 0;
    }
    long mantissa = (bits & 0xF_FFFF_FFFF_FFFFL) | 1L << 52;
    int shift = biased - 1075 - UNIT_EXPONENT;
    long upper = shift >= 64 ? mantissa << (shift - 64) : shift > 0 ? mantissa >>> (64 - shift) : 0;
    if (bits >= 0) {
      return upper;
    }
    return low(value) == 0 ? -upper : ~upper;
  }

  /// The lower 64 bits of a double that [#fits].
  public static long low(double value) {
    long bits = Double.doubleToRawLongBits(value);
    int biased = (int) (bits >>> 52) & 0x7FF;
    if (biased == 0) {
      return 0;
    }
    long mantissa = (bits & 0xF_FFFF_FFFF_FFFFL) | 1L << 52;
    int shift = biased - 1075 - UNIT_EXPONENT;
    long lower = shift >= 64 ? 0 : shift >= 0 ? mantissa << shift : mantissa >>> -shift;
    return bits >= 0 ? lower : -lower;
  }

  public void clear() {
    high = 0;
    low = 0;
    digits = null;
    operations = 0;
  }

  public void add(double value) {
    if (digits == null && fits(value)) {
      add(high(value), low(value));
    } else {
      addWide(value, 1);
    }
  }

  public void remove(double value) {
    if (digits == null && fits(value)) {
      remove(high(value), low(value));
    } else {
      addWide(value, -1);
    }
  }

  /// Adds a number converted by [#high(double)] and [#low(double)]: for callers that add one event
  /// to many windows.
  public void add(long upper, long lower) {
    if (digits != null) {
      addFixed(upper, lower, 1);
      return;
    }
    long newLow = low + lower;
    long carry = Long.compareUnsigned(newLow, low) < 0 ? 1 : 0;
    long newHigh = high + upper + carry;
    if (((high ^ newHigh) & (upper ^ newHigh)) < 0) {
      addFixed(upper, lower, 1);
      return;
    }
    high = newHigh;
    low = newLow;
  }

  /// The inverse of [#add(long, long)].
  public void remove(long upper, long lower) {
    if (digits != null) {
      addFixed(upper, lower, -1);
      return;
    }
    long newLow = low - lower;
    long borrow = Long.compareUnsigned(low, lower) < 0 ? 1 : 0;
    long newHigh = high - upper - borrow;
    if (((high ^ upper) & (high ^ newHigh)) < 0) {
      addFixed(upper, lower, -1);
      return;
    }
    high = newHigh;
    low = newLow;
  }

  /// Adds everything the other holds; the other is left as it is (though its digits may be
  /// carried).
  public void merge(ExactSum other) {
    merge(other, 1);
  }

  /// Takes away everything the other holds.
  public void unmerge(ExactSum other) {
    merge(other, -1);
  }

  private void merge(ExactSum other, int sign) {
    if (other == this) {
      throw new IllegalArgumentException("a sum can't be merged into itself");
    }
    long[] others = other.digits;
    if (others == null) {
      if (sign > 0) {
        add(other.high, other.low);
      } else {
        remove(other.high, other.low);
      }
      return;
    }
    other.carry();
    others = Objects.requireNonNull(other.digits);
    long[] mine = spill(other.firstDigit, other.firstDigit + others.length - 1);
    for (int i = 0; i < others.length; i++) {
      mine[other.firstDigit - firstDigit + i] += sign * others[i];
    }
    count();
  }

  /// The sum, correctly rounded (to nearest, ties to even); infinite beyond the range of a double.
  public double value() {
    return digits == null ? narrowValue(high, low) : wideValue();
  }

  /// The sum as a whole number of [#unitExponent] units, exactly.
  BigInteger units() {
    if (digits == null) {
      if (high == low >> 63) {
        return BigInteger.valueOf(low);
      }
      byte[] bytes = new byte[16];
      for (int i = 0; i < 8; i++) {
        bytes[7 - i] = (byte) (high >>> (8 * i));
        bytes[15 - i] = (byte) (low >>> (8 * i));
      }
      return new BigInteger(bytes);
    }
    carry();
    BigInteger sum = BigInteger.ZERO;
    long[] all = Objects.requireNonNull(digits);
    for (int i = all.length - 1; i >= 0; i--) {
      sum = sum.shiftLeft(32).add(BigInteger.valueOf(all[i]));
    }
    return sum;
  }

  /// The power of two that the units of [#units] are.
  int unitExponent() {
    return digits == null ? UNIT_EXPONENT : 32 * firstDigit + LOWEST_EXPONENT;
  }

  private static double narrowValue(long high, long low) {
    long upper = high;
    long lower = low;
    boolean negative = upper < 0;
    if (negative) {
      lower = -lower;
      upper = lower == 0 ? -upper : ~upper;
    }
    double magnitude;
    if (upper == 0 && lower >= 0) {
      magnitude = lower * UNIT;
    } else {
      // The top 62 bits with a sticky last one round like the whole number. The unsigned shifts
      // also hold for the one magnitude of 128 bits, 2^127.
      int bits = 128 - (upper == 0 ? 64 : Long.numberOfLeadingZeros(upper));
      int cut = bits - 62;
      long top = cut >= 64 ? upper >>> (cut - 64) : upper << (64 - cut) | lower >>> cut;
      boolean rest =
          cut >= 64
              ? lower != 0 || (cut > 64 && upper << (128 - cut) != 0)
              : lower << (64 - cut) != 0;
      magnitude = Math.scalb((double) (rest ? top | 1 : top), cut + UNIT_EXPONENT);
    }
    return negative ? -magnitude : magnitude;
  }

  private double wideValue() {
    carry();
    long[] all = Objects.requireNonNull(digits);
    int last = all.length - 1;
    boolean negative = all[last] < 0;
    long[] magnitude = all;
    if (negative) {
      magnitude = new long[all.length];
      long borrow = 0;
      for (int i = 0; i < last; i++) {
        long digit = -all[i] + borrow;
        magnitude[i] = digit & DIGIT;
        borrow = digit >> 32;
      }
      magnitude[last] = -all[last] + borrow;
    }
    int top = last;
    while (top >= 0 && magnitude[top] == 0) {
      top--;
    }
    if (top < 0) {
      return 0;
    }
    // Three digits hold at least 65 bits, more than the 54 that decide the rounding; what lies
    // below them only matters as "not zero".
    boolean rest = false;
    for (int i = 0; i < top - 2; i++) {
      rest |= magnitude[i] != 0;
    }
    long a = magnitude[top];
    long b = top >= 1 ? magnitude[top - 1] : 0;
    long c = top >= 2 ? magnitude[top - 2] : 0;
    int exponent = 32 * (firstDigit + top - 2) + LOWEST_EXPONENT;
    int cut = 66 - Long.numberOfLeadingZeros(a);
    long lower = b << 32 | c;
    long head = a << (64 - cut) | lower >>> cut;
    rest |= lower << (64 - cut) != 0;
    // Below the normal range everything is a multiple of the smallest double, so that the scaling
    // is exact there and nothing is rounded twice.
    double result = Math.scalb((double) (rest ? head | 1 : head), exponent + cut);
    return negative ? -result : result;
  }

  private void addWide(double value, int sign) {
    if (!(Math.abs(value) <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException("only finite numbers can be summed, found " + value);
    }
    long bits = Double.doubleToRawLongBits(value);
    int biased = (int) (bits >>> 52) & 0x7FF;
    long fraction = bits & 0xF_FFFF_FFFF_FFFFL;
    long mantissa = biased == 0 ? fraction : fraction | 1L << 52;
    if (mantissa == 0) {
      return;
    }
    int place = Math.max(biased, 1) - 1;
    int digit = place >> 5;
    int shift = place & 31;
    long[] all = spill(digit, digit + 2);
    int at = digit - firstDigit;
    long signed = bits < 0 ? -sign : sign;
    long bottom = (mantissa & DIGIT) << shift;
    long middle = ((mantissa >>> 32) << shift) + (bottom >>> 32);
    all[at] += signed * (bottom & DIGIT);
    all[at + 1] += signed * (middle & DIGIT);
    all[at + 2] += signed * (middle >>> 32);
    count();
  }

  private void addFixed(long upper, long lower, int sign) {
    // 2^-74 = 2^(32 * 31 + 8 - 1074)
    long[] all = spill(31, 35);
    int at = 31 - firstDigit;
    boolean negative = upper < 0;
    long up = upper;
    long down = lower;
    if (negative) {
      down = -down;
      up = down == 0 ? -up : ~up;
    }
    long signed = negative ? -sign : sign;
    all[at] += signed * (down << 8 & DIGIT);
    all[at + 1] += signed * (down >>> 24 & DIGIT);
    all[at + 2] += signed * ((down >>> 56 | up << 8) & DIGIT);
    all[at + 3] += signed * (up >>> 24 & DIGIT);
    all[at + 4] += signed * (up >>> 56);
    count();
  }

  /// The digits, reaching at least from `first` to `last`; moves the 128 bits over at first.
  private long[] spill(int first, int last) {
    long[] all = digits;
    if (all == null) {
      long upper = high;
      long lower = low;
      high = 0;
      low = 0;
      boolean empty = upper == 0 && lower == 0;
      firstDigit = empty ? first : Math.min(first, 31);
      digits = new long[(empty ? last : Math.max(last, 35)) + 2 - firstDigit];
      operations = 0;
      if (!empty) {
        addFixed(upper, lower, 1);
      }
      return Objects.requireNonNull(digits);
    }
    int end = firstDigit + all.length - 1;
    if (first < firstDigit || last >= end) {
      int newFirst = Math.min(first, firstDigit);
      // One digit above is kept for carries.
      int newEnd = Math.max(last + 1, end);
      long[] wider = new long[newEnd - newFirst + 1];
      // The old top digit may be negative: it stays a plain summand at its place.
      System.arraycopy(all, 0, wider, firstDigit - newFirst, all.length);
      firstDigit = newFirst;
      digits = wider;
      return wider;
    }
    return all;
  }

  private void count() {
    if (++operations >= OPERATIONS_BEFORE_CARRY) {
      carry();
    }
  }

  /// Brings every digit but the top one into 0 … 2^32 - 1.
  private void carry() {
    long[] all = Objects.requireNonNull(digits);
    long carry = 0;
    for (int i = 0; i < all.length - 1; i++) {
      long digit = all[i] + carry;
      all[i] = digit & DIGIT;
      carry = digit >> 32;
    }
    long top = all[all.length - 1] + carry;
    all[all.length - 1] = top;
    operations = 0;
    if (top != (int) top) {
      digits = Arrays.copyOf(all, all.length + 1);
      digits[all.length - 1] = top & DIGIT;
      digits[all.length] = top >> 32;
    }
  }

  /// The bytes [#write] puts out at most.
  public int size() {
    return digits == null ? 17 : 9 + 8 * (digits.length + 1);
  }

  /// Writes the state; [#read] gives a sum that goes on as this one would.
  public void write(ByteBuffer out) {
    if (digits == null) {
      out.put((byte) 0).putLong(high).putLong(low);
      return;
    }
    carry();
    long[] all = Objects.requireNonNull(digits);
    out.put((byte) 1).putInt(firstDigit).putInt(all.length);
    for (long digit : all) {
      out.putLong(digit);
    }
  }

  /// @throws IllegalArgumentException if the bytes are no sum
  public static ExactSum read(ByteBuffer in) {
    ExactSum sum = new ExactSum();
    byte form = in.get();
    if (form == 0) {
      sum.high = in.getLong();
      sum.low = in.getLong();
      return sum;
    }
    int first = in.getInt();
    int length = in.getInt();
    if (form != 1 || first < 0 || first > 70 || length < 1 || length > 80) {
      throw new IllegalArgumentException("these bytes hold no exact sum");
    }
    sum.firstDigit = first;
    sum.digits = new long[length];
    for (int i = 0; i < length; i++) {
      sum.digits[i] = in.getLong();
    }
    return sum;
  }

  /// As [#write(ByteBuffer)], for streams.
  void write(DataOutput out) throws IOException {
    byte[] bytes = new byte[size()];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    write(buffer);
    out.writeShort(buffer.position());
    out.write(bytes, 0, buffer.position());
  }

  /// Replaces the sum by one written by [#write(DataOutput)].
  void readFrom(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readUnsignedShort()];
    in.readFully(bytes);
    ExactSum read = read(ByteBuffer.wrap(bytes));
    high = read.high;
    low = read.low;
    digits = read.digits;
    firstDigit = read.firstDigit;
    operations = read.operations;
  }
}
