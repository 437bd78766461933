package dev.gnomon.server.security;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The names of this machine for itself.
public final class Loopback {
  private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

  private Loopback() {}

  /// Whether a server that listens there is out of reach of other machines.
  public static boolean address(String host) {
    return NAMES.contains(host.toLowerCase(Locale.ROOT));
  }

  /// Against DNS rebinding: a page elsewhere whose name was made to lead here still names itself.
  static boolean host(@Nullable String host) {
    return host != null && NAMES.contains(withoutPort(host));
  }

  /// Against requests forged by other pages; programs send none.
  static boolean origin(@Nullable String origin) {
    if (origin == null) {
      return true;
    }
    try {
      String host = URI.create(origin).getHost();
      return host != null && NAMES.contains(host.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String withoutPort(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    int colon = lower.lastIndexOf(':');
    return colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
  }
}
