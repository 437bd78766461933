package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.core.Home;
import dev.gnomon.server.HttpFront;
import dev.gnomon.server.Route;
import dev.gnomon.server.mlflow.ArtifactRoutes;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Security;
import dev.gnomon.tracking.Tracking;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests for artifacts that nobody should send: paths that lead out in every encoding, links in
/// the store, archives with names that lead out, line ends in names, spoiled addresses and uploads.
/// No answer is a failure of the server, none carries a header or a byte it should not, and beside
/// the store nothing was read or written.
class ArtifactFuzzTest {
  private static final String SECRET = "nobody may read this";
  private static final byte[] KEPT = Mutations.utf8("kept");
  private static final int LONGEST_TARGET = 4_000;

  /// Encoded as they stand in an address.
  private static final List<String> PATHS =
      List.of(
          "..",
          ".",
          "",
          "../../outside/secret",
          "..%2f..%2foutside%2fsecret",
          "%2e%2e/%2e%2e/outside/secret",
          "%252e%252e%252foutside%252fsecret",
          "%25252e%25252e%25252foutside",
          "..;/outside/secret",
          ".%2e/.%2e/outside/secret",
          "%c0%ae%c0%ae/outside/secret",
          "%uff0e%uff0e/outside",
          "%ef%bc%8e%ef%bc%8e/outside",
          "..%5c..%5coutside%5csecret",
          "a%5c..%5c..%5coutside",
          "%2foutside%2fsecret",
          "%2fetc%2fpasswd",
          "C:%5cwindows",
          "C:/windows",
          "file:%2f%2f%2fetc%2fpasswd",
          "link/secret",
          "link",
          "d.link/secret",
          "filelink",
          "a%00b",
          "a%0d%0aSet-Cookie:%20a=b",
          "a%0aX-Evil:%201",
          "a%250d%250aSet-Cookie:%20a=b",
          "a%22;%20filename=%22evil.exe",
          "a%e2%80%a8b",
          "%e2%80%ae%67%6e%70.exe",
          "a%23b",
          "a%3fb",
          "%ff%fe",
          "%zz",
          "%F0%9F%98%80",
          "x".repeat(300),
          "x/".repeat(60),
          "%F0%9F%98%80".repeat(80),
          "con",
          "nul.txt",
          "~root",
          "$HOME",
          "%7e%2f",
          "*",
          "contents",
          "paths",
          "f.x",
          "d.0");

  private static final Set<String> HEADERS =
      Set.of(
          "content-type",
          "content-length",
          "content-disposition",
          "content-range",
          "accept-ranges",
          "etag",
          "repr-digest",
          "connection",
          "allow",
          "retry-after",
          "cache-control",
          "content-security-policy",
          "cross-origin-opener-policy",
          "cross-origin-resource-policy",
          "permissions-policy",
          "referrer-policy",
          "strict-transport-security",
          "vary",
          "www-authenticate",
          "x-content-type-options",
          "x-frame-options");

  private static final List<String> INSIDES = List.of("Exception", "dev.gnomon", "java.", ".java:");

  @TempDir private Path folder;

  private final Map<Integer, Integer> answers = new TreeMap<>();
  private final List<String> given = new ArrayList<>();
  private final List<String> uploads = new ArrayList<>();
  private List<byte[]> bodies = List.of();
  private String run = "";
  private String model = "";

  @Test
  void fourThousandRequests() throws Exception {
    fuzz(4_000, 815);
  }

  @Test
  @Tag("long")
  void aHundredThousandRequests() throws Exception {
    fuzz(100_000, 4_711);
  }

  private void fuzz(int requests, long seed) throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), SECRET);
    Path store = Files.createDirectory(folder.resolve("store"));
    Path home = Files.createDirectory(folder.resolve("home"));
    bodies = bodies();
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    Random random = new Random(seed);
    InstantSource clock = InstantSource.system();
    try (Tracking tracking =
            Tracking.open("sqlite", Map.of("path", home.resolve("t.db").toString()), clock);
        Artifacts artifacts = Artifacts.open(store.toString(), Map.of(), clock);
        Access access = Access.open(Security.of(new Home(home)), ignored -> {})) {
      run = tracking.createRun("0", "u", "one", null, List.of()).info().id();
      model = tracking.createLoggedModel("0", "l", null, null, List.of(), List.of()).id();
      tracking.createModel("m", "u", "", List.of());
      tracking.createVersion("m", "runs:/" + run + "/model", "u", run, null, null, "", List.of());
      List<Route> routes =
          new ArtifactRoutes(
                  artifacts, tracking, home.resolve("links.key"), clock, false, failed -> {})
              .routes();
      HttpFront front =
          new HttpFront(
              routes, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), access, failures::add);
      front.start("127.0.0.1", 0);
      try (RawConnection http = new RawConnection(front.port())) {
        begin(http, store, outside);
        for (int i = 0; i < requests; i++) {
          one(http, Mutations.any(routes, random), random);
        }
        RawConnection.Reply kept = ask(http, "GET", "/kept/file", new byte[0]);
        assertThat(kept.body()).isEqualTo("kept");
      } finally {
        front.close();
      }
      assertThat(failures).isEmpty();
      assertThat(artifacts.verify(false).damaged()).isEmpty();
      try (var objects = Files.walk(store)) {
        assertThat(objects.filter(file -> file.getFileName().toString().contains("evil")))
            .as("only names of the store's own form")
            .allMatch(file -> file.getFileName().toString().matches("[df]\\..*"));
      }
    }
    assertThat(Files.readString(outside.resolve("secret"))).isEqualTo(SECRET);
    try (Stream<Path> below = Files.walk(outside);
        Stream<Path> beside = Files.list(folder)) {
      assertThat(Stream.concat(below, beside).map(file -> folder.relativize(file).toString()))
          .containsOnly("outside", "outside/secret", "store", "home");
    }
    assertThat(answers.keySet()).contains(200, 400, 403, 404, 405);
    assertThat(answers.get(200)).isGreaterThan(requests / 20);
  }

  /// A file that stays, some that may go, and links that lead out of the store.
  private void begin(RawConnection http, Path store, Path outside) throws IOException {
    assertThat(ask(http, "PUT", "/kept/file", KEPT).status()).isEqualTo(200);
    assertThat(ask(http, "PUT", "/0/" + run + "/artifacts/file", bodies.get(1)).status())
        .isEqualTo(200);
    Path artifacts = store.resolve("paths/d.0/d." + run + "/d.artifacts");
    for (Path at : List.of(store, store.resolve("paths"), store.resolve("paths/d.0"), artifacts)) {
      Files.createSymbolicLink(at.resolve("d.link"), outside);
      Files.createSymbolicLink(at.resolve("f.filelink"), outside.resolve("secret"));
    }
  }

  private static List<byte[]> bodies() throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      for (String name : List.of("../../outside/evil", "/tmp/evil", "..\\evil", "ok")) {
        out.putNextEntry(new ZipEntry(name));
        out.write(KEPT);
        out.closeEntry();
      }
    }
    return List.of(new byte[0], Mutations.utf8("<script>alert(1)</script>"), zip.toByteArray());
  }

  private static RawConnection.Reply ask(
      RawConnection http, String method, String path, byte[] body) throws IOException {
    return http.exchange(
        request(method, "/api/2.0/mlflow-artifacts/artifacts" + path, "", body), false, false);
  }

  private static byte[] request(String method, String target, String headers, byte[] body) {
    return Mutations.joined(
        Mutations.utf8(
            "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%sContent-Length: %d\r\n\r\n"
                .formatted(method, target, headers, body.length)),
        body);
  }

  private void one(RawConnection http, Route route, Random random) throws IOException {
    String method =
        random.nextInt(25) == 0
            ? Mutations.any(List.of("GET", "HEAD", "POST", "PUT", "DELETE"), random)
            : route.method();
    String target = target(route, random);
    byte[] body =
        switch (method) {
          case "GET", "HEAD" -> new byte[0];
          case "POST" -> json(route, random);
          default -> content(random);
        };
    RawConnection.Reply reply =
        http.exchange(request(method, target, headers(random), body), false, method.equals("HEAD"));
    answers.merge(reply.status(), 1, Integer::sum);
    check(
        reply,
        "%s %s\n%s\n=> %s"
            .formatted(
                method,
                target,
                new String(body, 0, Math.min(500, body.length), StandardCharsets.UTF_8),
                reply));
    if (reply.status() == 200 && method.equals("POST")) {
      remember(JsonMapper.shared().readTree(reply.body()), random);
    }
  }

  private static void check(RawConnection.Reply reply, String shown) {
    assertThat(reply.status()).as(shown).isBetween(200, 499).isNotEqualTo(429);
    assertThat(reply.body()).as(shown).doesNotContain(SECRET);
    List<String> lines = reply.head().strip().lines().skip(1).toList();
    assertThat(lines)
        .as(shown)
        .allMatch(line ->
            HEADERS.contains(
                line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT)));
    if (reply.status() >= 400) {
      assertThat(reply.body()).as(shown).doesNotContain(INSIDES);
    } else if (!reply.head().contains("application/json\r\n")
        || reply.head().contains("Content-Disposition")) {
      assertThat(reply.head())
          .as(shown)
          .contains("Content-Disposition: attachment; filename=\"")
          .contains("X-Content-Type-Options: nosniff");
    }
  }

  /// What later requests spoil: addresses and uploads that were given out.
  private void remember(JsonNode answer, Random random) {
    if (answer.has("presigned_url")) {
      keep(given, answer.get("presigned_url").stringValue(), random);
    }
    if (answer.has("upload_id")) {
      keep(uploads, answer.get("upload_id").stringValue(), random);
      answer
          .path("credentials")
          .forEach(one -> keep(given, one.path("url").stringValue(""), random));
    }
  }

  private static void keep(List<String> all, String one, Random random) {
    if (all.size() < 50) {
      all.add(one);
    } else {
      all.set(random.nextInt(all.size()), one);
    }
  }

  private String target(Route route, Random random) {
    boolean signed = route.pattern().contains("/signed/") || route.pattern().contains("/mpu/part/");
    if (signed && !given.isEmpty() && random.nextInt(3) > 0) {
      String address = URI.create(Mutations.any(given, random)).toString();
      String local = address.replaceFirst("https?://[^/]*", "");
      return switch (random.nextInt(5)) {
        case 0 -> local.replaceFirst("/artifacts/", "/artifacts/%2e%2e/");
        case 1 -> local.replaceFirst("expires=[0-9]+", "expires=" + Instant.MAX.getEpochSecond());
        case 2 -> local.replaceFirst("[0-9a-f]{2}$", "00");
        case 3 -> local.replaceFirst("\\?", "x?");
        default -> local;
      };
    }
    StringBuilder path = new StringBuilder();
    for (String part : route.pattern().substring(1).split("/", -1)) {
      path.append('/');
      path.append(!part.startsWith("{") ? part : part.contains("...") ? path(random) : one(random));
    }
    if (route.method().equals("GET")) {
      path.append('?').append(query(random));
    }
    String target = path.toString().replaceAll("[ \u0000-\u001f]", "");
    return target.substring(0, Math.min(target.length(), LONGEST_TARGET));
  }

  private String one(Random random) {
    return random.nextInt(3) == 0 ? Mutations.any(PATHS, random) : model;
  }

  /// Sometimes a right one.
  private String path(Random random) {
    String in =
        Mutations.any(
            List.of("", "0/", "0/" + run + "/artifacts/", "0/models/" + model + "/artifacts/"),
            random);
    return switch (random.nextInt(5)) {
      case 0 -> in + "file";
      case 1 -> in + "directory/file" + random.nextInt(20);
      case 2 -> in + Mutations.any(Mutations.PARTS, random);
      case 3 -> in + Mutations.any(PATHS, random) + "/" + Mutations.any(PATHS, random);
      default -> in + Mutations.any(PATHS, random);
    };
  }

  private String query(Random random) {
    String path = Mutations.any(List.of("file", "model", path(random), path(random)), random);
    return "run_id=%s&name=m&version=1&path=%s&artifact_file_path=%s&artifact_directory_path=%s%s"
        .formatted(
            random.nextInt(10) == 0 ? Mutations.any(PATHS, random) : run,
            path,
            path,
            path,
            random.nextInt(5) == 0 ? "&page_token=" + Mutations.any(PATHS, random) : "");
  }

  private static String headers(Random random) {
    return switch (random.nextInt(30)) {
      case 0 -> "Content-Type: text/html\r\n";
      case 1 -> "Range: bytes=%d-%d\r\n".formatted(random.nextInt(30), random.nextInt(30));
      case 2 -> "Range: bytes=-9223372036854775807\r\nIf-Range: \"x\"\r\n";
      case 3 -> "Range: bytes=99999999999999999999-\r\n";
      case 4 -> "Repr-Digest: sha-256=:%s:\r\n".formatted("A".repeat(random.nextInt(60)));
      case 5 -> "Content-Encoding: gzip\r\n";
      case 6 -> "X-Forwarded-Host: evil\r\nX-Original-URL: /../../outside/secret\r\n";
      default -> "";
    };
  }

  private byte[] content(Random random) {
    return random.nextInt(300) == 0
        ? new byte[(1 << 20) + random.nextInt(1 << 20)]
        : random.nextInt(4) == 0 ? Mutations.garbage(random, 3_000) : Mutations.any(bodies, random);
  }

  private byte[] json(Route route, Random random) {
    String id =
        uploads.isEmpty() || random.nextInt(4) == 0
            ? URLEncoder.encode(Mutations.any(PATHS, random), StandardCharsets.UTF_8)
            : Mutations.any(uploads, random);
    String path =
        random.nextBoolean()
            ? "file"
            : java.net.URLDecoder.decode(
                random.nextBoolean() ? "..%2f..%2foutside%2fevil" : "a%0d%0aSet-Cookie: b",
                StandardCharsets.UTF_8);
    String valid =
        JsonMapper.shared()
            .writeValueAsString(
                route.pattern().contains("/mpu/")
                    ? Map.of(
                        "path",
                        path,
                        "num_parts",
                        random.nextInt(4),
                        "upload_id",
                        id,
                        "parts",
                        List.of(Map.of("part_number", random.nextInt(3), "etag", "")))
                    : Map.of("path", path, "run_id", run, "expiration", random.nextInt(100)));
    return switch (random.nextInt(4)) {
      case 0 -> Mutations.json(valid, random);
      default -> Mutations.utf8(valid);
    };
  }
}
