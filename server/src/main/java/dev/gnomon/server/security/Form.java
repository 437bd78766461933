package dev.gnomon.server.security;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// The fields of a form that a page posts.
public final class Form {
  public static final String TYPE = "application/x-www-form-urlencoded";

  /// The field that says that the form is the caller's own.
  public static final String CSRF = "csrf";

  private static final int MOST_FIELDS = 64;

  private Form() {}

  /// Fields by name; the first of a name counts. What is not validly encoded is as if it were not
  /// there.
  public static Map<String, String> fields(byte[] body) {
    Map<String, String> out = new HashMap<>();
    for (String pair : new String(body, StandardCharsets.UTF_8).split("&", MOST_FIELDS)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        try {
          out.putIfAbsent(
              URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
          // Not validly encoded.
        }
      }
    }
    return out;
  }
}
