package dev.gnomon.server.security;

/// What is special about the paths of MLflow's clients.
public final class Surface {
  private Surface() {}

  /// Whether a route is one that MLflow's clients ask: its Java client hangs for ever after a
  /// second 429, so that these are slowed down by waiting.
  public static boolean ofMlflow(String pattern) {
    return pattern.startsWith("/api/")
        || pattern.startsWith("/ajax-api/")
        || pattern.equals("/get-artifact")
        || pattern.equals("/model-versions/get-artifact");
  }
}
