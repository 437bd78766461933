package dev.gnomon.server.security;

import dev.gnomon.core.Home;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/// What `gnomon up` was told about who may call.
///
/// @param tokens their file
/// @param required whether tokens are needed even while there are none
/// @param behindProxy whether TLS ends at a proxy before this server, which alone can reach it and
///     adds the client's address to `X-Forwarded-For`
/// @param rate requests per second of one token (without tokens: of all callers); 0 for no limit
/// @param clock that says when tokens expire
public record Security(
    Path tokens,
    boolean required,
    boolean behindProxy,
    double rate,
    Optional<Tls.Files> tls,
    InstantSource clock) {

  /// Tokens once there are any; no proxy, no TLS, no rate.
  public static Security of(Home home) {
    return new Security(
        home.tokens(), false, false, 0, Optional.empty(), InstantSource.system());
  }

  /// Whether browsers come over TLS.
  boolean secure() {
    return tls.isPresent() || behindProxy;
  }
}
