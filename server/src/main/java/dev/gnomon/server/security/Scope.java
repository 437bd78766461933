package dev.gnomon.server.security;

import java.util.Set;

/// Which use cases a route touches, read off its path: what a token for some use cases may not call
/// follows from it. A path of which nothing is said here touches all of them.
public enum Scope {
  /// None: health, what the interface is, signing in.
  NOTHING,
  /// The one that the first `{…}` names.
  USE_CASE,
  /// All that read the source that the first `{…}` names.
  SOURCE,
  /// The one that made the decision that the first `{…}` names.
  PREDICTION,
  /// Those that the body or the query names: the handler looks. On the surface of MLflow it does so
  /// by asking a [TrackingScope].
  BODY,
  ALL;

  private static final Set<String> NOTHINGS =
      Set.of(
          "/health",
          "/health/live",
          "/health/ready",
          "/openapi.json",
          "/version",
          "/login",
          "/logout",
          "/v2",
          "/v2/",
          "/v2/health/live",
          "/v2/health/ready");
  private static final Set<String> BODIES =
      Set.of("/v1/ledger", "/get-online-features", "/push", "/write-to-online-store");

  public static Scope of(String pattern) {
    if (pattern.startsWith("/v1/usecases/{")
        || pattern.startsWith("/v1/models/{")
        || pattern.startsWith("/usecases/{")
        || pattern.startsWith("/v2/models/{")
        || pattern.startsWith("/v2/repository/models/{")) {
      return USE_CASE;
    }
    if (pattern.startsWith("/v1/sources/{")) {
      return SOURCE;
    }
    if (pattern.startsWith("/v1/predictions/{")) {
      return PREDICTION;
    }
    if (BODIES.contains(pattern) || Surface.ofMlflow(pattern) || ofPages(pattern)) {
      return BODY;
    }
    return NOTHINGS.contains(pattern) ? NOTHING : ALL;
  }

  /// The pages of tracking, registry and ledger, which show each caller what is theirs.
  private static boolean ofPages(String pattern) {
    return pattern.startsWith("/studies")
        || pattern.startsWith("/runs")
        || pattern.equals("/models")
        || pattern.startsWith("/models/{")
        || pattern.equals("/ledger");
  }
}
