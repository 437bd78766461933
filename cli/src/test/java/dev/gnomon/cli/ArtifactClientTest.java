package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.gnomon.artifacts.ArtifactPath;
import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.client.ArtifactClient;
import dev.gnomon.client.ArtifactEntry;
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
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files to a server and back, also over connections that break.
@SuppressWarnings("NullAway.Init") // opened before each test
class ArtifactClientTest {
  private static final int PART = 1 << 20;

  @TempDir private Path folder;
  private final List<Throwable> told = new ArrayList<>();
  private final List<String> notes = new CopyOnWriteArrayList<>();
  private Tracking tracking;
  private Artifacts artifacts;
  private Access access;
  private HttpFront front;
  private String run = "";

  @BeforeEach
  void open() {
    InstantSource clock = InstantSource.system();
    tracking =
        Tracking.open("sqlite", Map.of("path", folder.resolve("tracking.db").toString()), clock);
    artifacts = Artifacts.open(folder.resolve("artifacts").toString(), Map.of(), clock);
    access = Access.open(Security.of(new Home(folder.resolve("home"))), note -> {});
    List<Route> routes = new ArrayList<>(new MlflowRoutes(tracking).routes());
    routes.addAll(
        new ArtifactRoutes(
                artifacts, tracking, folder.resolve("links.key"), clock, false, notes::add)
            .routes());
    front =
        new HttpFront(
            routes, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), access, told::add);
    front.start("127.0.0.1", 0);
    run = tracking.createRun("0", "test", "one", null, List.of()).info().id();
  }

  @AfterEach
  void close() {
    front.close();
    access.close();
    artifacts.close();
    tracking.close();
  }

  private static ArtifactClient client(int port, int retries) {
    return ArtifactClient.builder(URI.create("http://127.0.0.1:" + port))
        .partBytes(PART)
        .retries(retries)
        .build();
  }

  private Path file(String name, int length) throws IOException {
    Path file = folder.resolve("source").resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return Files.write(file, bytes);
  }

  @Test
  void sendsAndGetsFilesAndDirectories() throws IOException {
    file("model/MLmodel", 100);
    file("model/data/été 模型.bin", 3 * PART + 5);
    file("model/empty", 0);
    Path source = folder.resolve("source/model");
    ArtifactClient client = client(front.port(), 0);
    String at = "runs:/" + run + "/model";
    assertThat(client.upload(source, at)).isEqualTo(3);
    assertThat(client.upload(source, at)).isZero();
    assertThat(client.list(at))
        .containsExactly(
            new ArtifactEntry("data", true, -1),
            new ArtifactEntry("MLmodel", false, 100),
            new ArtifactEntry("empty", false, 0));

    Path back = client.download(at, folder.resolve("back"));
    assertThat(back).isEqualTo(folder.resolve("back/model"));
    for (String name : List.of("MLmodel", "data/été 模型.bin", "empty")) {
      assertThat(back.resolve(name)).hasSameBinaryContentAs(source.resolve(name));
    }
    try (Stream<Path> all = Files.walk(back)) {
      assertThat(all.filter(Files::isRegularFile)).hasSize(3);
    }
    assertThat(client.download("mlflow-artifacts:/0/" + run + "/artifacts/model/MLmodel", folder))
        .hasSameBinaryContentAs(source.resolve("MLmodel"));

    client.delete(at + "/data");
    client.delete(at + "/data");
    assertThat(client.list(at)).hasSize(2);
    assertThatThrownBy(() -> client.download(at + "/data", folder))
        .isInstanceOf(GnomonException.class)
        .hasMessageStartingWith("404 RESOURCE_DOES_NOT_EXIST");
    assertThatThrownBy(() -> client.upload(source, "runs:/" + run + "/../x"))
        .hasMessageContaining("Invalid path");
    assertThatThrownBy(() -> client.list("runs:/nothing/x")).hasMessageContaining("not found");
    assertThatThrownBy(() -> client.list("s3://bucket/x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(told).isEmpty();
  }

  @Test
  void arrivesOverConnectionsThatBreak() throws IOException {
    Path source = file("large.bin", 8 * PART + 77);
    try (CuttingProxy proxy = new CuttingProxy(front.port(), 5, PART * 3 / 2)) {
      ArtifactClient client = client(proxy.port(), 10);
      client.upload(source, "runs:/" + run);
      assertThat(proxy.up.get()).isLessThan(16L * PART);
    }
    try (CuttingProxy proxy = new CuttingProxy(front.port(), 5, PART * 3 / 2)) {
      Path back = client(proxy.port(), 10).download("runs:/" + run + "/large.bin", folder);
      assertThat(back).hasSameBinaryContentAs(source);
      // What had arrived was not asked for again.
      assertThat(proxy.down.get()).isLessThan(10L * PART);
    }
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void goesOnInAnotherProcess() throws IOException {
    Path source = file("large.bin", 8 * PART + 77);
    try (CuttingProxy proxy = new CuttingProxy(front.port(), 1_000, 5 * PART)) {
      ArtifactClient client = client(proxy.port(), 0);
      assertThatThrownBy(() -> client.upload(source, "runs:/" + run))
          .isInstanceOf(GnomonException.class);
    }
    try (CuttingProxy proxy = new CuttingProxy(front.port(), 0, 0)) {
      assertThat(client(proxy.port(), 0).upload(source, "runs:/" + run)).isEqualTo(1);
      assertThat(proxy.up.get()).isLessThan(6L * PART);
    }
    try (CuttingProxy proxy = new CuttingProxy(front.port(), 1_000, 5 * PART)) {
      ArtifactClient client = client(proxy.port(), 0);
      assertThatThrownBy(() -> client.download("runs:/" + run + "/large.bin", folder))
          .isInstanceOf(GnomonException.class);
    }
    try (CuttingProxy proxy = new CuttingProxy(front.port(), 0, 0)) {
      assertThat(client(proxy.port(), 0).download("runs:/" + run + "/large.bin", folder))
          .hasSameBinaryContentAs(source);
      assertThat(proxy.down.get()).isLessThan(6L * PART);
    }
  }

  @Test
  void saysWhichFileIsDamagedAndMendsItByTheSameFile() throws IOException {
    Path source = file("large.bin", 3 * PART + 5);
    ArtifactClient client = client(front.port(), 3);
    String at = "runs:/" + run + "/model";
    client.upload(source, at);
    Path content = onDisk("model/large.bin");
    for (long place : List.of(7L, 2L * PART + 9)) {
      byte[] bytes = Files.readAllBytes(source);
      bytes[(int) place] ^= 1;
      Files.write(content, bytes);
      Path into = folder.resolve("back" + place);
      assertThatThrownBy(() -> client.download(at + "/large.bin", into))
          .isInstanceOf(GnomonException.class)
          .hasMessageStartingWith("409 DATA_LOSS")
          .hasMessageContaining("'model/large.bin' of run " + run)
          .hasMessageContaining("send the same file again");
      assertThat(into.resolve("large.bin")).doesNotExist();
      assertThat(notes).isNotEmpty().allMatch(note -> note.contains("of run " + run));
      notes.clear();
      assertThat(client.upload(source, at)).isEqualTo(1);
      assertThat(client.upload(source, at)).isZero();
      assertThat(client.download(at + "/large.bin", into)).hasSameBinaryContentAs(source);
    }
    Files.delete(content);
    assertThatThrownBy(() -> client.download(at + "/large.bin", folder.resolve("gone")))
        .hasMessageStartingWith("409 DATA_LOSS")
        .hasMessageContaining("is gone");
    assertThat(client.upload(source, at)).isEqualTo(1);
    assertThat(told).isEmpty();
  }

  private Path onDisk(String path) throws IOException {
    String hash =
        artifacts.find(new ArtifactPath("0/" + run + "/artifacts/" + path)).orElseThrow().sha256();
    return folder.resolve("artifacts/contents/" + hash.substring(0, 2) + "/" + hash);
  }

  /// A server may be anybody's.
  @Test
  void writesNothingOutsideWhateverTheServerNames() throws IOException {
    for (String name : List.of("../evil", "/tmp/evil", "..", "a/../../evil", "a\\\\evil", "")) {
      HttpServer evil =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      evil.createContext(
          "/",
          exchange -> {
            boolean list = exchange.getRequestURI().getRawQuery() != null;
            byte[] body =
                (list ? "{\"files\":[{\"path\":\"%s\",\"is_dir\":false}]}".formatted(name) : "{}")
                    .getBytes(StandardCharsets.UTF_8);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(list ? 200 : 404, head ? -1 : body.length);
            if (!head) {
              exchange.getResponseBody().write(body);
            }
            exchange.close();
          });
      evil.start();
      try {
        ArtifactClient client = client(evil.getAddress().getPort(), 0);
        assertThatThrownBy(() -> client.download("mlflow-artifacts:/x/y", folder.resolve("inside")))
            .as(name)
            .isInstanceOf(GnomonException.class)
            .hasMessageContaining("Unsafe name");
      } finally {
        evil.stop(0);
      }
    }
    try (Stream<Path> all = Files.walk(folder.resolve("inside"))) {
      assertThat(all.filter(Files::isRegularFile)).isEmpty();
    }
  }
}
