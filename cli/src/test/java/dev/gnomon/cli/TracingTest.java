package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.gnomon.core.BadInput;
import dev.gnomon.server.security.Security;
import dev.gnomon.server.telemetry.Telemetry;
import dev.gnomon.server.telemetry.TraceParent;
import dev.gnomon.server.telemetry.Tracing;
import dev.gnomon.serving.ArrivalClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A collector in this process receives what a server says about requests.
class TracingTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final String BODY = "{\"key\":\"k1\"}";

  @TempDir private Path folder;

  /// What was received, as bytes of protobuf in Latin-1 so that texts and ids can be looked for.
  private record Collected(String path, String type, String key, String bytes) {
    boolean hasId(String hex) {
      return bytes.contains(latin(HexFormat.of().parseHex(hex)));
    }

    boolean hasText(String text) {
      return bytes.contains(text);
    }
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static final class Collector implements AutoCloseable {
    final Queue<Collected> got = new ConcurrentLinkedQueue<>();
    private final HttpServer http;

    Collector() throws IOException {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      http.createContext(
          "/",
          exchange -> {
            got.add(
                new Collected(
                    exchange.getRequestURI().getPath(),
                    String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                    String.valueOf(exchange.getRequestHeaders().getFirst("x-key")),
                    latin(exchange.getRequestBody().readAllBytes())));
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      http.start();
    }

    Tracing tracing(String ratio) {
      return Tracing.of(
          Map.of(
              "OTEL_EXPORTER_OTLP_ENDPOINT",
              "http://127.0.0.1:" + http.getAddress().getPort(),
              "OTEL_EXPORTER_OTLP_HEADERS",
              "x-key=secret",
              "OTEL_TRACES_SAMPLER_ARG",
              ratio),
          "1.2.3");
    }

    @Override
    public void close() {
      http.stop(0);
    }
  }

  private LiveServer server(Tracing tracing) throws IOException {
    Path file = SmallWorld.write(folder);
    return new LiveServer(
        file,
        ArrivalClock.replay(Instant.parse("2024-05-06T00:00:00Z")),
        Security.of(LiveServer.home(file)),
        new Telemetry(tracing, _ -> {}));
  }

  private static HttpResponse<String> post(LiveServer server, String path, String body, String flag)
      throws Exception {
    return server.send(
        HttpRequest.newBuilder(server.uri(path))
            .header("Content-Type", "application/json")
            .header("traceparent", "00-%s-%s-%s".formatted(TRACE, CALLER, flag))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  @Test
  void sendsTheTraceOfACallerWithItsStages() throws Exception {
    try (Collector collector = new Collector()) {
      String id;
      try (LiveServer server = server(collector.tracing("0"))) {
        HttpResponse<String> answer = post(server, "/v1/usecases/small/decide", BODY, "01");
        assertThat(answer.statusCode()).isEqualTo(200);
        id = LiveServer.json(answer).get("predictionId").stringValue();
        assertThat(server.failures).isEmpty();
      } // closing sends what is kept
      assertThat(collector.got).hasSize(1);
      Collected got = collector.got.element();
      assertThat(got.path()).isEqualTo("/v1/traces");
      assertThat(got.type()).isEqualTo("application/x-protobuf");
      assertThat(got.key()).isEqualTo("secret");
      assertThat(got.hasId(TRACE)).isTrue();
      assertThat(got.hasId(CALLER)).as("the caller's span is the parent").isTrue();
      for (String text :
          new String[] {
            "POST /v1/usecases/{name}/decide",
            "features",
            "score",
            "log",
            "answer",
            "service.name",
            "1.2.3",
            id
          }) {
        assertThat(got.hasText(text)).as(text).isTrue();
      }
    }
  }

  @Test
  void tracesTheOpenInferenceProtocolToo() throws Exception {
    try (Collector collector = new Collector()) {
      try (LiveServer server = server(collector.tracing("0"))) {
        HttpResponse<String> answer =
            post(
                server,
                "/v2/models/small/infer",
                "{\"inputs\":[{\"name\":\"key\",\"shape\":[2,1],\"datatype\":\"BYTES\","
                    + "\"data\":[\"k1\",\"k2\"]}]}",
                "01");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      }
      assertThat(collector.got).hasSize(1);
      assertThat(collector.got.element().hasId(TRACE)).isTrue();
      assertThat(collector.got.element().hasText("/v2/models/{name}/infer")).isTrue();
    }
  }

  @Test
  void keepsNothingThatNobodyAskedFor() throws Exception {
    try (Collector collector = new Collector()) {
      try (LiveServer server = server(collector.tracing("0"))) {
        assertThat(post(server, "/v1/usecases/small/decide", BODY, "00").statusCode())
            .isEqualTo(200);
        assertThat(server.post("/v1/usecases/small/decide", BODY).statusCode()).isEqualTo(200);
      }
      assertThat(collector.got).isEmpty();
      try (LiveServer server = server(collector.tracing("1"))) {
        assertThat(server.post("/v1/usecases/small/decide", BODY).statusCode()).isEqualTo(200);
        assertThat(server.post("/v1/usecases/small/decide", "{}").statusCode()).isEqualTo(400);
      }
      assertThat(collector.got).hasSize(1);
      assertThat(collector.got.element().hasText("error.type")).isTrue();
    }
  }

  @Test
  void aCollectorThatIsAwayHoldsNobodyUp() throws Exception {
    Tracing tracing;
    try (Collector collector = new Collector()) {
      tracing = collector.tracing("1");
    }
    try (LiveServer server = server(tracing)) {
      for (int i = 0; i < 50; i++) {
        assertThat(server.post("/v1/usecases/small/decide", BODY).statusCode()).isEqualTo(200);
      }
      assertThat(server.failures).isEmpty();
    }
  }

  @Test
  void isOffUnlessACollectorIsNamed() {
    assertThat(Tracing.of(Map.of(), "1")).isSameAs(Tracing.OFF);
    assertThat(
            Tracing.of(
                Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    "http://localhost:4318",
                    "OTEL_SDK_DISABLED",
                    "true"),
                "1"))
        .isSameAs(Tracing.OFF);
    String endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    assertThatThrownBy(() -> Tracing.of(Map.of(endpoint, "localhost"), "1"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(endpoint);
    assertThatThrownBy(() ->
            Tracing.of(
                Map.of(endpoint, "http://localhost:4318", "OTEL_TRACES_SAMPLER_ARG", "2"), "1"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("OTEL_TRACES_SAMPLER_ARG");
    assertThatThrownBy(() ->
            Tracing.of(
                Map.of(endpoint, "http://localhost:4317", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
                "1"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("http/protobuf");
  }

  /// The cases of W3C Trace Context, section 3.2.
  @Test
  void readsTheHeaderAsTheStandardSays() {
    String rest = "-" + TRACE + "-" + CALLER + "-";
    assertThat(TraceParent.parse("00" + rest + "01"))
        .hasValue(new TraceParent(TRACE, CALLER, true));
    assertThat(TraceParent.parse("00" + rest + "02"))
        .hasValue(new TraceParent(TRACE, CALLER, false));
    assertThat(TraceParent.parse("cc" + rest + "03-later"))
        .hasValue(new TraceParent(TRACE, CALLER, true));
    for (String bad :
        new String[] {
          "",
          "00" + rest,
          "ff" + rest + "01",
          "00" + rest + "01-later",
          "cc" + rest + "01later",
          "00" + rest + "0g",
          ("00" + rest + "01").toUpperCase(java.util.Locale.ROOT),
          "00-" + "0".repeat(32) + "-" + CALLER + "-01",
          "00-" + TRACE + "-" + "0".repeat(16) + "-01",
          "00" + rest + "01 "
        }) {
      assertThat(TraceParent.parse(bad)).as(bad).isEmpty();
    }
  }
}
