package dev.gnomon.cli;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.security.Token;
import dev.gnomon.server.security.TokenFile;
import java.time.Instant;
import java.time.InstantSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes into the ledger who may do what from now on. Nothing of a secret goes in, nor its hash.
final class TokenLedger {
  private static final String KIND = "permission";

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

  private static void record(
      CommonOptions common, InstantSource clock, Token token, String state) {
    ObjectNode json =
        CanonicalJson.object()
            .put("name", token.name())
            .put("role", token.role().word())
            .put("approves", token.approves())
            .put("state", state);
    ArrayNode useCases = json.putArray("useCases");
    token.useCases().forEach(useCases::add);
    token.expires().ifPresent(at -> json.put("expires", at.toString()));
    try (Registry registry = common.registry(common.home(), clock)) {
      var _ =
          registry.record(
              KIND, "", token.id(), CanonicalJson.text(json).strip(), Person.name(), "");
    }
  }
}
