package dev.gnomon.cli;

import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.security.Token;
import dev.gnomon.server.security.TokenFile;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// Writes into the ledger who may do what from now on. Nothing of a secret goes in, nor its hash.
final class TokenLedger {
  private TokenLedger() {}

  /// A token was made. If that can't be written down, there is no token.
  static void created(
      CommonOptions common, InstantSource clock, TokenFile file, Token token, Instant now) {
    try {
      record(common, clock, token, "active");
    } catch (RuntimeException e) {
      var _ = file.revoke(token.id(), now);
      throw e;
    }
  }

  /// A token has ended; it has also when that can't be written down.
  static void revoked(CommonOptions common, InstantSource clock, Token token) {
    record(common, clock, token, "revoked");
  }

  private static void record(CommonOptions common, InstantSource clock, Token token, String state) {
    ControlChange change =
        new ControlChange.Permitted(
            token.id(),
            state,
            token.name(),
            token.role().word(),
            token.approves(),
            List.copyOf(token.useCases()),
            token.expires().map(Instant::toString));
    try (Registry registry = common.registry(common.home(), clock)) {
      var _ = registry.record("", change, Person.name(), "");
    }
  }
}
