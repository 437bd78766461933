package dev.gnomon.testkit.inference;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Six values of one datatype, from its edges, in every form the wire has for them.
///
/// @param json as they stand in JSON; empty when the type has no JSON form
/// @param raw the binary form of all
/// @param field of `InferTensorContents`; empty when the type is only sent raw
/// @param typed the values of that field
record InferenceSample(
    String datatype, List<String> json, byte[] raw, String field, List<Object> typed) {
  static final long[] SHAPE = {2, 3};

  String model() {
    return "identity-" + datatype.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return datatype;
  }

  static List<InferenceSample> all() {
    List<InferenceSample> all = new ArrayList<>();
    all.add(
        new InferenceSample(
            "BOOL",
            List.of("true", "false", "false", "true", "true", "false"),
            new byte[] {1, 0, 0, 1, 1, 0},
            "bool_contents",
            List.of(true, false, false, true, true, false)));
    all.add(whole("INT8", 1, "int_contents", -128, -1, 0, 1, 100, 127));
    all.add(whole("INT16", 2, "int_contents", -32_768, -1, 0, 1, 300, 32_767));
    all.add(whole("INT32", 4, "int_contents", Integer.MIN_VALUE, -1, 0, 1, 70_000, 2147483647));
    all.add(
        whole("INT64", 8, "int64_contents", Long.MIN_VALUE, -1, 0, 1, 1L << 53, (1L << 62) + 1));
    all.add(whole("UINT8", 1, "uint_contents", 0, 1, 127, 128, 200, 255));
    all.add(whole("UINT16", 2, "uint_contents", 0, 1, 32_767, 32_768, 40_000, 65_535));
    all.add(
        whole(
            "UINT32",
            4,
            "uint_contents",
            0,
            1,
            2147483647L,
            2147483648L,
            3_000_000_000L,
            4294967295L));
    all.add(whole("UINT64", 8, "uint64_contents", 0, 1, Long.MAX_VALUE, Long.MIN_VALUE, -2, -1));
    all.add(
        new InferenceSample(
            "FP16",
            List.of("0.0", "1.0", "-2.5", "65504.0", "6.1035156E-5", "0.33325195"),
            little(2, 0x0000, 0x3c00, 0xc100, 0x7bff, 0x0400, 0x3555),
            "",
            List.of()));
    all.add(
        new InferenceSample(
            "BF16",
            List.of(),
            little(2, 0x0000, 0x3f80, 0xc020, 0x7f7f, 0x0080, 0xffc1),
            "",
            List.of()));
    all.add(
        reals(
            "FP32",
            4,
            "fp32_contents",
            0.1f,
            -0.0f,
            Float.MAX_VALUE,
            Float.MIN_VALUE,
            3.1415927f,
            -1e-30f));
    all.add(
        reals(
            "FP64",
            8,
            "fp64_contents",
            0.1,
            -0.0,
            Double.MAX_VALUE,
            Double.MIN_VALUE,
            Math.PI,
            -1e-300));
    all.add(texts("", "a", "naïve ✓ 😀", "with \"quotes\" \\ and\nlines", "0", "x".repeat(300)));
    return all;
  }

  private static InferenceSample whole(String datatype, int width, String field, long... values) {
    List<String> json = new ArrayList<>();
    List<Object> typed = new ArrayList<>();
    for (long value : values) {
      json.add(datatype.equals("UINT64") ? Long.toUnsignedString(value) : Long.toString(value));
      if (width == 8) {
        typed.add(value);
      } else {
        typed.add((int) value);
      }
    }
    return new InferenceSample(datatype, json, little(width, values), field, typed);
  }

  private static InferenceSample reals(String datatype, int width, String field, double... values) {
    List<String> json = new ArrayList<>();
    List<Object> typed = new ArrayList<>();
    long[] bits = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      float narrow = (float) values[i];
      json.add(width == 4 ? Float.toString(narrow) : Double.toString(values[i]));
      bits[i] =
          width == 4 ? Float.floatToRawIntBits(narrow) : Double.doubleToRawLongBits(values[i]);
      if (width == 4) {
        typed.add(narrow);
      } else {
        typed.add(values[i]);
      }
    }
    return new InferenceSample(datatype, json, little(width, bits), field, typed);
  }

  private static InferenceSample texts(String... values) {
    List<String> json = new ArrayList<>();
    List<Object> typed = new ArrayList<>();
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    for (String value : values) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      json.add('"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"');
      typed.add(ByteString.copyFrom(bytes));
      raw.writeBytes(little(4, bytes.length));
      raw.writeBytes(bytes);
    }
    return new InferenceSample("BYTES", json, raw.toByteArray(), "bytes_contents", typed);
  }

  /// The low bytes of values, least first.
  static byte[] little(int width, long... values) {
    ByteBuffer out = ByteBuffer.allocate(width * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      for (int i = 0; i < width; i++) {
        out.put((byte) (value >>> (8 * i)));
      }
    }
    return out.array();
  }

  /// The values as a JSON array of arrays.
  String nested() {
    return "[[%s],[%s]]"
        .formatted(String.join(",", json.subList(0, 3)), String.join(",", json.subList(3, 6)));
  }

  String flat() {
    return "[" + String.join(",", json) + "]";
  }
}
