package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.ArrivalClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Requests that no client should send to the routes of Feast: each gets one JSON answer below 500.
class FeastFuzzTest {
  private static final int REQUESTS = 1_200;
  private static final List<String> ROUTES =
      List.of("/get-online-features", "/push", "/write-to-online-store");
  private static final List<String> VALID =
      List.of(
          "{\"features\":[\"drivers:rating\",\"trips:km_7d\"],\"entities\":{\"driver_id\":[1001,\"x\"],\"km_7d\":[1,2.5]},\"full_feature_names\":true}",
          "{\"push_source_name\":\"drivers\",\"df\":{\"driver_id\":[5,6],\"event_timestamp\":[\"2024-05-05 10:59:42\",\"2024-05-05T10:59:42Z\"],\"rating\":[1,2.5]},\"to\":\"online\"}",
          "{\"feature_view_name\":\"shifts\",\"df\":{\"driver_id\":[5],\"event_timestamp\":[\"2024-05-05T10:59:42\"],\"created\":[null],\"pay\":[7]}}");
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-0",
          "1e999",
          "-1e999",
          "NaN",
          "-Infinity",
          "0x10",
          "[]",
          "{}",
          "[[1]]",
          "\"\"",
          "\"  \"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\ud83d\\ude00\"",
          "\"+999999999-12-31T23:59:59Z\"",
          "\"9999-12-31\"",
          "\"2024-02-30 00:00:00\"",
          "'x'",
          "1".repeat(500),
          "9".repeat(300),
          "1e-999",
          "99999999999999999999",
          "\"" + "x".repeat(700) + "\"",
          "{\"a\":[1,2,3]}",
          "[null]",
          "[1e400]");

  @TempDir private Path folder;

  @Test
  void everyBadRequestGetsOneJsonAnswer() throws Exception {
    Random random = new Random(4711);
    Map<Integer, Integer> statuses = new TreeMap<>();
    try (LiveServer server =
        new LiveServer(
            FeastWorld.write(folder), ArrivalClock.wall(InstantSource.fixed(FeastWorld.NOW)))) {
      for (int i = 0; i < REQUESTS; i++) {
        int r = random.nextInt(ROUTES.size());
        byte[] body = body(VALID.get(r), random);
        String head =
            "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                .formatted(ROUTES.get(r), body.length);
        byte[] request = new byte[head.length() + body.length];
        System.arraycopy(head.getBytes(StandardCharsets.US_ASCII), 0, request, 0, head.length());
        System.arraycopy(body, 0, request, head.length(), body.length);
        RawHttp.Reply reply = RawHttp.exchange(server.port(), request);
        String shown = new String(request, StandardCharsets.ISO_8859_1) + "\n=> " + reply;
        statuses.merge(reply.status(), 1, Integer::sum);
        assertThat(reply.status()).as(shown).isLessThan(500);
        assertThat(reply.body()).as(shown).doesNotContain("Exception:", "at dev.gnomon");
        if (!reply.body().isEmpty()) {
          JsonMapper.shared().readTree(reply.body());
          assertThat(reply.body()).as(shown).doesNotContain("NaN,", "Infinity,");
        } else {
          assertThat(ROUTES.get(r) + reply.status()).as(shown).isEqualTo("/push200");
        }
      }
      assertThat(server.failures).isEmpty();
    }
    System.out.println("malformed requests to Feast's routes by status: " + statuses);
    assertThat(statuses.keySet()).contains(200, 404, 422);
  }

  private static byte[] body(String valid, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> valid.substring(0, random.nextInt(valid.length())).getBytes(StandardCharsets.UTF_8);
      case 1 -> {
        byte[] garbage = new byte[random.nextInt(200)];
        random.nextBytes(garbage);
        yield garbage;
      }
      case 2 -> {
        byte[] flipped = valid.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i <= random.nextInt(4); i++) {
          flipped[random.nextInt(flipped.length)] = (byte) random.nextInt(256);
        }
        yield flipped;
      }
      case 3 ->
          ("{\"df\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}")
              .getBytes(StandardCharsets.UTF_8);
      case 4 ->
          valid.getBytes(
              random.nextBoolean() ? StandardCharsets.UTF_16 : StandardCharsets.UTF_16LE);
      default -> replaced(valid, random).getBytes(StandardCharsets.UTF_8);
    };
  }

  /// Another value after a random colon, bracket or comma.
  private static String replaced(String valid, Random random) {
    int at;
    do {
      at = random.nextInt(valid.length() - 1);
    } while (":[,".indexOf(valid.charAt(at)) < 0);
    int end = at + 1;
    if (valid.charAt(end) == '"') {
      end = valid.indexOf('"', end + 1) + 1;
    } else {
      while (end < valid.length() && ",}]".indexOf(valid.charAt(end)) < 0) {
        end++;
      }
    }
    return valid.substring(0, at + 1)
        + VALUES.get(random.nextInt(VALUES.size()))
        + valid.substring(end);
  }
}
