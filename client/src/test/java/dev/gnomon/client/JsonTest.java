package dev.gnomon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// JSON as RFC 8259 has it.
class JsonTest {
  private static @Nullable Object read(String json) throws UnreadableAnswer {
    return JsonReader.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String written(@Nullable Object value) {
    return new String(JsonWriter.write(value), StandardCharsets.UTF_8);
  }

  @Test
  void readsWhatTheStandardAllows() throws Exception {
    assertThat(read(" {\"a\" : [1, -0.5e+2, 1E-2, 0, true, false, null], \"b\":{}, \"c\": []}\n"))
        .isEqualTo(
            Map.of(
                "a",
                Arrays.asList(1.0, -50.0, 0.01, 0.0, true, false, null),
                "b",
                Map.of(),
                "c",
                List.of()));
    assertThat(read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00 é😀\""))
        .isEqualTo("\"\\/\b\f\n\r\té😀 é😀");
  }

  @Test
  void refusesEverythingElse() {
    for (String json :
        List.of(
            "",
            " ",
            "{",
            "[",
            "[1",
            "[1,",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{1:1}",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "0x1",
            "NaN",
            "Infinity",
            "1d",
            "tru",
            "nul",
            "\"",
            "\"\\",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\\u٣٣٣٣\"",
            "\"\n\"",
            "1 2",
            "'a'",
            "[1}",
            "\ufeff1")) {
      assertThatThrownBy(() -> read(json)).as(json).isInstanceOf(UnreadableAnswer.class);
    }
    assertThatThrownBy(() -> JsonReader.read(new byte[] {'"', (byte) 0xc3, '"'}))
        .isInstanceOf(UnreadableAnswer.class)
        .hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> read("[".repeat(65) + "]".repeat(65)))
        .isInstanceOf(UnreadableAnswer.class)
        .hasMessageContaining("deeper");
  }

  @Test
  void writesWhatTheServerTakes() {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("a\"\\\n", Double.NaN);
    row.put("b", Long.MAX_VALUE);
    row.put("c", java.time.Instant.parse("2024-05-01T00:00:00Z"));
    row.put("d", null);
    row.put("e", "é😀\ud83d");
    assertThat(written(List.of(row, 1.5, true)))
        .isEqualTo(
            "[{\"a\\\"\\\\\\u000a\":null,\"b\":9223372036854775807,\"c\":\"2024-05-01T00:00:00Z\","
                + "\"d\":null,\"e\":\"é😀\\ud83d\"},1.5,true]");
    assertThatThrownBy(() -> written(Double.NEGATIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 100)
  void readsBackWhatItWrites(@ForAll Map<String, List<String>> texts, @ForAll double number)
      throws UnreadableAnswer {
    assertThat(read(written(texts))).isEqualTo(texts);
    Object again = read(written(number));
    if (Double.isFinite(number)) {
      assertThat(again).isEqualTo(number);
    } else {
      assertThat(again).isNull();
    }
  }

  /// Whatever bytes come, they are read or refused.
  @Property(tries = 2000)
  void neverFailsOtherwise(@ForAll long seed) {
    byte[] bytes =
        "{\"a\":[1.5e3,\"x\\u00e9\",null,true],\"b\":{}}".getBytes(StandardCharsets.UTF_8);
    Random random = new Random(seed);
    for (int i = 0; i < 3; i++) {
      bytes[random.nextInt(bytes.length)] =
          (byte) "{}[]\",:\\0e-+.tn\n\u00c3".charAt(random.nextInt(17));
    }
    try {
      JsonReader.read(bytes);
    } catch (UnreadableAnswer e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
