package dev.gnomon.server.mlflow;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Addresses that may be used by whoever has them, for one thing and for a while: what they allow
/// stands in them, under an HMAC-SHA256.
///
/// They end with their key, see [LinkKey]; several nodes behind one address need the same one.
final class ArtifactUrls {
  static final Duration LONGEST = Duration.ofDays(7);

  private final byte[] key;
  private final InstantSource clock;

  /// @param key at least 16 bytes that nobody else knows
  ArtifactUrls(byte[] key, InstantSource clock) {
    if (key.length < 16) {
      throw new IllegalArgumentException("a key of %d bytes; valid: 16".formatted(key.length));
    }
    this.key = key.clone();
    this.clock = clock;
  }

  /// What an address allows.
  ///
  /// @param route its fixed beginning, which says what it is for
  /// @param path of the artifact, not encoded
  /// @param detail further names and values, as they stand in the query; may be empty
  record Grant(String method, String route, String path, String detail) {}

  /// @return path and query
  String address(Grant grant, Duration lasts) {
    long expires = clock.instant().plus(lasts).getEpochSecond();
    return "%s%s?%s%sexpires=%d&signature=%s"
        .formatted(
            grant.route(),
            encoded(grant.path()),
            grant.detail(),
            grant.detail().isEmpty() ? "" : "&",
            expires,
            signature(grant, Long.toString(expires)));
  }

  /// Whether an address was made here and still holds.
  boolean holds(Grant grant, String expires, String signature) {
    if (!expires.matches("[0-9]{1,12}")
        || !MessageDigest.isEqual(
            signature(grant, expires).getBytes(StandardCharsets.US_ASCII),
            signature.getBytes(StandardCharsets.UTF_8))) {
      return false;
    }
    return clock.instant().isBefore(Instant.ofEpochSecond(Long.parseLong(expires)));
  }

  private String signature(Grant grant, String expires) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      // No part holds a line feed: paths have no control characters.
      String text =
          String.join("\n", grant.method(), grant.route(), grant.path(), grant.detail(), expires);
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /// A path as it stands in an address; the slashes stay.
  static String encoded(String path) {
    return Arrays.stream(path.split("/", -1))
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }
}
