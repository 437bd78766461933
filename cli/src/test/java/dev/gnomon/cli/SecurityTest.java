package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Security;
import dev.gnomon.server.security.Tls;
import dev.gnomon.server.security.Token;
import dev.gnomon.server.security.TokenFile;
import dev.gnomon.serving.ArrivalClock;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokens, pages and TLS of a running server, with real clients.
class SecurityTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final String DECIDE = "/v1/usecases/small/decide";

  @TempDir private Path folder;

  private static String token(Path useCase, String name, Role role) {
    return new TokenFile(LiveServer.home(useCase).tokens())
        .create(
            new Token.Wanted(name, role, Set.of(), Optional.empty()),
            CLOCK.instant(),
            new SecureRandom())
        .text();
  }

  private static int decide(LiveServer server, @Nullable String token) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(DECIDE))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"k1\"}"));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return server.send(request).statusCode();
  }

  private static void until(Callable<Boolean> condition) throws Exception {
    Instant last = CLOCK.instant().plusSeconds(10);
    while (!condition.call()) {
      assertThat(CLOCK.instant()).as("waited for too long").isBefore(last);
      Thread.onSpinWait();
    }
  }

  @Test
  void aRunningServerTakesAndRefusesTokensAsTheyChange() throws Exception {
    Path useCase = SmallWorld.write(folder);
    TokenFile file = new TokenFile(LiveServer.home(useCase).tokens());
    try (LiveServer server = new LiveServer(useCase, ArrivalClock.wall(CLOCK))) {
      assertThat(decide(server, null)).isEqualTo(200);
      String token = token(useCase, "shop", Role.EDITOR);
      until(() -> decide(server, null) == 401);
      assertThat(decide(server, token)).isEqualTo(200);
      var _ = file.revoke("shop", CLOCK.instant());
      until(() -> decide(server, token) != 200);
      assertThat(decide(server, token)).isIn(401, 429);
      assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
      assertThat(server.failures).isEmpty();
    }
  }

  private static HttpResponse<String> form(LiveServer server, String path, String... pairs)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(pairs[0]));
    for (int i = 1; i < pairs.length; i += 2) {
      request.header(pairs[i], pairs[i + 1]);
    }
    return server.send(request);
  }

  private static String cookie(HttpResponse<String> answer) {
    String set = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(set).contains("HttpOnly", "SameSite=Strict", "Path=/");
    return set.substring(0, set.indexOf(';'));
  }

  private static String csrf(HttpResponse<String> page) {
    Matcher found = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"").matcher(page.body());
    assertThat(found.find()).as(page.body()).isTrue();
    return found.group(1);
  }

  @Test
  void peopleSignInAndOut() throws Exception {
    Path useCase = SmallWorld.write(folder);
    String token = token(useCase, "ann", Role.VIEWER);
    try (LiveServer server = new LiveServer(useCase, ArrivalClock.wall(CLOCK))) {
      HttpResponse<String> away = server.get("/usecases/small?x=1");
      assertThat(away.statusCode()).isEqualTo(303);
      String login = away.headers().firstValue("Location").orElseThrow();
      assertThat(login).isEqualTo("/login?next=%2Fusecases%2Fsmall%3Fx%3D1");
      HttpResponse<String> page = server.get(login);
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
      assertThat(page.headers().firstValue("Permissions-Policy")).isPresent();
      assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
          .contains("frame-ancestors 'none'");
      String before = cookie(page);
      String body = "token=" + token + "&next=%2Fusecases%2Fsmall&csrf=" + csrf(page);

      // Without the cookie of the form, or from another page, it is nobody's.
      assertThat(form(server, "/login", body).statusCode()).isEqualTo(403);
      assertThat(
              form(server, "/login", body, "Cookie", before, "Origin", "http://evil.example")
                  .statusCode())
          .isEqualTo(403);
      assertThat(
              form(server, "/login", body.replace(token, "gn_wrong"), "Cookie", before)
                  .statusCode())
          .isEqualTo(401);
      // Nor does it lead to other hosts.
      for (String elsewhere : List.of("%2F%2Fevil.example", "https://evil.example", "%2F%5Cevil")) {
        assertThat(
                form(
                        server,
                        "/login",
                        body.replace("%2Fusecases%2Fsmall", elsewhere),
                        "Cookie",
                        before)
                    .headers()
                    .firstValue("Location"))
            .contains("/");
      }
      HttpResponse<String> in = form(server, "/login", body, "Cookie", before);
      assertThat(in.statusCode()).isEqualTo(303);
      assertThat(in.headers().firstValue("Location")).contains("/usecases/small");
      String session = cookie(in);
      assertThat(session).doesNotContain(token);

      HttpRequest.Builder get =
          HttpRequest.newBuilder(server.uri("/usecases/small")).header("Cookie", session);
      assertThat(server.send(get).statusCode()).isEqualTo(200);
      HttpResponse<String> mine =
          server.send(HttpRequest.newBuilder(server.uri("/login")).header("Cookie", session));
      assertThat(mine.body()).contains("signed in as ann (viewer)");
      assertThat(form(server, "/logout", "csrf=" + csrf(page), "Cookie", session).statusCode())
          .isEqualTo(403);
      assertThat(server.send(get).statusCode()).isEqualTo(200);
      assertThat(form(server, "/logout", "csrf=" + csrf(mine), "Cookie", session).statusCode())
          .isEqualTo(303);
      assertThat(server.send(get).statusCode()).isEqualTo(303);
      assertThat(server.failures).isEmpty();
    }
  }

  /// A key and certificate in PEM, made by the JDK's own tool.
  ///
  /// @return the certificate
  private X509Certificate certificate(Tls.Files files, String algorithm) throws Exception {
    Path store = folder.resolve("made.p12");
    Files.deleteIfExists(store);
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore made = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      made.load(in, "changeit".toCharArray());
    }
    X509Certificate certificate = (X509Certificate) made.getCertificate("a");
    Files.writeString(
        files.key(),
        pem(
            "PRIVATE KEY",
            Objects.requireNonNull(made.getKey("a", "changeit".toCharArray())).getEncoded()));
    Files.writeString(files.certificate(), pem("CERTIFICATE", certificate.getEncoded()));
    return certificate;
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), kind);
  }

  private static TrustManagerFactory trusting(X509Certificate certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", certificate);
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory;
  }

  private static HttpClient client(X509Certificate certificate, String... protocols)
      throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusting(certificate).getTrustManagers(), null);
    SSLParameters parameters = context.getDefaultSSLParameters();
    parameters.setProtocols(protocols);
    return HttpClient.newBuilder().sslContext(context).sslParameters(parameters).build();
  }

  private static HttpResponse<String> live(HttpClient client, LiveServer server) throws Exception {
    return client.send(
        HttpRequest.newBuilder(
                URI.create("https://localhost:%d/health/live".formatted(server.port())))
            .timeout(Duration.ofSeconds(10))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void speaksTlsAndTakesARenewedCertificate() throws Exception {
    Path useCase = SmallWorld.write(folder);
    Tls.Files files = new Tls.Files(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    X509Certificate first = certificate(files, "EC");
    Security security =
        new Security(
            LiveServer.home(useCase).tokens(),
            true,
            false,
            0,
            Optional.of(files),
            Security.ARRIVAL,
            CLOCK);
    try (LiveServer server = new LiveServer(useCase, ArrivalClock.wall(CLOCK), security)) {
      for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
        try (HttpClient client = client(first, protocol)) {
          HttpResponse<String> answer = live(client, server);
          assertThat(answer.statusCode()).isEqualTo(200);
          assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo(protocol);
          assertThat(answer.headers().firstValue("Strict-Transport-Security")).isPresent();
          assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        }
      }
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("localhost", server.grpc())
              .sslContext(GrpcSslContexts.forClient().trustManager(first).build())
              .build();
      try {
        assertThat(info(channel).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      } finally {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      }
      X509Certificate second = certificate(files, "RSA");
      until(() -> {
        try (HttpClient client = client(second, "TLSv1.3")) {
          return live(client, server).statusCode() == 200;
        } catch (SSLHandshakeException e) {
          return false;
        }
      });
      assertThat(server.notes).anyMatch(note -> note.contains("took the new certificate"));
      assertThat(server.failures).isEmpty();
    }
  }

  private static Status info(ManagedChannel channel) {
    try {
      var _ =
          ClientCalls.blockingUnaryCall(
              channel,
              WireBytes.unary("feast.serving.ServingService/GetFeastServingInfo"),
              CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
              new byte[0]);
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  @Test
  void whatIsWrongWithTheCertificateIsSaid() throws Exception {
    Path useCase = SmallWorld.write(folder);
    Tls.Files files = new Tls.Files(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    var _ = certificate(files, "EC");
    Path other = folder.resolve("other.pem");
    String cert = files.certificate().toString();
    String key = files.key().toString();
    Files.writeString(other, "nothing");
    refused(
        useCase,
        "there is no such file",
        "--tls-cert",
        folder.resolve("no").toString(),
        "--tls-key",
        key);
    refused(useCase, "it holds no certificate", "--tls-cert", key, "--tls-key", key);
    refused(useCase, "it holds no key", "--tls-cert", cert, "--tls-key", other.toString());
    refused(useCase, "the other of the two is missing", "--tls-cert", cert);
    Files.writeString(other, pem("RSA PRIVATE KEY", new byte[] {1, 2, 3}));
    refused(useCase, "openssl pkcs8 -topk8", "--tls-cert", cert, "--tls-key", other.toString());
    Files.copy(files.key(), other, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    var _ = certificate(files, "EC");
    refused(useCase, "it is not the key of", "--tls-cert", cert, "--tls-key", other.toString());
  }

  @Test
  void otherHostsNeedATokenAndTls() throws Exception {
    Path useCase = SmallWorld.write(folder);
    refused(useCase, "no usable token", "--host", "0.0.0.0");
    refused(useCase, "clear text", "--host", "0.0.0.0");
    refused(useCase, "no usable token", "--behind-proxy");
    var _ = token(useCase, "a", Role.ADMIN);
    refused(useCase, "clear text", "--host", "0.0.0.0");
  }

  private static void refused(Path useCase, String why, String... options) throws IOException {
    Recorded recorded = new Recorded(false);
    String[] arguments = new String[options.length + 4];
    arguments[0] = "up";
    arguments[1] = useCase.toString();
    arguments[2] = "--port";
    arguments[3] = "0";
    System.arraycopy(options, 0, arguments, 4, options.length);
    assertThat(Main.run(recorded.terminal, CLOCK, arguments)).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(recorded.err().replaceAll("\\s+", " ")).contains(why);
  }

  @Test
  void whoDoesNotSendItsRequestInTimeIsCutOff() throws Exception {
    Path useCase = SmallWorld.write(folder);
    Security security =
        new Security(
            LiveServer.home(useCase).tokens(),
            false,
            false,
            0,
            Optional.empty(),
            Duration.ofSeconds(2),
            CLOCK);
    String head =
        "POST " + DECIDE + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    try (LiveServer server = new LiveServer(useCase, ArrivalClock.wall(CLOCK), security)) {
      for (String slow :
          List.of(
              "GET /health/live HT",
              head,
              head + "Content-Length: 14\r\n\r\n{\"key\"",
              // Also where the answer is a refusal that needs no body.
              "POST /nothing HTTP/1.1\r\nHost: evil\r\nContent-Length: 9\r\n\r\n1")) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
          socket.setSoTimeout(20_000);
          socket.getOutputStream().write(slow.getBytes(StandardCharsets.US_ASCII));
          while (socket.getInputStream().read() >= 0) {
            // The end comes from the server, not from the time this test waits.
          }
        } catch (java.net.SocketException e) {
          assertThat(e).as("ended by the server").hasMessageContaining("reset");
        }
      }
      assertThat(decide(server, null)).isEqualTo(200);
      assertThat(server.failures).isEmpty();
    }
  }
}
