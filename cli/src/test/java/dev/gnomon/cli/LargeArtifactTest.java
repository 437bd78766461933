package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.client.ArtifactClient;
import dev.gnomon.client.GnomonException;
import dev.gnomon.core.Home;
import dev.gnomon.server.HttpFront;
import dev.gnomon.server.Route;
import dev.gnomon.server.mlflow.ArtifactRoutes;
import dev.gnomon.server.mlflow.MlflowRoutes;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Security;
import dev.gnomon.tracking.Tracking;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files several times as long as the server's whole heap, up and down, also over connections that
/// end in the middle.
@SuppressWarnings("NullAway.Init") // opened before each test
class LargeArtifactTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final long LENGTH = 200L * MEBIBYTE + 77;
  private static final String HEAP = "-Xmx48m";

  @TempDir private Path folder;
  private Process process;
  private int port;
  private String run = "";

  /// A server with artifacts until its input ends.
  static final class Serving {
    private Serving() {}

    public static void main(String[] args) throws IOException {
      InstantSource clock = InstantSource.system();
      Path at = Path.of(args[0]);
      PrintStream out = System.out;
      try (Tracking tracking =
              Tracking.open("sqlite", Map.of("path", at.resolve("t.db").toString()), clock);
          Artifacts artifacts = Artifacts.open(at.resolve("store").toString(), Map.of(), clock);
          Access access = Access.open(Security.of(new Home(at.resolve("home"))), note -> {})) {
        List<Route> routes = new ArrayList<>(new MlflowRoutes(tracking).routes());
        routes.addAll(
            new ArtifactRoutes(
                    artifacts, tracking, at.resolve("links.key"), clock, false, note -> {})
                .routes());
        HttpFront front =
            new HttpFront(
                routes,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                access,
                Throwable::printStackTrace);
        front.start("127.0.0.1", 0);
        out.println(front.port());
        out.println(tracking.createRun("0", "test", "one", null, List.of()).info().id());
        var _ = System.in.transferTo(OutputStream.nullOutputStream());
        front.close();
      }
    }
  }

  @BeforeEach
  void start() throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Serving.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    port = Integer.parseInt(Objects.requireNonNull(lines.readLine(), "the server did not start"));
    run = Objects.requireNonNull(lines.readLine());
  }

  @AfterEach
  void stop() throws Exception {
    process.getOutputStream().close();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  /// Bytes that follow from a seed, and are held nowhere.
  private static final class Drawn extends InputStream {
    private final SplittableRandom random = new SplittableRandom(5);
    private final byte[] chunk = new byte[1 << 16];
    private long left = LENGTH;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) {
      if (left == 0) {
        return -1;
      }
      int take = (int) Math.min(left, Math.min(length, chunk.length));
      for (int i = 0; i < take; i++) {
        long at = LENGTH - left + i;
        bytes[from + i] = at % 8 == 0 ? (byte) random.nextInt() : (byte) (at >>> 13);
      }
      left -= take;
      return take;
    }
  }

  private HttpClient http() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  /// As Python's client does: one PUT in chunks, one GET.
  @Test
  void passesOneRequestEachWay() throws Exception {
    URI address =
        URI.create(
            "http://127.0.0.1:%d/api/2.0/mlflow-artifacts/artifacts/0/%s/artifacts/large"
                .formatted(port, run));
    try (HttpClient http = http()) {
      HttpResponse<String> put =
          http.send(
              HttpRequest.newBuilder(address)
                  .PUT(HttpRequest.BodyPublishers.ofInputStream(Drawn::new))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
      HttpResponse<InputStream> got =
          http.send(
              HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofInputStream());
      assertThat(got.statusCode()).isEqualTo(200);
      assertThat(got.headers().firstValueAsLong("Content-Length")).hasValue(LENGTH);
      try (InputStream in = got.body()) {
        assertSame(in);
      }
    }
    assertThat(process.isAlive()).isTrue();
  }

  private static void assertSame(InputStream found) throws IOException {
    InputStream wanted = new Drawn();
    byte[] expected = new byte[MEBIBYTE];
    byte[] actual = new byte[MEBIBYTE];
    long at = 0;
    for (int n = wanted.readNBytes(expected, 0, MEBIBYTE);
        n > 0;
        n = wanted.readNBytes(expected, 0, MEBIBYTE)) {
      assertThat(found.readNBytes(actual, 0, n)).isEqualTo(n);
      assertThat(java.util.Arrays.mismatch(expected, 0, n, actual, 0, n))
          .as("%d", at)
          .isEqualTo(-1);
      at += n;
    }
    assertThat(found.read()).isEqualTo(-1);
  }

  /// Cut off in the middle, and taken up by another client: what had arrived does not go again.
  @Test
  void isTakenUpAgainWhereItBrokeOff() throws Exception {
    Path source = folder.resolve("large.bin");
    try (InputStream in = new Drawn()) {
      Files.copy(in, source);
    }
    String at = "runs:/" + run;
    long most = 120L * MEBIBYTE;
    try (CuttingProxy proxy = new CuttingProxy(port, 1_000, most)) {
      assertThatThrownBy(() -> client(proxy).upload(source, at))
          .isInstanceOf(GnomonException.class);
      assertThat(proxy.up.get()).isGreaterThan(most - MEBIBYTE);
    }
    try (CuttingProxy proxy = new CuttingProxy(port, 0, 0)) {
      assertThat(client(proxy).upload(source, at)).isEqualTo(1);
      assertThat(proxy.up.get()).isLessThan(LENGTH - most + 20L * MEBIBYTE);
    }
    Path into = folder.resolve("back");
    try (CuttingProxy proxy = new CuttingProxy(port, 1_000, most)) {
      assertThatThrownBy(() -> client(proxy).download(at + "/large.bin", into))
          .isInstanceOf(GnomonException.class);
    }
    assertThat(into.resolve("large.bin")).doesNotExist();
    try (CuttingProxy proxy = new CuttingProxy(port, 0, 0)) {
      Path back = client(proxy).download(at + "/large.bin", into);
      assertThat(proxy.down.get()).isLessThan(LENGTH - most + 20L * MEBIBYTE);
      try (InputStream in = Files.newInputStream(back)) {
        assertSame(in);
      }
    }
    assertThat(process.isAlive()).isTrue();
  }

  private static ArtifactClient client(CuttingProxy proxy) {
    return ArtifactClient.builder(URI.create("http://127.0.0.1:" + proxy.port()))
        .partBytes(16L * MEBIBYTE)
        .retries(0)
        .build();
  }
}
