package dev.gnomon.server.security;

import org.jspecify.annotations.Nullable;

/// The two cookies of the pages. Both are out of reach of scripts and of other sites.
final class Cookies {
  private final boolean secure;

  /// @param secure whether browsers come over TLS
  Cookies(boolean secure) {
    this.secure = secure;
  }

  /// `__Host-` binds it to this very host, and to TLS.
  private String session() {
    return secure ? "__Host-gnomon" : "gnomon";
  }

  private String form() {
    return secure ? "__Host-gnomon-form" : "gnomon-form";
  }

  @Nullable String session(@Nullable String header) {
    return value(header, session());
  }

  @Nullable String form(@Nullable String header) {
    return value(header, form());
  }

  String setSession(String id) {
    return set(session(), id, Sessions.LIFE_MILLIS / 1_000);
  }

  String endSession() {
    return set(session(), "", 0);
  }

  String setForm(String csrf) {
    return set(form(), csrf, 3_600);
  }

  private String set(String name, String value, long seconds) {
    return "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s"
        .formatted(name, value, seconds, secure ? "; Secure" : "");
  }

  private static @Nullable String value(@Nullable String header, String name) {
    if (header == null) {
      return null;
    }
    int at = 0;
    while (at < header.length()) {
      int end = header.indexOf(';', at);
      end = end < 0 ? header.length() : end;
      while (at < end && header.charAt(at) == ' ') {
        at++;
      }
      if (header.startsWith(name, at)
          && at + name.length() < end
          && header.charAt(at + name.length()) == '=') {
        return header.substring(at + name.length() + 1, end);
      }
      at = end + 1;
    }
    return null;
  }
}
