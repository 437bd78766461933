package dev.gnomon.server;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who may speak to a server without tokens: programs on this machine, and no foreign web page in a
/// browser on it.
///
/// The Host must be a loopback name (against DNS rebinding), a foreign Origin is refused (against
/// requests forged by other pages), and a body must carry its media type (forms can't send JSON).
final class Gate {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

  private Gate() {}

  static boolean loopbackHost(@Nullable String host) {
    return host != null && LOOPBACK.contains(withoutPort(host));
  }

  static boolean ownOrigin(@Nullable String origin) {
    if (origin == null) {
      return true;
    }
    try {
      String host = URI.create(origin).getHost();
      return host != null && LOOPBACK.contains(host.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static boolean acceptable(Route.Accepts accepts, @Nullable String contentType) {
    String type =
        contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return switch (accepts) {
      case NOTHING, ANY -> true;
      case JSON -> type.equals("application/json");
      case JSON_OR_UNSTATED -> type.isEmpty() || type.equals("application/json");
      case JSON_OR_NDJSON ->
          type.equals("application/json")
              || type.equals("application/x-ndjson")
              || type.equals("application/ndjson");
    };
  }

  private static String withoutPort(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    int colon = lower.lastIndexOf(':');
    return colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
  }
}
