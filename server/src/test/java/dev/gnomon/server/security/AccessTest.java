package dev.gnomon.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.server.security.Verdict.Denied;
import dev.gnomon.server.security.Verdict.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
  private static final Instant NOW = Instant.parse("2024-05-06T00:00:00Z");

  @TempDir private Path folder;
  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final AtomicLong nanos = new AtomicLong();
  private final List<String> told = new ArrayList<>();
  private TokenFile file = new TokenFile(Path.of(""));

  @BeforeEach
  void tokens() {
    file = new TokenFile(folder.resolve("tokens.json"));
  }

  private Access access(boolean required, boolean proxy, double rate) {
    return new Access(
        new Security(
            file.path(), required, proxy, rate, Optional.empty(), Security.ARRIVAL, now::get),
        told::add,
        nanos::get);
  }

  private String token(Role role, Optional<Instant> expires, String... useCases) {
    return file.create(
            new Token.Wanted(role.word() + file.read().size(), role, Set.of(useCases), expires),
            NOW,
            new SecureRandom())
        .text();
  }

  private static Asked asked(String method, Role least, String pattern, String... headers) {
    Map<String, String> all = new java.util.HashMap<>();
    String host = "localhost:8080";
    for (int i = 0; i < headers.length; i += 2) {
      if (headers[i].equals("host")) {
        host = headers[i + 1];
      } else {
        all.put(headers[i], headers[i + 1]);
      }
    }
    return new Asked(
        method, least, pattern, List.of("churn"), host, all::get, () -> "9.9.9.9", false);
  }

  private static Asked get(String... headers) {
    return asked("GET", Role.VIEWER, "/v1/usecases/{name}/x", headers);
  }

  private static int status(Verdict verdict) {
    return verdict instanceof Denied denied ? denied.status() : 200;
  }

  @Test
  void withoutTokensOnlyThisMachineIsAnswered() {
    Access access = access(false, false, 0);
    for (String host : List.of("localhost", "127.0.0.1:80", "[::1]:9", "LOCALHOST:1")) {
      assertThat(status(access.check(get("host", host)))).as(host).isEqualTo(200);
    }
    for (String host :
        List.of(
            "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "")) {
      assertThat(status(access.check(get("host", host)))).as(host).isEqualTo(403);
    }
    assertThat(status(access.check(get("origin", "http://localhost:3000")))).isEqualTo(200);
    assertThat(status(access.check(get("origin", "https://evil.example")))).isEqualTo(403);
    assertThat(status(access.check(get("origin", "null")))).isEqualTo(403);
    // A proxy that lets the world in, and names this machine as host.
    assertThat(status(access.check(get("x-forwarded-for", "1.2.3.4")))).isEqualTo(403);
    assertThat(access.needed()).isFalse();
    assertThat(access.refusals()).isEqualTo(8);
  }

  @Test
  void fromTheFirstTokenOnEverybodyNeedsOneAndForEver() throws Exception {
    Access access = access(false, false, 0);
    assertThat(status(access.check(get()))).isEqualTo(200);
    String token = token(Role.VIEWER, Optional.empty());
    access.refresh();
    assertThat(status(access.check(get()))).isEqualTo(401);
    assertThat(status(access.check(get("authorization", "Bearer " + token)))).isEqualTo(200);
    // From elsewhere too: a token stands for itself.
    assertThat(
            status(access.check(get("authorization", "Bearer " + token, "host", "churn.example"))))
        .isEqualTo(200);
    Files.delete(file.path());
    access.refresh();
    assertThat(status(access.check(get()))).isEqualTo(401);
    assertThat(status(access.check(get("authorization", "Bearer " + token)))).isEqualTo(401);
  }

  @Test
  void aBrokenFileLeavesWhatWasKnown() throws Exception {
    String token = token(Role.VIEWER, Optional.empty());
    Access access = access(false, false, 0);
    Files.writeString(file.path(), "{");
    access.refresh();
    access.refresh();
    assertThat(status(access.check(get("authorization", "Bearer " + token)))).isEqualTo(200);
    assertThat(told).hasSize(1);
    assertThatThrownBy(() -> access(false, false, 0)).isInstanceOf(BadInput.class);
  }

  @Test
  void aTokenIsRevokedThoughTheLedgerIsAwayAndTheLedgerIsAskedAgain() {
    String one = token(Role.VIEWER, Optional.empty());
    String two = token(Role.VIEWER, Optional.empty());
    String three = token(Role.VIEWER, Optional.empty());
    Map<String, Instant> ledger = new HashMap<>();
    ledger.put(file.read().get(2).id(), NOW);
    AtomicReference<Boolean> away = new AtomicReference<>(false);
    Access access = access(false, false, 0);
    access.revoked(() -> {
      if (away.get()) {
        throw new UncheckedIOException(new IOException("no connection"));
      }
      return Map.copyOf(ledger);
    });
    away.set(true);
    told.clear();
    file.revoke("viewer0", NOW);
    access.refresh();
    access.refresh();
    assertThat(status(access.check(get("authorization", "Bearer " + one)))).isEqualTo(401);
    assertThat(status(access.check(get("authorization", "Bearer " + two)))).isEqualTo(200);
    assertThat(status(access.check(get("authorization", "Bearer " + three))))
        .as("what the ledger said before")
        .isEqualTo(401);
    assertThat(told).filteredOn(line -> line.contains("no connection")).hasSize(1);
    assertThat(told).filteredOn(line -> line.contains("viewer2")).hasSize(1);
    ledger.put(file.read().get(1).id(), NOW);
    away.set(false);
    access.refresh();
    assertThat(status(access.check(get("authorization", "Bearer " + two)))).isEqualTo(401);
  }

  @Test
  void tokensEndByTheClock() {
    String token = token(Role.ADMIN, Optional.of(NOW.plusSeconds(60)));
    Access access = access(false, false, 0);
    Asked asked = get("authorization", "Bearer " + token);
    now.set(NOW.plusSeconds(60).minusMillis(1));
    assertThat(status(access.check(asked))).isEqualTo(200);
    now.set(NOW.plusSeconds(60));
    assertThat(access.check(asked))
        .isInstanceOfSatisfying(
            Denied.class,
            denied -> {
              assertThat(denied.status()).isEqualTo(401);
              assertThat(denied.detail()).contains("admin0", "expired");
              assertThat(denied.headers().get("WWW-Authenticate")).contains("invalid_token");
            });
  }

  @Test
  void namesTheRoleThatIsMissing() {
    String token = token(Role.VIEWER, Optional.empty());
    Verdict verdict =
        access(false, false, 0)
            .check(
                asked(
                    "POST",
                    Role.EDITOR,
                    "/v1/usecases/{name}/decide",
                    "authorization",
                    "Bearer " + token));
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Denied.class,
            denied -> {
              assertThat(denied.status()).isEqualTo(403);
              assertThat(denied.detail()).contains("role editor", "'viewer0' has the role viewer");
            });
  }

  @Test
  void sourcesBelongToAllTheirReaders() {
    String churn = token(Role.EDITOR, Optional.empty(), "churn");
    String both = token(Role.EDITOR, Optional.empty(), "churn", "fraud");
    Access access = access(false, false, 0);
    access.sources(source ->
        switch (source) {
          case "churn" -> Set.of("churn", "fraud");
          default -> Set.of();
        });
    for (String token : List.of(churn, both)) {
      Asked asked =
          asked(
              "POST", Role.EDITOR, "/v1/sources/{name}/events", "authorization", "Bearer " + token);
      assertThat(status(access.check(asked))).isEqualTo(token.equals(both) ? 200 : 403);
    }
    // A path of which nothing is known touches everything.
    assertThat(Scope.of("/v1/anything/{name}")).isEqualTo(Scope.ALL);
  }

  @Test
  void tokensHaveARateOfTheirOwn() {
    String one = token(Role.VIEWER, Optional.empty());
    String two = token(Role.VIEWER, Optional.empty());
    Access access = access(false, false, 5);
    Asked asked = get("authorization", "Bearer " + one);
    for (int i = 0; i < 5; i++) {
      assertThat(status(access.check(asked))).isEqualTo(200);
    }
    assertThat(access.check(asked))
        .isInstanceOfSatisfying(
            Denied.class,
            denied -> {
              assertThat(denied.status()).isEqualTo(429);
              assertThat(denied.headers()).containsEntry("Retry-After", "1");
            });
    assertThat(status(access.check(get("authorization", "Bearer " + two)))).isEqualTo(200);
    nanos.addAndGet(200_000_000L);
    assertThat(status(access.check(asked))).isEqualTo(200);
    assertThat(status(access.check(asked))).isEqualTo(429);
    // A change of the file gives nobody a fresh bucket.
    file.revoke("viewer1", NOW);
    access.refresh();
    assertThat(status(access.check(asked))).isEqualTo(429);
  }

  @Test
  void wrongTokensAreCountedByAddressAndShutNobodyElseOut() {
    String token = token(Role.VIEWER, Optional.empty());
    Access access = access(false, true, 0);
    String wrong = "Bearer gn_0123456789ab_" + "A".repeat(43);
    for (int i = 0; i < 20; i++) {
      // The client invents the first address; the proxy adds the last.
      Asked asked = get("authorization", wrong, "x-forwarded-for", i + ".1.1.1, 6.6.6.6");
      assertThat(status(access.check(asked))).isEqualTo(i < 10 ? 401 : 429);
    }
    assertThat(status(access.check(get("authorization", wrong, "x-forwarded-for", "7.7.7.7"))))
        .isEqualTo(401);
    assertThat(
            status(
                access.check(
                    get("authorization", "Bearer " + token, "x-forwarded-for", "6.6.6.6"))))
        .isEqualTo(200);
    nanos.addAndGet(2_000_000_000L);
    assertThat(status(access.check(get("authorization", wrong, "x-forwarded-for", "6.6.6.6"))))
        .isEqualTo(401);
  }

  private static String pair(String setCookie) {
    return setCookie.substring(0, setCookie.indexOf(';'));
  }

  @Test
  void sessionsStandForTheirToken() {
    String token = token(Role.EDITOR, Optional.empty());
    Access access = access(false, false, 0);
    Asked login = asked("POST", Role.NONE, "/login");
    Access.SignedIn in = Objects.requireNonNull(access.signIn(token, login).done());
    assertThat(in.cookie()).contains("HttpOnly", "SameSite=Strict").doesNotContain("Secure", token);
    String cookie = "other=1; " + pair(in.cookie());
    Principal who = (Principal) access.check(get("cookie", cookie));
    assertThat(who.name()).isEqualTo("editor0");

    // Changing anything takes the key of the session, from a page of this host.
    String key = Objects.requireNonNull(who.csrf());
    for (String[] headers :
        new String[][] {
          {"cookie", cookie},
          {"cookie", cookie, "x-csrf-token", key + "x"},
          {"cookie", cookie, "x-csrf-token", key, "origin", "http://localhost:3000"},
          {"cookie", cookie, "x-csrf-token", key, "sec-fetch-site", "cross-site"}
        }) {
      assertThat(status(access.check(asked("POST", Role.EDITOR, "/v1/usecases/{name}/x", headers))))
          .isEqualTo(403);
    }
    assertThat(
            status(
                access.check(
                    asked(
                        "POST",
                        Role.EDITOR,
                        "/v1/usecases/{name}/x",
                        "cookie",
                        cookie,
                        "x-csrf-token",
                        key,
                        "origin",
                        "http://localhost:8080"))))
        .isEqualTo(200);
    assertThat(access.form(who, get("cookie", cookie), key)).isEmpty();
    assertThat(access.form(who, get("cookie", cookie), null)).isPresent();
    assertThat(access.form(Principal.NOBODY, get(), "")).isPresent();

    // It ends with the half day, with its token, and when signed out.
    now.set(NOW.plus(Duration.ofHours(12)));
    assertThat(status(access.check(get("cookie", cookie)))).isEqualTo(401);
    now.set(NOW);
    assertThat(status(access.check(get("cookie", cookie)))).isEqualTo(200);
    var _ = access.signOut(get("cookie", cookie));
    assertThat(status(access.check(get("cookie", cookie)))).isEqualTo(401);
    cookie = pair(Objects.requireNonNull(access.signIn(token, login).done()).cookie());
    assertThat(status(access.check(get("cookie", cookie)))).isEqualTo(200);
    file.revoke("editor0", NOW);
    access.refresh();
    assertThat(status(access.check(get("cookie", cookie)))).isEqualTo(401);
  }

  @Test
  void signingInTooOftenWithAWrongTokenMustWait() {
    String token = token(Role.EDITOR, Optional.empty());
    Access access = access(false, false, 0);
    Asked login = asked("POST", Role.NONE, "/login");
    for (int i = 0; i < 10; i++) {
      assertThat(Objects.requireNonNull(access.signIn("gn_no", login).refused()).status())
          .isEqualTo(401);
    }
    assertThat(Objects.requireNonNull(access.signIn(token, login).refused()).status())
        .isEqualTo(429);
    nanos.addAndGet(2_000_000_000L);
    assertThat(access.signIn(token, login).done()).isNotNull();
  }

  @Test
  void cookiesOverTlsAreForTlsOnly() {
    String token = token(Role.EDITOR, Optional.empty());
    Access access = access(false, true, 0);
    Access.SignedIn in =
        Objects.requireNonNull(access.signIn(token, asked("POST", Role.NONE, "/login")).done());
    assertThat(in.cookie()).startsWith("__Host-gnomon=").endsWith("; Secure");
  }

  @Test
  void otherMachinesAreLetInWithTokensAndTlsOnly() {
    for (String host : List.of("0.0.0.0", "::", "10.0.0.7", "churn.example")) {
      assertThatThrownBy(() -> access(false, false, 0).requireSafe(host))
          .isInstanceOfSatisfying(
              BadInput.class,
              e -> {
                assertThat(e.problems()).hasSize(2);
                assertThat(e.getMessage()).contains("gnomon token create", "--tls-cert");
              });
    }
    assertThatCode(() -> access(false, false, 0).requireSafe("127.0.0.1"))
        .doesNotThrowAnyException();
    // A proxy before it is a door of its own.
    assertThatThrownBy(() -> access(false, true, 0).requireSafe("127.0.0.1"))
        .isInstanceOf(BadInput.class);
    String token = token(Role.EDITOR, Optional.of(NOW.plusSeconds(5)));
    assertThatThrownBy(() -> access(false, false, 0).requireSafe("0.0.0.0"))
        .isInstanceOfSatisfying(BadInput.class, e -> assertThat(e.problems()).hasSize(1));
    assertThatCode(() -> access(false, true, 0).requireSafe("0.0.0.0")).doesNotThrowAnyException();
    assertThat(token).isNotEmpty();
    now.set(NOW.plusSeconds(5));
    assertThatThrownBy(() -> access(false, true, 0).requireSafe("0.0.0.0"))
        .isInstanceOf(BadInput.class);
  }
}
