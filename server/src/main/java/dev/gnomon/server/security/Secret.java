package dev.gnomon.server.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/// The text of a token: `gn_`, twelve hexadecimal digits that name it, `_`, and 256 random bits in
/// base64url. Only the last part is secret; the prefix lets scanners find tokens that leaked.
///
/// At rest stands the SHA-256 of the secret. A slow password hash would add nothing: it makes
/// guessing expensive where people choose from few passwords, and here are 2^256 equally likely
/// ones. It would take milliseconds from every first request, and from every wrong one.
public final class Secret {
  static final String PREFIX = "gn_";

  /// Hexadecimal digits of an id.
  static final int ID = 12;

  private static final int RANDOM_BYTES = 32;
  private static final int SECRET = 43;

  /// Characters of a whole token.
  static final int LENGTH = PREFIX.length() + ID + 1 + SECRET;

  private Secret() {}

  /// Random bits as text for a URL, a cookie or a form.
  static String random(SecureRandom random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static String randomId(SecureRandom random) {
    byte[] bytes = new byte[ID / 2];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  static String text(String id, String secret) {
    return PREFIX + id + "_" + secret;
  }

  /// The id of the token that starts at `from`, or -1 when what stands there has not its form.
  static long id(CharSequence text, int from) {
    int at = from + PREFIX.length();
    if (text.length() - from != LENGTH
        || text.charAt(from) != 'g'
        || text.charAt(from + 1) != 'n'
        || text.charAt(from + 2) != '_'
        || text.charAt(at + ID) != '_') {
      return -1;
    }
    long id = 0;
    for (int i = 0; i < ID; i++) {
      int digit = digit(text.charAt(at + i));
      if (digit < 0) {
        return -1;
      }
      id = (id << 4) | digit;
    }
    return id;
  }

  private static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }

  /// The secret part of the token that starts at `from`.
  static String secret(String text, int from) {
    return text.substring(from + PREFIX.length() + ID + 1);
  }

  static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// Compares in a time that tells the length only, not where two texts differ.
  static boolean same(CharSequence a, int fromA, CharSequence b, int fromB) {
    int length = a.length() - fromA;
    if (length != b.length() - fromB) {
      return false;
    }
    int difference = 0;
    for (int i = 0; i < length; i++) {
      difference |= a.charAt(fromA + i) ^ b.charAt(fromB + i);
    }
    return difference == 0;
  }

  /// As above, of whole texts.
  static boolean same(CharSequence a, CharSequence b) {
    return same(a, 0, b, 0);
  }
}
