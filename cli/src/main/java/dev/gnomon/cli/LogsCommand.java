package dev.gnomon.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The commands about logs.
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Decisions, outcomes and posted events as data.",
    footer = {"gnomon logs compact", "gnomon logs compact churn --home /srv/gnomon"})
final class LogsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec = CommandSpec.create();

  LogsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    CommandLine.usage(spec.commandLine(), terminal.out());
    return ExitCode.DONE;
  }
}
