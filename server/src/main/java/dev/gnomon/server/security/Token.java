package dev.gnomon.server.security;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// What is kept of a token: all but its secret.
///
/// @param id twelve hexadecimal digits, part of the token's text
/// @param name for people; of the tokens that can be used each has another
/// @param useCases that it may be used for; empty for all
/// @param approves whether its bearer may approve what needs approval
/// @param hash SHA-256 of the secret, hexadecimal
/// @param revoked kept after the token has ended, so that its past use still has a name
public record Token(
    String id,
    String name,
    Role role,
    SortedSet<String> useCases,
    boolean approves,
    String hash,
    Instant created,
    Optional<Instant> expires,
    Optional<Instant> revoked) {
  public Token {
    useCases = new TreeSet<>(useCases);
  }

  /// What `gnomon token create` asks for.
  public record Wanted(
      String name, Role role, Set<String> useCases, boolean approves, Optional<Instant> expires) {
    public Wanted {
      useCases = Set.copyOf(useCases);
    }

    /// A token that may not approve.
    public Wanted(String name, Role role, Set<String> useCases, Optional<Instant> expires) {
      this(name, role, useCases, false, expires);
    }
  }

  /// A new token with its text, which exists nowhere else.
  public record Created(Token token, String text) {}

  public boolean usable(Instant now) {
    return revoked.isEmpty() && expires.map(now::isBefore).orElse(true);
  }

  /// `active`, `expired` or `revoked`.
  public String state(Instant now) {
    if (revoked.isPresent()) {
      return "revoked";
    }
    return usable(now) ? "active" : "expired";
  }

  Token revokedAt(Instant at) {
    return new Token(id, name, role, useCases, approves, hash, created, expires, Optional.of(at));
  }
}
