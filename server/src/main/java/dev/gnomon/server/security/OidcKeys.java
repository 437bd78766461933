package dev.gnomon.server.security;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The public keys of an identity provider: fetched beside the requests, kept, and fetched again
/// when they grow old or a token names one that is not there.
///
/// While the provider is away, the keys that are there go on for a day; then nothing can be proved
/// any more.
final class OidcKeys {
  static final Duration FRESH = Duration.ofMinutes(15);
  static final Duration LAST = Duration.ofHours(24);

  /// Between two fetches, so that made-up key names do not become requests to the provider.
  static final Duration PAUSE = Duration.ofSeconds(10);

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_BYTES = 256 * 1024;

  private final URI issuer;
  private final Executor background;
  private final LongSupplier nanos;
  private final Consumer<String> told;
  private final HttpClient http;
  private final AtomicBoolean fetching = new AtomicBoolean();
  private volatile @Nullable Known known;
  private volatile long triedAt;
  private volatile boolean tried;
  private volatile boolean failing;

  private record Known(JWKSet keys, long at) {}

  /// What there is for a token.
  ///
  /// @param keys that may have signed it; empty when none of the provider's has that name
  /// @param pending whether a fetch under way may change that
  /// @param away whether nothing can be said since the provider can't be reached
  record Found(List<JWK> keys, boolean pending, boolean away) {}

  /// @param background runs what waits for the provider
  OidcKeys(URI issuer, Executor background, LongSupplier nanos, Consumer<String> told) {
    this.issuer = issuer;
    this.background = background;
    this.nanos = nanos;
    this.told = told;
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /// The keys of a name; never waits.
  ///
  /// @param id null for a token that names none
  Found of(@Nullable String id) {
    long now = nanos.getAsLong();
    Known there = known;
    if (there == null || now - there.at > LAST.toNanos()) {
      boolean pending = fetch(now);
      return new Found(List.of(), pending, !pending);
    }
    if (now - there.at > FRESH.toNanos()) {
      var _ = fetch(now);
    }
    List<JWK> named =
        there.keys.getKeys().stream()
            .filter(key -> id == null || id.equals(key.getKeyID()))
            .toList();
    return new Found(named, named.isEmpty() && fetch(now), false);
  }

  /// Begins to fetch unless that was tried a moment ago.
  ///
  /// @return whether a fetch is under way
  boolean fetch(long now) {
    if (fetching.get()) {
      return true;
    }
    if ((tried && now - triedAt < PAUSE.toNanos()) || !fetching.compareAndSet(false, true)) {
      return fetching.get();
    }
    triedAt = now;
    tried = true;
    try {
      background.execute(this::fetched);
    } catch (RuntimeException e) { // about to close
      fetching.set(false);
      return false;
    }
    return true;
  }

  private void fetched() {
    try {
      Map<String, Object> discovery =
          JSONObjectUtils.parse(get(below(issuer, "/.well-known/openid-configuration")));
      String named = JSONObjectUtils.getString(discovery, "issuer");
      if (!issuer.toString().equals(named)) {
        throw new IOException("it calls itself '%s'".formatted(named));
      }
      URI keys = URI.create(String.valueOf(JSONObjectUtils.getString(discovery, "jwks_uri")));
      if (!Oidc.safe(keys)) {
        throw new IOException("its keys lie at an address that can't be believed: " + keys);
      }
      known = new Known(JWKSet.parse(get(keys)), nanos.getAsLong());
      if (failing) {
        failing = false;
        told.accept("the identity provider %s answers again".formatted(issuer));
      }
    } catch (IOException | ParseException | IllegalArgumentException e) {
      if (!failing) {
        failing = true;
        told.accept("the identity provider %s gave no keys: %s".formatted(issuer, e.getMessage()));
      }
    } finally {
      fetching.set(false);
    }
  }

  private static URI below(URI issuer, String path) {
    String text = issuer.toString();
    return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + path);
  }

  private String get(URI uri) throws IOException {
    try {
      HttpResponse<InputStream> answer =
          http.send(
              HttpRequest.newBuilder(uri)
                  .timeout(PATIENCE)
                  .header("Accept", "application/json")
                  .build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        if (answer.statusCode() != 200) {
          throw new IOException("%s answered %d".formatted(uri, answer.statusCode()));
        }
        byte[] bytes = body.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
          throw new IOException("%s answered more than %d bytes".formatted(uri, MOST_BYTES));
        }
        return new String(bytes, StandardCharsets.UTF_8);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  void close() {
    http.shutdownNow();
  }
}
