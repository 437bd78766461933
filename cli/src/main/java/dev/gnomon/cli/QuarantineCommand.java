package dev.gnomon.cli;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The commands about rows that checks set aside.
@Command(
    name = "quarantine",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Rows that checks set aside: list, show, replay, drop.",
    footer = {
      "gnomon quarantine list usecase.yaml",
      "gnomon quarantine show usecase.yaml payments",
      "gnomon quarantine replay usecase.yaml"
    })
final class QuarantineCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  QuarantineCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  List<Callable<Integer>> parts() {
    return List.of(
        new QuarantineList(terminal),
        new QuarantineShow(terminal),
        new QuarantineReplay(terminal, clock),
        new QuarantineDrop(terminal));
  }

  @Override
  public Integer call() {
    CommandLine.usage(spec.commandLine(), terminal.out());
    return ExitCode.DONE;
  }
}
