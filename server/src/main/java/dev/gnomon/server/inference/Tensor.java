package dev.gnomon.server.inference;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// A named array of one type.
///
/// @param shape no dimension is negative; the product is the number of values
/// @param parameters values are String, Boolean, Long or Double
public record Tensor(
    String name, Datatype datatype, long[] shape, Values values, Map<String, Object> parameters) {
  /// The most dimensions a tensor may have.
  static final int MAX_RANK = 32;

  public Tensor(String name, Datatype datatype, long[] shape, Values values) {
    this(name, datatype, shape, values, Map.of());
  }

  /// A column of one value per row.
  public static Tensor column(String name, Datatype datatype, Values values) {
    return new Tensor(name, datatype, new long[] {values.size(), 1}, values);
  }

  /// How many values a shape holds.
  ///
  /// @throws InferenceError when it is no shape, or holds more than `most`
  static int count(String name, long[] shape, long most) {
    if (shape.length > MAX_RANK) {
      throw InferenceError.invalid(
          "inputs.%s.shape: it has %d dimensions; at most %d are taken"
              .formatted(Shown.of(name), shape.length, MAX_RANK));
    }
    long count = 1;
    boolean empty = false;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw InferenceError.invalid(
            "inputs.%s.shape: %s has a negative dimension; a request states each"
                .formatted(Shown.of(name), Arrays.toString(shape)));
      }
      empty |= dimension == 0;
    }
    if (empty) {
      return 0;
    }
    for (long dimension : shape) {
      long high = Math.multiplyHigh(count, dimension);
      count *= dimension;
      if (high != 0 || count < 0 || count > most) {
        throw InferenceError.invalid(
            "inputs.%s.shape: %s holds more values than the request carries"
                .formatted(Shown.of(name), Arrays.toString(shape)));
      }
    }
    return (int) count;
  }

  /// A value as a number; a truth value is 0 or 1. Unsigned 64 bits and whole numbers beyond 2^53
  /// are rounded to the nearest double.
  ///
  /// @throws IllegalStateException for BYTES
  public double number(int index) {
    return switch (values) {
      case Values.Doubles(double[] of) -> of[index];
      case Values.Floats(float[] of) -> of[index];
      case Values.Longs(long[] of) -> datatype == Datatype.UINT64 ? unsigned(of[index]) : of[index];
      case Values.Ints(int[] of) ->
          datatype == Datatype.UINT32 ? Integer.toUnsignedLong(of[index]) : of[index];
      case Values.Shorts(short[] of) -> number(datatype, of[index]);
      case Values.Octets(byte[] of) ->
          datatype == Datatype.UINT8 ? Byte.toUnsignedInt(of[index]) : of[index];
      case Values.Blobs _ -> throw new IllegalStateException(name + " holds BYTES");
    };
  }

  private static double unsigned(long value) {
    // Halved with the lost bit kept sticky, so that doubling rounds once.
    return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
  }

  private static double number(Datatype datatype, short bits) {
    return switch (datatype) {
      case FP16 -> Float.float16ToFloat(bits);
      case BF16 -> Float.intBitsToFloat(bits << 16);
      case UINT16 -> Short.toUnsignedInt(bits);
      default -> bits;
    };
  }

  /// A value of BYTES.
  ///
  /// @throws IllegalStateException for other types
  public byte[] bytes(int index) {
    if (values instanceof Values.Blobs(byte[][] of)) {
      return of[index];
    }
    throw new IllegalStateException(name + " holds " + datatype);
  }

  /// A tensor of texts in UTF-8, one per row.
  static Tensor texts(String name, String[] texts) {
    byte[][] bytes = new byte[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      bytes[i] = texts[i].getBytes(StandardCharsets.UTF_8);
    }
    return column(name, Datatype.BYTES, new Values.Blobs(bytes));
  }
}
