package dev.gnomon.server.security;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who is signed in on the pages: random ids on this side of the cookie, each standing for a token.
/// They end after twelve hours, when signed out, when their token ends, and with the process.
///
/// Kept by the hash of the id, so that the time of a lookup tells nothing about it.
final class Sessions {
  static final long LIFE_MILLIS = 12L * 3_600_000;
  private static final int MOST = 1_000;

  private final SecureRandom random;
  private final Map<String, Session> byHash = new LinkedHashMap<>();

  /// One browser.
  record Session(TokenTable.Entry entry, Verdict.Principal principal, long endsMillis) {}

  Sessions(SecureRandom random) {
    this.random = random;
  }

  /// @return the id for the cookie
  synchronized String begin(TokenTable.Entry entry, long nowMillis) {
    byHash.values().removeIf(session -> session.endsMillis() <= nowMillis);
    if (byHash.size() >= MOST) {
      Iterator<String> oldest = byHash.keySet().iterator();
      var _ = oldest.next();
      oldest.remove();
    }
    String id = Secret.random(random);
    Verdict.Principal who = entry.principal;
    byHash.put(
        key(id), new Session(entry, who.withForms(Secret.random(random)), nowMillis + LIFE_MILLIS));
    return id;
  }

  synchronized @Nullable Session of(String id, long nowMillis) {
    Session session = byHash.get(key(id));
    return session == null || session.endsMillis() <= nowMillis ? null : session;
  }

  synchronized void end(String id) {
    byHash.remove(key(id));
  }

  private static String key(String id) {
    return HexFormat.of().formatHex(Secret.hash(id));
  }
}
