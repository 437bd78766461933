package dev.gnomon.cli;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The commands about who may call a server.
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Who may call the server: viewer, editor, releaser or admin.",
      "From the first token on, a server asks everybody for one. It notices changes by itself."
    },
    footer = {"gnomon token create shop --role editor", "gnomon token list"})
final class TokenCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  TokenCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  List<Callable<Integer>> parts() {
    return List.of(
        new TokenCreate(terminal, clock),
        new TokenList(terminal, clock),
        new TokenRevoke(terminal, clock));
  }

  @Override
  public Integer call() {
    CommandLine.usage(spec.commandLine(), terminal.out());
    return ExitCode.DONE;
  }
}
