package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Form;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Security;
import dev.gnomon.server.security.Token;
import dev.gnomon.server.security.TokenFile;
import dev.gnomon.serving.ArrivalClock;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests that nobody should send, over every route and gRPC method that a running server has:
/// each gets an answer that is no failure of the server and shows none of its insides, and nothing
/// is left behind.
class SurfacesFuzzTest {
  private static final Instant NOW = Instant.parse("2024-05-06T00:00:00Z");
  private static final String DECIDE = "/v1/usecases/small/decide";
  private static final Map<String, String> VALID =
      Map.of(
          "/v1/usecases/{name}/decide",
          "{\"id\":\"i\",\"key\":\"k1\",\"at\":\"2024-05-06T00:00:00Z\",\"inputs\":{\"age\":3},\"explain\":true}",
          "/v1/usecases/{name}/decide:batch",
          "{\"items\":[{\"key\":\"k1\"},{\"key\":\"k2\",\"inputs\":{\"plan\":\"pro\"}}]}",
          "/v1/sources/{name}/events",
          "[{\"id\":\"z\",\"customer\":\"k1\",\"at\":\"2024-05-05T00:00:00Z\",\"minutes\":1,\"device\":\"tv\"}]",
          "/v1/usecases/{name}/outcomes",
          "{\"key\":\"k1\",\"at\":\"2024-05-06T00:00:00Z\",\"outcome\":true,\"id\":\"o\"}",
          "/get-online-features",
          "{\"features\":[\"logins:logins_count_7d\",\"small:trend\"],\"entities\":{\"customer\":[\"k1\",\"x\"]},\"full_feature_names\":true}",
          "/push",
          "{\"push_source_name\":\"logins\",\"df\":{\"id\":[\"p\"],\"customer\":[\"k1\"],\"at\":[\"2024-05-05T10:59:42Z\"],\"minutes\":[2.5]},\"to\":\"online\"}",
          "/write-to-online-store",
          "{\"feature_view_name\":\"customers\",\"df\":{\"customer\":[\"k9\"],\"since\":[\"2024-05-05T10:59:42Z\"],\"age\":[7]}}");
  private static final List<String> INSIDES =
      List.of(
          "Exception:",
          "dev.gnomon.",
          "tools.jackson",
          "java.lang",
          "java.util",
          ".java:",
          "io.vertx",
          "io.netty",
          "NullPointer",
          "StackOverflow");
  private static final Set<Status.Code> FAILURES =
      Set.of(Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.DATA_LOSS);

  @TempDir private Path folder;

  private final Map<String, Integer> answers = new TreeMap<>();
  private String token = "";
  private String inferJson = "{}";
  private byte[] inferBinary = new byte[0];
  private int inferHeader;
  private byte[] inferProto = new byte[0];

  /// What a process holds.
  private record Held(long threads, long files, long heap) {
    static Held now() throws IOException {
      long heap = Long.MAX_VALUE;
      for (int i = 0; i < 4; i++) {
        System.gc();
        heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      }
      Path open = Path.of("/proc/self/fd");
      long files = 0;
      if (Files.isDirectory(open)) {
        try (var list = Files.list(open)) {
          files = list.count();
        }
      }
      return new Held(Thread.getAllStackTraces().size(), files, heap);
    }
  }

  @Test
  void fiveThousandRequests() throws Exception {
    fuzz(5_000, 20_240_506);
  }

  @Test
  @Tag("long")
  void aHundredThousandRequests() throws Exception {
    fuzz(100_000, 4_711);
  }

  private void fuzz(int requests, long seed) throws Exception {
    Path useCase = SmallWorld.write(folder);
    token =
        new TokenFile(LiveServer.home(useCase).tokens())
            .create(
                new Token.Wanted("fuzz", Role.ADMIN, Set.of(), Optional.empty()),
                NOW,
                new SecureRandom())
            .text();
    Security security = Security.of(LiveServer.home(useCase)).at(InstantSource.fixed(NOW));
    Random random = new Random(seed);
    try (LiveServer server =
        new LiveServer(useCase, ArrivalClock.wall(InstantSource.fixed(NOW)), security)) {
      int grpcPort = server.grpc();
      learnToInfer(server);
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", grpcPort).usePlaintext().build();
      try (RawConnection http = new RawConnection(server.port())) {
        run(requests / 10, server, http, channel, grpcPort, random);
        http.drop();
        Held before = Held.now();
        answers.clear();
        run(requests, server, http, channel, grpcPort, random);
        http.drop();
        Held after = Held.now();
        System.out.println("answers: " + answers);
        System.out.println("held before: " + before + ", after: " + after);
        assertThat(server.failures).isEmpty();
        assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 12);
        assertThat(after.files()).isLessThanOrEqualTo(before.files() + 24);
        // What was rightly posted is kept; 24 MB and 200 bytes a request are far above it.
        assertThat(after.heap() - before.heap()).isLessThan((24L << 20) + 200L * requests);
      } finally {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      }
    }
    assertThat(answers.keySet()).contains("200", "400", "401", "404", "405", "413", "415", "422");
  }

  private void run(
      int requests,
      LiveServer server,
      RawConnection http,
      ManagedChannel channel,
      int grpcPort,
      Random random)
      throws Exception {
    List<Route> routes = server.surfaces().routes();
    List<String> methods =
        server.surfaces().grpcMethods().stream().filter(m -> !m.endsWith("/Watch")).toList();
    for (int i = 0; i < requests; i++) {
      switch (random.nextInt(20)) {
        case 0, 1, 2 -> grpc(channel, Mutations.any(methods, random), random);
        case 3 -> frames(grpcPort, random);
        default -> http(http, Mutations.any(routes, random), random);
      }
      if (i % 100 == 99) {
        alive(server);
      }
    }
  }

  private void alive(LiveServer server) throws Exception {
    HttpResponse<String> answer =
        server.send(
            HttpRequest.newBuilder(server.uri(DECIDE))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"k1\"}")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    // What a spoiled request may rightly have asked for.
    var _ =
        server.send(
            HttpRequest.newBuilder(server.uri("/v2/repository/models/small/load"))
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.noBody()));
  }

  /// Builds requests to infer from what the server says of its model.
  private void learnToInfer(LiveServer server) throws Exception {
    HttpResponse<String> metadata =
        server.send(
            HttpRequest.newBuilder(server.uri("/v2/models/small"))
                .header("Authorization", "Bearer " + token));
    JsonNode inputs = JsonMapper.shared().readTree(metadata.body()).get("inputs");
    StringBuilder json = new StringBuilder("{\"id\":\"i\",\"inputs\":[");
    StringBuilder head = new StringBuilder("{\"inputs\":[");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    ByteArrayOutputStream proto = new ByteArrayOutputStream();
    CodedOutputStream message = CodedOutputStream.newInstance(proto);
    message.writeString(1, "small");
    for (JsonNode input : inputs) {
      String name = input.get("name").stringValue();
      String type = input.get("datatype").stringValue();
      String value = type.equals("BYTES") ? "\"k1\"" : type.equals("BOOL") ? "true" : "1";
      String start = "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":[1,1],".formatted(name, type);
      json.append(start).append("\"data\":[").append(value).append("]},");
      byte[] binary =
          type.equals("BYTES") ? new byte[] {2, 0, 0, 0, 'k', '1'} : new byte[width(type)];
      head.append(start)
          .append("\"parameters\":{\"binary_data_size\":%d}},".formatted(binary.length));
      data.writeBytes(binary);
      message.writeByteArray(5, tensor(name, type));
    }
    json.setCharAt(json.length() - 1, ']');
    head.setCharAt(head.length() - 1, ']');
    inferJson = json.append('}').toString();
    byte[] header = Mutations.utf8(head.append('}').toString());
    inferHeader = header.length;
    inferBinary = Mutations.joined(header, data.toByteArray());
    message.flush();
    inferProto = proto.toByteArray();
  }

  private static int width(String type) {
    String digits = type.replaceAll("[^0-9]", "");
    return digits.isEmpty() ? 1 : Integer.parseInt(digits) / 8;
  }

  private static byte[] tensor(String name, String type) throws IOException {
    ByteArrayOutputStream contents = new ByteArrayOutputStream();
    CodedOutputStream in = CodedOutputStream.newInstance(contents);
    switch (type) {
      case "BYTES" -> in.writeByteArray(8, Mutations.utf8("k1"));
      case "FP64" -> in.writeDouble(7, 1);
      case "FP32" -> in.writeFloat(6, 1);
      case "INT64" -> in.writeInt64(3, 1);
      default -> in.writeBool(1, true);
    }
    in.flush();
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(tensor);
    out.writeString(1, name);
    out.writeString(2, type);
    out.writeInt64(3, 1);
    out.writeInt64(3, 1);
    out.writeByteArray(5, contents.toByteArray());
    out.flush();
    return tensor.toByteArray();
  }

  private void http(RawConnection http, Route route, Random random) throws IOException {
    boolean last = false;
    String method =
        random.nextInt(12) == 0
            ? Mutations.any(
                List.of(
                    "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "BREW"),
                random)
            : route.method();
    boolean bodyless = method.equals("HEAD");
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target(route, random)).append(" HTTP/1.1\r\n");
    head.append("Host: 127.0.0.1\r\n").append(authorization(random));
    byte[] body = new byte[0];
    if (!method.equals("GET") || random.nextInt(10) == 0) {
      body = body(route, random, head);
      head.append(type(route, random));
    }
    if (random.nextInt(10) == 0) {
      head.append(header(random));
    }
    byte[] request;
    switch (random.nextInt(24)) {
      case 0 -> {
        // Promises more than it sends.
        head.append("Content-Length: ").append(body.length + 1 + random.nextInt(99));
        request = Mutations.joined(Mutations.utf8(head + "\r\n\r\n"), body);
        last = true;
      }
      case 1 -> {
        head.append("Transfer-Encoding: chunked\r\n\r\n");
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; at += 97) {
          int n = Math.min(97, body.length - at);
          chunks.writeBytes(Mutations.utf8(Integer.toHexString(n) + "\r\n"));
          chunks.write(body, at, n);
          chunks.writeBytes(Mutations.utf8("\r\n"));
        }
        request =
            Mutations.joined(
                Mutations.utf8(head.toString()), chunks.toByteArray(), Mutations.utf8("0\r\n\r\n"));
      }
      case 2 -> {
        request =
            Mutations.flipped(
                Mutations.joined(
                    Mutations.utf8(head + "Content-Length: " + body.length + "\r\n\r\n"), body),
                random);
        last = true;
      }
      case 3 -> {
        byte[] large = new byte[(int) (route.maxBody() < 100_000 ? route.maxBody() : 1_000) + 1];
        request =
            Mutations.joined(
                Mutations.utf8(head + "Content-Length: " + large.length + "\r\n\r\n"), large);
        last = true;
      }
      default ->
          request =
              Mutations.joined(
                  Mutations.utf8(head + "Content-Length: " + body.length + "\r\n\r\n"), body);
    }
    RawConnection.Reply reply = http.exchange(request, last, bodyless);
    String shown =
        new String(request, 0, Math.min(1_500, request.length), StandardCharsets.ISO_8859_1)
            + "\n=> "
            + reply;
    answers.merge(Integer.toString(reply.status()), 1, Integer::sum);
    if (reply.status() == 501) {
      // How the library says that it was spoken to in another protocol.
      assertThat(shown.substring(0, shown.indexOf('\n')).strip()).doesNotEndWith(" HTTP/1.1");
      assertThat(reply.body()).as(shown).isEmpty();
    } else if (reply.status() >= 500) {
      assertThat(reply.status()).as(shown).isIn(503, 504, 507);
    }
    // A metric or a page may speak of classes; an error may not.
    if (reply.status() >= 400) {
      assertThat(reply.body()).as(shown).doesNotContain(INSIDES);
    }
    assertThat(reply.head()).as(shown).doesNotContain("\nSet-Cookie: a=b");
    if (!last) {
      assertThat(reply.status()).as(shown).isNotZero();
    }
  }

  private static String target(Route route, Random random) {
    StringBuilder path = new StringBuilder();
    for (String part : route.pattern().substring(1).split("/", -1)) {
      path.append('/');
      if (!part.startsWith("{")) {
        path.append(random.nextInt(200) == 0 ? Mutations.any(Mutations.PARTS, random) : part);
      } else if (random.nextInt(5) == 0) {
        path.append(Mutations.any(Mutations.PARTS, random).replace(' ', '+'));
      } else {
        path.append(
            switch (part) {
              case "{key}" -> "k1";
              case "{version}" -> "1";
              case "{id}" -> "small." + Integer.toString(random.nextInt(5_000), 36);
              default -> route.pattern().contains("/sources/") ? "logins" : "small";
            });
      }
    }
    switch (random.nextInt(8)) {
      case 0 -> path.append("?at=").append(Mutations.any(Mutations.PARTS, random));
      case 1 -> path.append("?feature=logins_count_7d&at=2024-05-06T00:00:00%2B02:00&&=&q");
      case 2 -> path.append("?q=%3Cscript%3E&next=//evil&version=").append(random.nextInt());
      default -> {}
    }
    return path.toString().replaceAll("[ \u0000-\u001f]", "");
  }

  private String authorization(Random random) {
    return switch (random.nextInt(40)) {
      case 0 -> "";
      case 1 -> "Authorization: Bearer " + token.substring(random.nextInt(20)) + "\r\n";
      case 2 -> "Authorization: Basic dTpw\r\n";
      case 3 -> "Cookie: gnomon=" + "A".repeat(43) + "; gnomon-form=\r\n";
      case 4 -> "Authorization: Bearer gn_" + "\u00e9".repeat(12) + "_" + "B".repeat(31) + "\r\n";
      default -> "Authorization: Bearer " + token + "\r\n";
    };
  }

  private byte[] body(Route route, Random random, StringBuilder head) {
    boolean right = random.nextInt(12) == 0;
    if (route.pattern().endsWith("/infer")) {
      if (random.nextBoolean()) {
        int length =
            random.nextInt(4) == 0 ? random.nextInt(-5, inferBinary.length + 50) : inferHeader;
        head.append("Inference-Header-Content-Length: ")
            .append(random.nextInt(30) == 0 ? "99999999999" : Integer.toString(length))
            .append("\r\n");
        return right ? inferBinary : Mutations.binary(inferBinary, random);
      }
      return right ? Mutations.utf8(inferJson) : Mutations.json(inferJson, random);
    }
    if (route.accepts() == Route.Accepts.FORM) {
      return Mutations.flipped(
          Mutations.utf8(
              "token=" + token + "&csrf=" + "A".repeat(43) + "&next=%2F%0d%0aSet-Cookie"),
          random);
    }
    String valid = VALID.getOrDefault(route.pattern(), "{\"a\":[1,\"b\",null],\"ready\":true}");
    return right ? Mutations.utf8(valid) : Mutations.json(valid, random);
  }

  private static String type(Route route, Random random) {
    return "Content-Type: "
        + switch (random.nextInt(20)) {
          case 0 -> "text/plain";
          case 1 -> "a".repeat(99);
          case 2 -> "application/json; charset=utf-16";
          case 3 -> "application/x-ndjson";
          case 4 -> "application/octet-stream";
          case 5 -> ";";
          default -> route.accepts() == Route.Accepts.FORM ? Form.TYPE : "application/json";
        }
        + "\r\n";
  }

  private static String header(Random random) {
    return switch (random.nextInt(9)) {
          case 0 -> "Content-Encoding: " + Mutations.any(List.of("gzip", "deflate", "br"), random);
          case 1 -> "Accept-Encoding: gzip, deflate;q=x";
          case 2 -> "Origin: http://evil.example";
          case 3 -> "X-Forwarded-For: 1.2.3.4, " + "9".repeat(500);
          case 4 -> "Expect: 100-continue";
          case 5 -> "X-Request-Timeout: -1\r\nGnomon-Deadline: NaN\r\ngrpc-timeout: 1n";
          case 6 -> "traceparent: 00-zz-zz-01";
          case 7 -> "Idempotency-Key: " + "i".repeat(3_000);
          default -> "Accept: \u00ff\u00fe";
        }
        + "\r\n";
  }

  private void grpc(ManagedChannel channel, String method, Random random) {
    byte[] valid =
        method.endsWith("/ModelInfer")
            ? inferProto
            : Mutations.utf8(
                method.contains("RepositoryModel") ? "\u0012\u0005small" : "\n\u0005small");
    Metadata metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + (random.nextInt(20) == 0 ? "gn_" : token));
    try {
      var first =
          ClientCalls.blockingServerStreamingCall(
              ClientInterceptors.intercept(
                  channel, MetadataUtils.newAttachHeadersInterceptor(metadata)),
              WireBytes.unary(method),
              CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
              random.nextInt(12) == 0 ? valid : Mutations.binary(valid, random));
      while (first.hasNext()) {
        var _ = first.next();
      }
      answers.merge("gRPC OK", 1, Integer::sum);
    } catch (StatusRuntimeException e) {
      answers.merge("gRPC " + e.getStatus().getCode(), 1, Integer::sum);
      assertThat(e.getStatus().getCode()).as(method + ": " + e.getStatus()).isNotIn(FAILURES);
      assertThat(String.valueOf(e.getStatus().getDescription())).as(method).doesNotContain(INSIDES);
    }
  }

  /// What is no call of gRPC, or no HTTP/2 at all.
  private void frames(int port, Random random) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (random.nextInt(4) > 0) {
      out.writeBytes(Mutations.utf8("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
      out.writeBytes(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
    }
    for (int i = 0; i < random.nextInt(6); i++) {
      byte[] payload = Mutations.garbage(random, 80);
      int claimed = random.nextInt(4) == 0 ? random.nextInt(1 << 24) : payload.length;
      out.writeBytes(
          new byte[] {
            (byte) (claimed >> 16),
            (byte) (claimed >> 8),
            (byte) claimed,
            (byte) random.nextInt(12),
            (byte) random.nextInt(256),
            0,
            0,
            0,
            (byte) random.nextInt(4)
          });
      out.writeBytes(payload);
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(out.toByteArray());
      socket.shutdownOutput();
      byte[] answer = socket.getInputStream().readAllBytes();
      assertThat(new String(answer, StandardCharsets.ISO_8859_1))
          .doesNotContain("dev.gnomon", ".java:", "java.lang");
      answers.merge("frames", 1, Integer::sum);
    } catch (java.net.SocketException e) {
      answers.merge("frames cut", 1, Integer::sum);
    }
  }
}
