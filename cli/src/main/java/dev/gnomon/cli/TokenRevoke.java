package dev.gnomon.cli;

import dev.gnomon.server.security.Token;
import dev.gnomon.server.security.TokenFile;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Ends a token.
@Command(
    name = "revoke",
    description = "End a token for good. A running server refuses it within a second.",
    footer = {"gnomon token revoke shop", "gnomon token revoke 3f9ac01b77de --home /srv/gnomon"})
final class TokenRevoke implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "NAME", description = "Its name or id.")
  private String name = "";

  TokenRevoke(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Token ended = new TokenFile(common.home().tokens()).revoke(name, clock.instant());
    TokenLedger.revoked(common, clock, ended);
    if (common.json()) {
      terminal.json(Map.of("id", ended.id(), "name", ended.name(), "state", "revoked"));
    } else {
      terminal.out().printf("%s (%s) is revoked%n", ended.name(), ended.id());
    }
    return ExitCode.DONE;
  }
}
