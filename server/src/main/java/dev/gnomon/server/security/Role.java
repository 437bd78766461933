package dev.gnomon.server.security;

import dev.gnomon.core.BadInput;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What a caller may do. Ordered: each role may do what the ones before it may.
public enum Role {
  /// Nobody in particular: only whether the process lives and is ready.
  NONE,
  /// Reads: features, versions, decisions made before, metrics, pages.
  VIEWER,
  /// Decides, and tells of events and outcomes.
  EDITOR,
  /// Moves versions to and from being the one that decides.
  RELEASER,
  /// Tokens, and which models are loaded.
  ADMIN;

  /// Whether a caller with this role may do what needs `least`.
  public boolean covers(Role least) {
    return compareTo(least) >= 0;
  }

  /// As it is written: `viewer`, …
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The roles that a token may have.
  public static List<Role> ofTokens() {
    return Arrays.stream(values()).filter(role -> role != NONE).toList();
  }

  /// @throws BadInput for a word that is no role of a token
  public static Role parse(String place, String word) {
    return ofTokens().stream()
        .filter(role -> role.word().equals(word.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            new BadInput(
                place,
                "there is no role '%s'".formatted(word),
                "viewer, editor, releaser or admin"));
  }
}
