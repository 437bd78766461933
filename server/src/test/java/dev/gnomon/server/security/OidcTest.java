package dev.gnomon.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.gnomon.core.BadInput;
import dev.gnomon.server.security.Verdict.Denied;
import dev.gnomon.server.security.Verdict.Later;
import dev.gnomon.server.security.Verdict.Principal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokens of an identity provider, and everything that only looks like one.
class OidcTest {
  private static final Instant NOW = Instant.parse("2024-05-06T00:00:00Z");

  @TempDir private Path folder;
  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicLong peers = new AtomicLong();
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private LocalIssuer issuer;
  private Access access;

  @BeforeEach
  void provider() throws Exception {
    issuer = new LocalIssuer();
    access = access(List.of("ops=releaser", "root=admin", "second=approve"), Optional.empty());
  }

  private Access access(List<String> words, Optional<String> useCases) {
    Security security =
        new Security(
                folder.resolve("tokens.json"),
                false,
                false,
                0,
                Optional.empty(),
                Security.ARRIVAL,
                now::get)
            .with(Oidc.of(issuer.url(), "gnomon", "realm_access.roles", words, useCases));
    return new Access(security, told::add, nanos::get);
  }

  @AfterEach
  void end() {
    access.close();
    issuer.close();
  }

  private JWTClaimsSet.Builder claims(String... roles) {
    return new JWTClaimsSet.Builder()
        .issuer(issuer.url())
        .audience("gnomon")
        .subject("ada")
        .issueTime(Date.from(now.get()))
        .expirationTime(Date.from(now.get().plusSeconds(600)))
        .claim("realm_access", Map.of("roles", List.of(roles)));
  }

  private Verdict once(String token) {
    return access.check(
        new Asked(
            "GET",
            Role.VIEWER,
            "/v1/usecases/{name}/x",
            List.of("churn"),
            "localhost",
            Map.of("authorization", "Bearer " + token)::get,
            // Each from elsewhere: wrong tokens are counted by address.
            () -> "9.9.9." + peers.incrementAndGet(),
            false));
  }

  /// As the front does: asks again while it is told to.
  private Verdict check(String token) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    Verdict verdict = once(token);
    while (verdict instanceof Later && System.nanoTime() < until) {
      LockSupport.parkNanos(1_000_000);
      verdict = once(token);
    }
    return verdict;
  }

  private void refused(String token, int status, String says) {
    assertThat(check(token))
        .isInstanceOfSatisfying(
            Denied.class,
            denied -> {
              assertThat(denied.detail()).contains(says);
              assertThat(denied.status()).isEqualTo(status);
            });
  }

  private void isAda(String token) {
    assertThat(check(token))
        .isInstanceOfSatisfying(
            Principal.class, who -> assertThat(who.name()).isEqualTo("oidc:ada"));
  }

  @Test
  void rolesAndRightsComeFromTheClaim() throws Exception {
    for (int key = 0; key < 2; key++) {
      String token =
          LocalIssuer.signed(issuer.key(key), claims("nothing", "ops", "second").build());
      assertThat(check(token))
          .isInstanceOfSatisfying(
              Principal.class,
              who -> {
                assertThat(who.name()).isEqualTo("oidc:ada");
                assertThat(who.role()).isEqualTo(Role.RELEASER);
                assertThat(who.mayApprove("churn")).isTrue();
                assertThat(who.csrf()).isNull();
              });
      assertThat(check(token)).isInstanceOf(Principal.class);
    }
    assertThat(check(LocalIssuer.signed(issuer.key(0), claims("ops", "root").build())))
        .isInstanceOfSatisfying(
            Principal.class,
            who -> {
              assertThat(who.role()).isEqualTo(Role.ADMIN);
              assertThat(who.mayApprove("churn")).isFalse();
            });
    refused(LocalIssuer.signed(issuer.key(0), claims("admin").build()), 401, "names no role");
    refused(
        LocalIssuer.signed(issuer.key(0), claims("root").claim("realm_access", "root").build()),
        401,
        "names no role");
  }

  @Test
  void useCasesComeFromAClaimAndNoneIsNotAll() throws Exception {
    access.close();
    access = access(List.of("ops=editor"), Optional.of("use_cases"));
    isAda(
        LocalIssuer.signed(
            issuer.key(0), claims("ops").claim("use_cases", List.of("churn", "x")).build()));
    refused(
        LocalIssuer.signed(issuer.key(0), claims("ops").claim("use_cases", "fraud").build()),
        403,
        "other use cases");
    refused(LocalIssuer.signed(issuer.key(0), claims("ops").build()), 401, "names no role");
    refused(
        LocalIssuer.signed(issuer.key(0), claims("ops").claim("use_cases", List.of()).build()),
        401,
        "names no role");
  }

  @Test
  void whatTheClaimsForbidIsRefused() throws Exception {
    JWK key = issuer.key(0);
    Map<String, JWTClaimsSet> wrong = new LinkedHashMap<>();
    wrong.put("expired", claims("root").expirationTime(Date.from(NOW.minusSeconds(61))).build());
    wrong.put("no end", claims("root").expirationTime(null).build());
    wrong.put(
        "not valid yet", claims("root").notBeforeTime(Date.from(NOW.plusSeconds(62))).build());
    wrong.put("in the future", claims("root").issueTime(Date.from(NOW.plusSeconds(62))).build());
    wrong.put("another audience", claims("root").audience("other").build());
    wrong.put("another issuer", claims("root").issuer("https://evil.example").build());
    wrong.put("names nobody", claims("root").subject(null).build());
    for (Map.Entry<String, JWTClaimsSet> one : wrong.entrySet()) {
      refused(LocalIssuer.signed(key, one.getValue()), 401, one.getKey());
    }
    refused(
        LocalIssuer.signed(key, claims("root").audience(List.of()).build()),
        401,
        "another audience");
    // Clocks differ a little.
    isAda(
        LocalIssuer.signed(
            key,
            claims("root")
                .expirationTime(Date.from(NOW.minusSeconds(50)))
                .notBeforeTime(Date.from(NOW.plusSeconds(50)))
                .audience(List.of("other", "gnomon"))
                .build()));
    // What was verified once ends with its time.
    String token = LocalIssuer.signed(key, claims("root").build());
    isAda(token);
    now.set(NOW.plusSeconds(659));
    isAda(token);
    now.set(NOW.plusSeconds(661));
    refused(token, 401, "expired");
  }

  @Test
  @SuppressWarnings("deprecation") // the one way to a weak key
  void whatIsNotSignedByTheProviderIsRefused() throws Exception {
    JWTClaimsSet claims = claims("root").build();
    refused(new PlainJWT(claims).serialize(), 401, "no signed JWT");
    // The public key, which everybody has, as if it were a secret.
    RSAKey rsa = (RSAKey) issuer.key(0);
    for (byte[] known :
        List.of(
            rsa.toRSAPublicKey().getEncoded(),
            issuer.published().toString().getBytes(StandardCharsets.UTF_8))) {
      SignedJWT confused =
          new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("r1").build(), claims);
      confused.sign(new MACSigner(known));
      refused(confused.serialize(), 401, "RS256 or ES256");
    }
    SignedJWT longer =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS512).keyID("r1").build(), claims);
    longer.sign(new RSASSASigner(rsa));
    refused(longer.serialize(), 401, "RS256 or ES256");
    // Somebody else's key under the same name, of the same kind and of the other.
    refused(LocalIssuer.signed(LocalIssuer.rsa("r1"), claims), 401, "signature");
    refused(LocalIssuer.signed(LocalIssuer.ec("r1"), claims), 401, "has not");
    refused(LocalIssuer.signed(LocalIssuer.rsa("nobody's"), claims), 401, "has not");
    // A key in the token itself counts for nothing.
    RSAKey own = LocalIssuer.rsa("r1");
    SignedJWT carries =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r1").jwk(own.toPublicJWK()).build(),
            claims);
    carries.sign(new RSASSASigner(own));
    refused(carries.serialize(), 401, "signature");
    // Every character of the signature and the claims counts.
    String good = LocalIssuer.signed(issuer.key(1), claims);
    isAda(good);
    for (int at : new int[] {good.indexOf('.') + 5, good.lastIndexOf('.') + 5}) {
      String bent =
          good.substring(0, at) + (good.charAt(at) == 'A' ? 'B' : 'A') + good.substring(at + 1);
      assertThat(check(bent)).as(bent).isInstanceOf(Denied.class);
    }
    for (String odd :
        List.of("..", "a.b.c", "a.b.", good + "x".repeat(9_000), "e30.e30.e30", "é.é.é")) {
      assertThat(check(odd))
          .isInstanceOfSatisfying(
              Denied.class, denied -> assertThat(denied.status()).isEqualTo(401));
    }
    refused(good + "x".repeat(9_000), 401, "longer than");
    // A weak key is none, even if it is the provider's.
    RSAKey weak = new RSAKeyGenerator(1024, true).keyID("weak").generate();
    issuer.publish(weak);
    nanos.addAndGet(OidcKeys.PAUSE.toNanos());
    SignedJWT weakly =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("weak").build(), claims);
    weakly.sign(new RSASSASigner(weak, true));
    refused(weakly.serialize(), 401, "has not");
  }

  @Test
  void aNewKeyIsFetchedAndAnOldOneEnds() throws Exception {
    String old = LocalIssuer.signed(issuer.key(0), claims("root").build());
    isAda(old);
    RSAKey next = LocalIssuer.rsa("r2");
    String fresh = LocalIssuer.signed(next, claims("root").build());
    refused(fresh, 401, "has not"); // looked for a moment ago
    issuer.publish(next);
    nanos.addAndGet(OidcKeys.PAUSE.toNanos());
    isAda(fresh);
    refused(old, 401, "has not");
    // Made-up names do not become requests.
    int before = issuer.asked.get();
    for (int i = 0; i < 50; i++) {
      refused(LocalIssuer.signed(LocalIssuer.ec("x" + i), claims("root").build()), 401, "has not");
    }
    assertThat(issuer.asked.get() - before).isLessThanOrEqualTo(2);
  }

  @Test
  void whileTheProviderIsAwayItsKeysGoOnForADay() throws Exception {
    String token = LocalIssuer.signed(issuer.key(0), claims("root").build());
    isAda(token);
    issuer.away(true);
    nanos.addAndGet(Duration.ofHours(23).toNanos());
    isAda(LocalIssuer.signed(issuer.key(1), claims("root").build()));
    nanos.addAndGet(Duration.ofHours(2).toNanos());
    refused(LocalIssuer.signed(issuer.key(1), claims("ops").build()), 503, "can't be reached");
    assertThat(told).hasSize(1);
    assertThat(told.getFirst()).contains(issuer.url(), "500");
    issuer.away(false);
    nanos.addAndGet(OidcKeys.PAUSE.toNanos());
    isAda(token);
    // Tokens of our own need no provider.
    assertThat(access.needed()).isTrue();
    access.requireSafe("127.0.0.1");
  }

  @Test
  void aProviderThatWasNeverThereIsSaid() throws Exception {
    issuer.away(true);
    access.close();
    access = access(List.of(), Optional.empty());
    refused(LocalIssuer.signed(issuer.key(0), claims("admin").build()), 503, "can't be reached");
    assertThat(check("gn_0123456789ab_" + "A".repeat(43)))
        .isInstanceOfSatisfying(Denied.class, denied -> assertThat(denied.status()).isEqualTo(401));
  }

  @Test
  void nothingOfATokenIsTold() throws Exception {
    JWK key = issuer.key(0);
    List<String> tokens = new ArrayList<>();
    tokens.add(LocalIssuer.signed(key, claims("root").build()));
    tokens.add(LocalIssuer.signed(key, claims("root").audience("other").build()));
    tokens.add(LocalIssuer.signed(LocalIssuer.rsa("r1"), claims("root").build()));
    tokens.add(new PlainJWT(claims("root").build()).serialize());
    StringBuilder said = new StringBuilder();
    for (String token : tokens) {
      said.append(check(token));
    }
    said.append(told);
    for (String token : tokens) {
      for (String part : token.split("\\.", -1)) {
        if (part.length() > 20) {
          assertThat(said.toString()).doesNotContain(part);
        }
      }
    }
  }

  @Test
  void whatCantBeRightIsSaidAtTheStart() {
    assertThatThrownBy(
            () -> Oidc.of("http://id.example", " ", "roles", List.of("x", "y=z"), Optional.empty()))
        .isInstanceOfSatisfying(
            BadInput.class,
            e ->
                assertThat(e.problems())
                    .extracting(problem -> problem.place())
                    .containsExactly(
                        "--oidc-issuer", "--oidc-audience", "--oidc-role x", "--oidc-role"));
    assertThatThrownBy(
            () -> Oidc.of("https://a:b@id.example", "a", "roles", List.of(), Optional.empty()))
        .isInstanceOf(BadInput.class);
    assertThat(Oidc.of("https://id.example/x", "a", "roles", List.of(), Optional.empty()).roles())
        .hasSize(4);
  }
}
