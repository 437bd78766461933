package dev.gnomon.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/// Ways to spoil what was right: a value, the structure, the encoding, the bytes.
final class Mutations {
  static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-0",
          "1e999",
          "-1e999",
          "NaN",
          "-Infinity",
          "0x10",
          "01",
          "[]",
          "{}",
          "[[1]]",
          "[null]",
          "{\"a\":[1,2,{\"b\":null}]}",
          "\"\"",
          "\"  \"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\ud83d\\ude00\"",
          "\"../../etc/passwd\"",
          "\"<script>alert(1)</script>\"",
          "\"0000-00-00T00:00:00Z\"",
          "\"+999999999-12-31T23:59:59Z\"",
          "\"-290307-01-01T00:00:00Z\"",
          "\"2024-02-30T00:00:00Z\"",
          "'single'",
          "\"" + "x".repeat(700) + "\"",
          "1".repeat(500),
          "9223372036854775808",
          "-9223372036854775809",
          "4294967296",
          "2147483648",
          "1e-999",
          "\"tab\tinside\"",
          "undefined",
          "\"NaN\"",
          "\"1e400\"");

  /// For parts of paths and values of queries, encoded as they are.
  static final List<String> PARTS =
      List.of(
          "",
          ".",
          "..",
          "%2e%2e%2f%2e%2e",
          "%00",
          "%zz",
          "%ff%fe",
          "%F0%9F%98%80",
          "+",
          "%20",
          "*",
          "null",
          "-1",
          "0",
          "99999999999999999999",
          "k".repeat(700),
          "a;b=c",
          "<script>",
          "%0d%0aSet-Cookie:%20a=b",
          "small:batch",
          "SMALL",
          "small.0",
          "small.zzzzzzzzzzzz",
          "9".repeat(12));

  private Mutations() {}

  static <T> T any(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  /// @param json a valid document
  static byte[] json(String json, Random random) {
    return switch (random.nextInt(13)) {
      case 0 -> utf8(json.substring(0, random.nextInt(json.length() + 1)));
      case 1 -> garbage(random, 300);
      case 2, 3, 4, 5 -> {
        String out = json;
        for (int i = 0; i <= random.nextInt(3); i++) {
          out = replaced(out, any(VALUES, random), random);
        }
        yield utf8(out);
      }
      case 6 -> flipped(utf8(json), random);
      case 7 -> utf8("[".repeat(1 + random.nextInt(4_000)) + json);
      case 8 -> utf8(replaced(json, "[".repeat(2_000) + "]".repeat(2_000), random));
      case 9 -> {
        int brace = json.indexOf('{');
        yield brace < 0
            ? utf8(json)
            : utf8(
                json.substring(0, brace + 1)
                    + "\"more\":"
                    + any(VALUES, random)
                    + ","
                    + json.substring(brace + 1));
      }
      case 10 ->
          json.getBytes(
              any(
                  List.<Charset>of(
                      StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_8),
                  random));
      case 11 -> doubled(json, random);
      default -> utf8(json + json);
    };
  }

  private static byte[] doubled(String json, Random random) {
    int comma = json.indexOf(',', random.nextInt(json.length() + 1));
    int open = json.lastIndexOf('{', comma);
    return comma < 0 || open < 0
        ? utf8(json)
        : utf8(json.substring(0, comma + 1) + json.substring(open + 1));
  }

  /// Another value after a random colon, bracket or comma.
  private static String replaced(String json, String value, Random random) {
    int from = random.nextInt(json.length() + 1);
    int at = from;
    while (at < json.length() && ":[,".indexOf(json.charAt(at)) < 0) {
      at++;
    }
    if (at >= json.length()) {
      return value;
    }
    int end = at + 1;
    if (end < json.length() && json.charAt(end) == '"') {
      int quote = json.indexOf('"', end + 1);
      end = quote < 0 ? json.length() : quote + 1;
    } else {
      while (end < json.length() && ",}]".indexOf(json.charAt(end)) < 0) {
        end++;
      }
    }
    return json.substring(0, at + 1) + value + json.substring(end);
  }

  static byte[] garbage(Random random, int most) {
    byte[] out = new byte[random.nextInt(most)];
    random.nextBytes(out);
    return out;
  }

  static byte[] flipped(byte[] bytes, Random random) {
    byte[] out = bytes.clone();
    for (int i = 0; out.length > 0 && i <= random.nextInt(4); i++) {
      out[random.nextInt(out.length)] = (byte) random.nextInt(256);
    }
    return out;
  }

  /// A message of some protocol: cut, flipped, lengthened, or with parts twice.
  static byte[] binary(byte[] valid, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> garbage(random, 400);
      case 1 -> java.util.Arrays.copyOf(valid, random.nextInt(valid.length + 1));
      case 2, 3 -> flipped(valid, random);
      case 4 -> joined(valid, valid);
      default -> joined(valid, garbage(random, 60));
    };
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
