package dev.gnomon.server.security;

import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.Registry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Which tokens were revoked, as the ledger has it: a token file that was put back from a copy may
/// not know of it. A token that was revoked is so for good.
public final class RevokedTokens {
  private static final int PAGE = 1_000;

  private RevokedTokens() {}

  /// When each was revoked, by id.
  public static Map<String, Instant> of(Registry registry) {
    Map<String, Instant> revoked = new TreeMap<>();
    for (long after = 0; ; ) {
      List<LedgerEntry> page = registry.ledger(after, PAGE, null, ControlChange.Permitted.KIND);
      for (LedgerEntry entry : page) {
        if (ControlChange.of(entry) instanceof ControlChange.Permitted permitted
            && permitted.state().equals("revoked")) {
          revoked.putIfAbsent(permitted.id(), entry.at());
        }
      }
      if (page.size() < PAGE) {
        return revoked;
      }
      after = page.getLast().sequence();
    }
  }

  /// Those of a file that the ledger says were revoked, and the file does not.
  public static List<Token> revived(List<Token> tokens, Map<String, Instant> revoked) {
    return tokens.stream()
        .filter(token -> token.revoked().isEmpty() && revoked.containsKey(token.id()))
        .toList();
  }

  /// The tokens as the ledger has them.
  static List<Token> applied(List<Token> tokens, Map<String, Instant> revoked) {
    return tokens.stream()
        .map(token -> {
          Instant at = revoked.get(token.id());
          return at == null || token.revoked().isPresent() ? token : token.revokedAt(at);
        })
        .toList();
  }
}
