package dev.gnomon.server.security;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/// What browsers are told beside every answer: not to guess types, not to keep answers, and for
/// pages not to run, load, frame or tell anything more than the page itself needs. An answer's own
/// headers come after and win.
public final class SecurityHeaders {
  private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence SNIFF = HttpHeaders.createOptimized("X-Content-Type-Options");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence HSTS = HttpHeaders.createOptimized("Strict-Transport-Security");
  private static final CharSequence ONE_YEAR = HttpHeaders.createOptimized("max-age=31536000");
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self';"
          + " frame-ancestors 'none'; base-uri 'none'";

  private final boolean secure;

  /// @param secure whether browsers come over TLS
  public SecurityHeaders(boolean secure) {
    this.secure = secure;
  }

  public void put(MultiMap headers, String contentType) {
    headers.set(SNIFF, NO_SNIFF);
    headers.set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    if (secure) {
      headers.set(HSTS, ONE_YEAR);
    }
    if (contentType.startsWith("text/html")) {
      headers.set("Content-Security-Policy", POLICY);
      // For browsers that do not know frame-ancestors.
      headers.set("X-Frame-Options", "DENY");
      headers.set("Referrer-Policy", "same-origin");
      headers.set("Cross-Origin-Opener-Policy", "same-origin");
      headers.set(
          "Permissions-Policy",
          "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()");
    }
  }
}
