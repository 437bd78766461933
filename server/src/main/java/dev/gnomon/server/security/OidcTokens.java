package dev.gnomon.server.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.gnomon.server.security.Verdict.Principal;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Says who a token of an identity provider is for, or why nobody.
///
/// Signed with RS256 or ES256 by a key of the provider and nothing else (RFC 8725, section 3.1):
/// the algorithm that a token states chooses among keys that are fit for it, never how a key is
/// used. Clocks may differ by a minute.
final class OidcTokens {
  /// Longer than any with claims of use.
  static final int MOST_CHARACTERS = 8_192;

  private static final long SKEW_MILLIS = 60_000;
  private static final int LEAST_RSA_BITS = 2_048;
  private static final int LONGEST_SUBJECT = 255;
  private static final int MOST_KEPT = 10_000;

  private final Oidc settings;
  private final OidcKeys keys;
  private final InstantSource clock;

  /// Tokens that were verified, by their hash: an event loop should not verify each again.
  private final Map<String, Verified> verified =
      new LinkedHashMap<>(16, 0.75f, true) {
        @java.io.Serial private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
          return size() > MOST_KEPT;
        }
      };

  /// @param key that signed it: while the provider has it no more, the token counts no more
  private record Verified(Principal who, long ends, String key) {}

  /// What came of it: one of the three.
  ///
  /// @param wrong a sentence without anything of the token
  /// @param later whether to ask again in a moment
  /// @param away whether the provider can't be reached
  record Outcome(@Nullable Principal who, @Nullable String wrong, boolean later, boolean away) {
    static Outcome wrong(String why) {
      return new Outcome(null, why, false, false);
    }
  }

  OidcTokens(Oidc settings, OidcKeys keys, InstantSource clock) {
    this.settings = settings;
    this.keys = keys;
    this.clock = clock;
  }

  /// Whether a text may be such a token: three parts with a dot between.
  static boolean looksLike(String text) {
    int first = text.indexOf('.');
    int second = first < 0 ? -1 : text.indexOf('.', first + 1);
    return second > 0 && text.indexOf('.', second + 1) < 0;
  }

  Outcome prove(String token) {
    if (token.length() > MOST_CHARACTERS) {
      return Outcome.wrong("The token is longer than %d characters.".formatted(MOST_CHARACTERS));
    }
    long now = clock.millis();
    String hash = HexFormat.of().formatHex(Secret.hash(token));
    Verified before;
    synchronized (verified) {
      before = verified.get(hash);
    }
    if (before != null && now < before.ends && !keys.of(before.key).keys().isEmpty()) {
      return new Outcome(before.who, null, false, false);
    }
    try {
      return prove(SignedJWT.parse(token), hash, now);
    } catch (ParseException | IllegalArgumentException e) {
      return Outcome.wrong("The token is no signed JWT.");
    }
  }

  @SuppressWarnings("JavaUtilDate") // the library's times
  private Outcome prove(SignedJWT token, String hash, long now) throws ParseException {
    JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
    boolean rsa = JWSAlgorithm.RS256.equals(algorithm);
    if (!rsa && !JWSAlgorithm.ES256.equals(algorithm)) {
      return Outcome.wrong("The token must be signed with RS256 or ES256.");
    }
    String id = token.getHeader().getKeyID();
    OidcKeys.Found found = keys.of(id);
    if (found.away()) {
      return new Outcome(null, null, false, true);
    }
    if (found.pending() && found.keys().isEmpty()) {
      return new Outcome(null, null, true, false);
    }
    List<JWK> fit = found.keys().stream().filter(key -> fits(key, rsa)).toList();
    if (fit.size() != 1) {
      return Outcome.wrong("The token is signed with a key that the identity provider has not.");
    }
    try {
      if (!token.verify(verifier(fit.getFirst()))) {
        return Outcome.wrong("The signature of the token is not right.");
      }
    } catch (JOSEException | IllegalStateException e) {
      return Outcome.wrong("The signature of the token is not right.");
    }
    JWTClaimsSet claims = token.getJWTClaimsSet();
    String wrong = wrong(claims, now);
    if (wrong != null) {
      return Outcome.wrong(wrong);
    }
    Principal who = who(claims);
    if (who == null) {
      return Outcome.wrong(
          "The claim '%s' of the token names no role here.".formatted(settings.roleClaim()));
    }
    if (id != null) {
      synchronized (verified) {
        verified.put(
            hash, new Verified(who, claims.getExpirationTime().getTime() + SKEW_MILLIS, id));
      }
    }
    return new Outcome(who, null, false, false);
  }

  private static boolean fits(JWK key, boolean rsa) {
    boolean signs = key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse());
    return signs
        && switch (key) {
          case RSAKey own -> rsa && own.size() >= LEAST_RSA_BITS;
          case ECKey own -> !rsa && Curve.P_256.equals(own.getCurve());
          default -> false;
        };
  }

  private static JWSVerifier verifier(JWK key) throws JOSEException {
    return key instanceof RSAKey rsa ? new RSASSAVerifier(rsa) : new ECDSAVerifier(key.toECKey());
  }

  @SuppressWarnings("JavaUtilDate") // the library's times
  private @Nullable String wrong(JWTClaimsSet claims, long now) {
    if (!settings.issuer().toString().equals(claims.getIssuer())) {
      return "The token is of another issuer.";
    }
    if (!claims.getAudience().contains(settings.audience())) {
      return "The token is for another audience.";
    }
    Date ends = claims.getExpirationTime();
    if (ends == null) {
      return "The token has no end (exp).";
    }
    if (now >= ends.getTime() + SKEW_MILLIS) {
      return "The token is expired.";
    }
    Date begins = claims.getNotBeforeTime();
    if (begins != null && now < begins.getTime() - SKEW_MILLIS) {
      return "The token is not valid yet (nbf).";
    }
    Date made = claims.getIssueTime();
    if (made != null && now < made.getTime() - SKEW_MILLIS) {
      return "The token was made in the future (iat).";
    }
    String subject = claims.getSubject();
    if (subject == null || subject.isBlank() || subject.length() > LONGEST_SUBJECT) {
      return "The token names nobody (sub).";
    }
    return null;
  }

  private @Nullable Principal who(JWTClaimsSet claims) {
    List<String> words = texts(claims.getClaims(), settings.roleClaim());
    Role most = null;
    for (String word : words) {
      Role role = settings.roles().get(word);
      if (role != null && (most == null || role.covers(most))) {
        most = role;
      }
    }
    if (most == null) {
      return null;
    }
    SortedSet<String> useCases = new TreeSet<>();
    if (settings.useCaseClaim().isPresent()) {
      useCases.addAll(texts(claims.getClaims(), settings.useCaseClaim().get()));
      if (useCases.isEmpty()) {
        return null; // empty would mean all
      }
    }
    return new Principal(
        "oidc:" + printable(claims.getSubject()),
        most,
        useCases,
        words.contains(settings.approver()),
        null);
  }

  /// It goes into logs and the ledger.
  private static String printable(String subject) {
    return subject.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}]", "?");
  }

  /// The texts of a claim; a text with blanks is a list, as in `scope` (RFC 8693, section 4.2).
  private static List<String> texts(Map<String, Object> claims, String path) {
    Object found = claims.get(path);
    if (found == null && path.indexOf('.') > 0) {
      found = claims;
      for (String part : path.split("\\.", -1)) {
        found = found instanceof Map<?, ?> map ? map.get(part) : null;
      }
    }
    List<String> texts = new ArrayList<>();
    if (found instanceof String text) {
      texts.addAll(List.of(text.split(" ", -1)));
    } else if (found instanceof List<?> list) {
      list.forEach(one -> {
        if (one instanceof String text) {
          texts.add(text);
        }
      });
    }
    texts.removeIf(String::isBlank);
    return texts;
  }
}
