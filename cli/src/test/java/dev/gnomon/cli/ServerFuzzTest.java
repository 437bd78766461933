package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.ArrivalClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Two thousand requests that no client should send: each is answered by one problem document that
/// says what is wrong, none breaks anything for the next client, and nothing is left behind.
class ServerFuzzTest {
  private static final int REQUESTS = 2_000;
  private static final Instant NOW = Instant.parse("2024-05-06T00:00:00Z");
  private static final List<String> ROUTES =
      List.of(
          "/v1/usecases/small/decide",
          "/v1/usecases/small/decide:batch",
          "/v1/sources/logins/events",
          "/v1/usecases/small/outcomes");
  private static final List<String> VALID =
      List.of(
          "{\"key\":\"k1\",\"at\":\"2024-05-06T00:00:00Z\",\"inputs\":{\"age\":3}}",
          "{\"items\":[{\"key\":\"k1\"},{\"key\":\"k2\"}]}",
          "[{\"id\":\"z\",\"customer\":\"k1\",\"at\":\"2024-05-05T00:00:00Z\",\"minutes\":1}]",
          "{\"key\":\"k1\",\"at\":\"2024-05-06T00:00:00Z\",\"outcome\":true,\"id\":\"o\"}");
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-0",
          "1e999",
          "-1e999",
          "NaN",
          "Infinity",
          "0x10",
          "01",
          "[]",
          "{}",
          "[[1]]",
          "\"\"",
          "\"  \"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\udc00x\"",
          "\"\\ud800\\ud800\"",
          "\"0000-00-00T00:00:00Z\"",
          "\"+999999999-12-31T23:59:59Z\"",
          "\"-999999999-01-01T00:00Z\"",
          "\"9999-12-31T23:59:59+18:00\"",
          "\"2024-02-30T00:00:00Z\"",
          "\"+294246-01-01T00:00:00Z\"",
          "\"-290307-01-01T00:00:00Z\"",
          "'single'",
          "\"" + "x".repeat(600) + "\"",
          "1".repeat(500),
          "9".repeat(300),
          "\"tab\tinside\"",
          "1e-999",
          "\"\\x\"",
          "undefined");

  @TempDir private Path folder;

  /// What came back; status 0 when the server closed without an answer.
  private record Reply(int status, String head, String body) {}

  @Test
  void everyBadRequestGetsOneClearAnswer() throws Exception {
    Random random = new Random(77);
    Map<Integer, Integer> statuses = new TreeMap<>();
    try (LiveServer server =
        new LiveServer(SmallWorld.write(folder), ArrivalClock.wall(InstantSource.fixed(NOW)))) {
      for (int i = 0; i < 40; i++) {
        valid(server);
        malformed(server, random);
      }
      long threads = Thread.getAllStackTraces().size();
      long files = files();
      for (int i = 0; i < REQUESTS; i++) {
        Reply reply = malformed(server, random);
        statuses.merge(reply.status(), 1, Integer::sum);
        if (i % 50 == 49) {
          valid(server);
        }
      }
      assertThat(server.failures).isEmpty();
      assertThat((long) Thread.getAllStackTraces().size()).isLessThanOrEqualTo(threads + 6);
      assertThat(files()).isLessThanOrEqualTo(files + 16);
    }
    System.out.println("malformed requests by status (0: closed): " + statuses);
    assertThat(statuses.keySet()).contains(400, 404, 405, 413, 415);
  }

  private static long files() throws IOException {
    Path open = Path.of("/proc/self/fd");
    if (!Files.isDirectory(open)) {
      return 0;
    }
    try (var list = Files.list(open)) {
      return list.count();
    }
  }

  private static void valid(LiveServer server) throws Exception {
    HttpResponse<String> answer = server.post(ROUTES.getFirst(), "{\"key\":\"k1\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static Reply malformed(LiveServer server, Random random) throws IOException {
    int kind = random.nextInt(12);
    boolean http = kind < 10;
    byte[] request = request(kind, random);
    boolean aborted = kind == 11;
    Reply reply = exchange(server, request, http, aborted);
    String what = new String(request, StandardCharsets.ISO_8859_1);
    String shown = what.substring(0, Math.min(500, what.length())) + "\n=> " + reply;
    assertThat(reply.status()).as(shown).isLessThan(500);
    assertThat(reply.body())
        .as(shown)
        .doesNotContain("Exception", "at dev.gnomon", "tools.jackson");
    if (http) {
      assertThat(reply.status()).as(shown).isNotZero();
      if (reply.status() >= 400 && !reply.head().contains("text/html")) {
        JsonNode problem = JsonMapper.shared().readTree(reply.body());
        assertThat(problem.get("detail").stringValue()).as(shown).isNotBlank();
        assertThat(problem.get("status").intValue()).as(shown).isEqualTo(reply.status());
        assertThat(reply.head()).as(shown).contains("application/problem+json");
      }
    }
    return reply;
  }

  private static byte[] request(int kind, Random random) {
    int r = random.nextInt(ROUTES.size());
    String route = ROUTES.get(r);
    String valid = VALID.get(r);
    return switch (kind) {
      case 0 -> post(route, bytes(valid.substring(0, random.nextInt(valid.length()))));
      case 1 -> {
        byte[] garbage = new byte[random.nextInt(200)];
        random.nextBytes(garbage);
        yield post(route, garbage);
      }
      case 2, 3 -> post(route, bytes(replaced(valid, random)));
      case 4 -> {
        byte[] flipped = bytes(valid);
        for (int i = 0; i <= random.nextInt(3); i++) {
          flipped[random.nextInt(flipped.length)] = (byte) random.nextInt(256);
        }
        yield post(route, flipped);
      }
      case 5 -> post(route, bytes(deep(random)));
      case 6 -> post(route, bytes(wrongMembers(random)));
      case 7 -> bytes(path(random));
      case 8 -> method(route, valid, random);
      case 9 -> chunked(route, valid, random);
      case 10 -> bytes(noHttp(random));
      // Promises more than it sends.
      default ->
          bytes(head("POST", route, "application/json") + "Content-Length: 999\r\n\r\n" + valid);
    };
  }

  private static String replaced(String valid, Random random) {
    String value = VALUES.get(random.nextInt(VALUES.size()));
    int colon = valid.indexOf(':', random.nextInt(valid.lastIndexOf(':') + 1));
    int end = colon + 1;
    boolean quoted = valid.charAt(end) == '"';
    end = quoted ? valid.indexOf('"', end + 1) + 1 : end;
    while (!quoted && end < valid.length() && ",}]".indexOf(valid.charAt(end)) < 0) {
      end++;
    }
    return valid.substring(0, colon + 1) + value + valid.substring(end);
  }

  private static String deep(Random random) {
    String open = random.nextBoolean() ? "[" : "{\"key\":";
    return switch (random.nextInt(3)) {
      case 0 -> open.repeat(9_000);
      case 1 -> "{\"key\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
      default -> "[".repeat(10_000) + "]".repeat(10_000);
    };
  }

  private static String wrongMembers(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> "{\"key\":\"k1\",\"key\":\"k2\"}";
      case 1 -> "{\"key\":\"k1\",\"" + "n".repeat(3_000) + "\":1}";
      case 2 -> "{\"key\":\"k1\",\"\\ud800\":1}";
      case 3 -> "{\"items\":[{\"key\":\"" + "k".repeat(5_000) + "\"},{\"key\":{}}],\"more\":1}";
      case 4 -> "[{\"id\":[1,2],\"customer\":{\"a\":1},\"at\":12,\"minutes\":\"many\"}]";
      default -> "{\"key\":\"k1\",\"inputs\":{\"plan\":\"\\ud83d\",\"age\":\"old\",\"trend\":1}}";
    };
  }

  private static String path(Random random) {
    String path =
        switch (random.nextInt(10)) {
          case 0 -> "/v1/usecases/small/features/%zz";
          case 1 -> "/v1/usecases/small/features/%ff%fe%00";
          case 2 -> "/v1/usecases/small/features/k1?at=%zz&&=&at=" + random.nextInt();
          case 3 -> "/v1/usecases/small/features/k1?at=%2B999999999-12-31T23:59:59Z";
          case 4 -> "/v1/usecases/small/features/" + "k".repeat(600);
          case 5 -> "/v1/usecases/../../etc/passwd";
          case 6 -> "/v1/predictions/small-" + "9".repeat(1 + random.nextInt(40));
          case 7 -> "/v1/predictions/" + "%2e%2e%2f".repeat(3);
          case 8 -> "/usecases/small/versions/%2e%2e/report";
          default -> "/" + Long.toString(random.nextLong(), 36) + "//;%20?x";
        };
    return head("GET", path, "application/json") + "\r\n";
  }

  private static byte[] method(String route, String valid, Random random) {
    List<String> methods = List.of("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW");
    return switch (random.nextInt(3)) {
      case 0 ->
          bytes(
              head(methods.get(random.nextInt(methods.size())), route, "application/json")
                  + "\r\n");
      case 1 -> {
        String type =
            List.of("text/plain", "", ";", "application/xml", "a".repeat(99))
                .get(random.nextInt(5));
        yield bytes(
            head("POST", route, type) + "Content-Length: " + valid.length() + "\r\n\r\n" + valid);
      }
      default -> post(ROUTES.getFirst(), bytes(" ".repeat(70_000)));
    };
  }

  private static byte[] chunked(String route, String valid, Random random) {
    StringBuilder out = new StringBuilder(head("POST", route, "application/json"));
    out.append("Transfer-Encoding: chunked\r\n\r\n");
    String cut = valid.substring(0, random.nextInt(valid.length()));
    for (int at = 0; at < cut.length(); at += 7) {
      String piece = cut.substring(at, Math.min(at + 7, cut.length()));
      out.append(Integer.toHexString(piece.length())).append("\r\n").append(piece).append("\r\n");
    }
    return bytes(out.append("0\r\n\r\n").toString());
  }

  private static String noHttp(Random random) {
    String line = "POST " + ROUTES.getFirst() + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    return switch (random.nextInt(8)) {
      case 0 -> "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\r\n\r\n";
      case 1 -> "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
      case 2 -> line + "X-Long: " + "h".repeat(40_000) + "\r\n\r\n";
      case 3 -> line + "Content-Length: -5\r\n\r\n{}";
      case 4 -> line + "Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}";
      case 5 -> line + "No colon here\r\n : \r\n\r\n";
      case 6 ->
          line
              + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n";
      default -> "GET /metrics HTTP/9.9\r\nHost: a b c\u0000\r\n\r\n";
    };
  }

  private static String head(String method, String path, String type) {
    return "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: %s\r\n"
        .formatted(method, path, type);
  }

  private static byte[] post(String path, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        bytes(
            head("POST", path, "application/json")
                + "Content-Length: "
                + body.length
                + "\r\n\r\n"));
    out.writeBytes(body);
    return out.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Reply exchange(LiveServer server, byte[] request, boolean http, boolean aborted)
      throws IOException {
    String answer;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(request);
      if (aborted) {
        return new Reply(0, "", "");
      }
      if (!http) {
        // No more comes, whatever was promised.
        socket.shutdownOutput();
      }
      answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException e) {
      return new Reply(0, "", "");
    }
    int end = answer.indexOf("\r\n\r\n");
    if (!answer.startsWith("HTTP/1.") || end < 0) {
      return new Reply(0, "", answer);
    }
    return new Reply(
        Integer.parseInt(answer.substring(9, 12)),
        answer.substring(0, end),
        answer.substring(end + 4));
  }
}
