package dev.gnomon.cli;

import dev.gnomon.server.security.Token;
import dev.gnomon.server.security.TokenFile;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Shows the tokens of a home, without their secrets.
@Command(
    name = "list",
    description = "Show the tokens of a home; their secrets are kept nowhere.",
    footer = {"gnomon token list", "gnomon token list --home /srv/gnomon --json"})
final class TokenList implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  /// One of what `--json` prints.
  ///
  /// @param state active, expired or revoked
  record Line(
      String id,
      String name,
      String role,
      SortedSet<String> useCases,
      boolean approves,
      String state,
      String created,
      @Nullable String expires,
      @Nullable String revoked) {}

  TokenList(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Instant now = clock.instant();
    List<Token> tokens = new TokenFile(common.home().tokens()).read();
    if (common.json()) {
      terminal.json(
          tokens.stream()
              .map(token ->
                  new Line(
                      token.id(),
                      token.name(),
                      token.role().word(),
                      token.useCases(),
                      token.approves(),
                      token.state(now),
                      token.created().toString(),
                      token.expires().map(Instant::toString).orElse(null),
                      token.revoked().map(Instant::toString).orElse(null)))
              .toList());
      return ExitCode.DONE;
    }
    if (tokens.isEmpty()) {
      terminal.out().println("no tokens: a server answers its own machine only, and asks for none");
      return ExitCode.DONE;
    }
    int names = tokens.stream().mapToInt(token -> token.name().length()).max().orElse(0);
    for (Token token : tokens) {
      terminal
          .out()
          .printf(
              "%s  %-" + names + "s  %-8s  %-7s  %s%s%s%n",
              token.id(),
              token.name(),
              token.role().word(),
              token.state(now),
              token.useCases().isEmpty() ? "all use cases" : String.join(", ", token.useCases()),
              token.approves() ? ", may approve" : "",
              token.expires().map(at -> ", until " + at).orElse(""));
    }
    return ExitCode.DONE;
  }
}
