package dev.gnomon.server.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The tokens of one reading of their file, for lookups from many threads without a lock.
///
/// Looked up by id, which is no secret; the rest is compared in constant time. A header that was
/// verified once is kept with its token (so there are never more than tokens), and further requests
/// compare with it instead of hashing.
final class TokenTable {
  static final TokenTable EMPTY = new TokenTable(List.of(), null, () -> null);

  private static final String SCHEME = "Bearer ";

  /// For clients that know users and passwords only, such as MLflow's: the password is the token.
  private static final String BASIC = "Basic ";

  private static final int MOST_BASIC = 400;

  private final long[] ids;
  private final Entry[] entries;

  /// One token.
  static final class Entry {
    final Token token;
    final Verdict.Principal principal;
    final long expiresMillis;
    final @Nullable Rate rate;
    private final byte[] hash;
    private volatile @Nullable String verified;

    private Entry(Token token, @Nullable Rate rate) {
      this.token = token;
      this.rate = rate;
      this.principal =
          new Verdict.Principal(
              token.name(), token.role(), token.useCases(), token.approves(), null);
      this.expiresMillis = token.expires().map(at -> at.toEpochMilli()).orElse(Long.MAX_VALUE);
      this.hash = HexFormat.of().parseHex(token.hash());
    }

    boolean usable(long nowMillis) {
      return token.revoked().isEmpty() && nowMillis < expiresMillis;
    }
  }

  /// @param before whose entries are taken over for tokens that did not change
  TokenTable(List<Token> tokens, @Nullable TokenTable before, Supplier<@Nullable Rate> rates) {
    Map<Token, Entry> known = new HashMap<>();
    if (before != null) {
      Arrays.stream(before.entries).forEach(entry -> known.put(entry.token, entry));
    }
    List<Token> sorted =
        tokens.stream().sorted(Comparator.comparingLong(t -> Long.parseLong(t.id(), 16))).toList();
    ids = sorted.stream().mapToLong(t -> Long.parseLong(t.id(), 16)).toArray();
    entries =
        sorted.stream()
            .map(token -> {
              Entry entry = known.get(token);
              return entry == null ? new Entry(token, rates.get()) : entry;
            })
            .toArray(Entry[]::new);
  }

  boolean isEmpty() {
    return entries.length == 0;
  }

  boolean anyUsable(long nowMillis) {
    return Arrays.stream(entries).anyMatch(entry -> entry.usable(nowMillis));
  }

  Optional<Entry> byId(String id) {
    return Optional.ofNullable(at(Long.parseLong(id, 16)));
  }

  private @Nullable Entry at(long id) {
    int index = Arrays.binarySearch(ids, id);
    return index < 0 ? null : entries[index];
  }

  /// The token that a header `Authorization` proves, also one that has ended; null when it proves
  /// none.
  @Nullable Entry proved(String header) {
    if (header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return proved(header, SCHEME.length());
    }
    return header.regionMatches(true, 0, BASIC, 0, BASIC.length()) ? ofPassword(header) : null;
  }

  /// The user's name says nothing: a token carries its own.
  private @Nullable Entry ofPassword(String header) {
    if (header.length() > MOST_BASIC) {
      return null;
    }
    try {
      String pair =
          new String(
              Base64.getDecoder().decode(header.substring(BASIC.length()).strip()),
              StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0 ? null : proved(pair, colon + 1);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /// As above, for the bare text of a token from a place on.
  @Nullable Entry proved(String text, int from) {
    long id = Secret.id(text, from);
    Entry entry = id < 0 ? null : at(id);
    if (entry == null) {
      return null;
    }
    String verified = entry.verified;
    if (verified != null && Secret.same(verified, 0, text, from)) {
      return entry;
    }
    if (!MessageDigest.isEqual(entry.hash, Secret.hash(Secret.secret(text, from)))) {
      return null;
    }
    entry.verified = text.substring(from);
    return entry;
  }
}
