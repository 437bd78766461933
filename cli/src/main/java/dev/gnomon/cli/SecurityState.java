package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.security.Audit;
import dev.gnomon.server.security.AuditLine;
import dev.gnomon.server.security.AuditState;
import dev.gnomon.server.security.RevokedTokens;
import dev.gnomon.server.security.Token;
import dev.gnomon.server.security.TokenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How audit and tokens of a home are, for `gnomon doctor`.
///
/// @param audit null where nothing was written yet
/// @param tokens null where there is no file of them
record SecurityState(@Nullable Audited audit, @Nullable Tokens tokens) {

  /// @param bytes of all its files
  /// @param oldest time of the oldest change that is kept
  /// @param counted refused requests without a line of their own
  /// @param lost lines that could not be kept
  /// @param failedAt when writing failed last
  /// @param failing whether it still did when the server last tried
  record Audited(
      long bytes,
      @Nullable String oldest,
      long counted,
      long lost,
      @Nullable String failedAt,
      @Nullable String problem,
      boolean failing) {}

  /// @param revived those that the ledger says were revoked, and the file does not
  record Tokens(int usable, List<String> revived, @Nullable String problem) {}

  /// @param registry null where there is none
  static SecurityState of(Home home, @Nullable Registry registry, Instant now) throws IOException {
    return new SecurityState(audited(home), tokens(home, registry, now));
  }

  private static @Nullable Audited audited(Home home) throws IOException {
    Audit.Kept kept = Audit.kept(home.audit());
    AuditState state = kept.state();
    if (kept.bytes() == 0 && state.failedAt() == null) {
      return null;
    }
    return new Audited(
        kept.bytes(),
        kept.oldestChange().map(AuditLine::at).map(Instant::toString).orElse(null),
        state.counted(),
        state.lost(),
        state.failedAt(),
        state.why(),
        state.failing());
  }

  private static @Nullable Tokens tokens(Home home, @Nullable Registry registry, Instant now) {
    if (!Files.exists(home.tokens())) {
      return null;
    }
    List<Token> all;
    try {
      all = new TokenFile(home.tokens()).read();
    } catch (BadInput broken) {
      return new Tokens(0, List.of(), broken.getMessage());
    }
    Map<String, Instant> revoked = registry == null ? Map.of() : RevokedTokens.of(registry);
    List<Token> revived = RevokedTokens.revived(all, revoked);
    return new Tokens(
        (int) all.stream().filter(token -> token.usable(now) && !revived.contains(token)).count(),
        revived.stream().map(token -> "%s (%s)".formatted(token.name(), token.id())).toList(),
        null);
  }

  boolean healthy() {
    return (audit == null || !audit.failing())
        && (tokens == null || (tokens.problem() == null && tokens.revived().isEmpty()));
  }

  /// Names and values for people.
  List<List<String>> lines() {
    List<List<String>> lines = new ArrayList<>();
    if (audit != null) {
      lines.add(List.of("audit", told(audit)));
    }
    if (tokens != null) {
      lines.add(List.of("tokens", told(tokens)));
    }
    return lines;
  }

  private static String told(Audited audit) {
    StringBuilder out = new StringBuilder();
    out.append(String.format(Locale.ROOT, "%.1f MB", audit.bytes() / 1e6));
    if (audit.oldest() != null) {
      out.append(", changes since ").append(audit.oldest());
    }
    out.append(
        String.format(
            Locale.ROOT,
            ", %,d refusals only counted, %,d lines lost",
            audit.counted(),
            audit.lost()));
    if (audit.failedAt() != null) {
      out.append(audit.failing() ? "; CAN'T BE WRITTEN since " : "; last failed ")
          .append(audit.failedAt())
          .append(": ")
          .append(audit.problem());
    }
    return out.toString();
  }

  private static String told(Tokens tokens) {
    if (tokens.problem() != null) {
      return "can't be read: " + tokens.problem();
    }
    return tokens.usable()
        + " that can be used"
        + (tokens.revived().isEmpty()
            ? ""
            : "; REVOKED in the ledger, but not in tokens.json, which is older: %s; gnomon token revoke each"
                .formatted(String.join(", ", tokens.revived())));
  }
}
