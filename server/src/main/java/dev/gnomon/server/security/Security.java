package dev.gnomon.server.security;

import dev.gnomon.core.Home;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// What `gnomon up` was told about who may call.
///
/// @param tokens their file
/// @param required whether tokens are needed even while there are none
/// @param behindProxy whether TLS ends at a proxy before this server, which alone can reach it and
///   adds the client's address to `X-Forwarded-For`
/// @param rate requests per second of one token (without tokens: of all callers); 0 for no limit
/// @param oidc whose tokens are taken beside our own
/// @param arrival how long a request may take from its head to its end
/// @param clock that says when tokens expire
public record Security(
    Path tokens,
    boolean required,
    boolean behindProxy,
    double rate,
    Optional<Tls.Files> tls,
    Optional<Oidc> oidc,
    Duration arrival,
    InstantSource clock) {

  /// How long a request may take from its head to its end.
  public static final Duration ARRIVAL = Duration.ofSeconds(30);

  /// Tokens once there are any; no proxy, no TLS, no rate.
  public static Security of(Home home) {
    return new Security(
        home.tokens(),
        false,
        false,
        0,
        Optional.empty(),
        Optional.empty(),
        ARRIVAL,
        InstantSource.system());
  }

  /// Without an identity provider.
  public Security(
      Path tokens,
      boolean required,
      boolean behindProxy,
      double rate,
      Optional<Tls.Files> tls,
      Duration arrival,
      InstantSource clock) {
    this(tokens, required, behindProxy, rate, tls, Optional.empty(), arrival, clock);
  }

  /// Taking the tokens of an identity provider too.
  public Security with(Oidc provider) {
    return new Security(
        tokens, required, behindProxy, rate, tls, Optional.of(provider), arrival, clock);
  }

  /// With a clock of its own.
  public Security at(InstantSource clock) {
    return new Security(tokens, required, behindProxy, rate, tls, oidc, arrival, clock);
  }

  /// At the other end of a proxy.
  public Security proxied() {
    return new Security(tokens, required, true, rate, tls, oidc, arrival, clock);
  }

  /// Whether browsers come over TLS.
  boolean secure() {
    return tls.isPresent() || behindProxy;
  }
}
