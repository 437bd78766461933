package dev.gnomon.cli;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The commands about runs.
@Command(
    name = "runs",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Runs of trainings and of MLflow's clients: find, look, compare.",
    footer = {
      "gnomon runs list churn",
      "gnomon runs list churn --filter 'metrics.`test/roc-auc` > 0.8' --order-by 'start_time DESC'",
      "gnomon runs show 5e1fa3c2"
    })
final class RunsCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  RunsCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// The commands below this one.
  List<Callable<Integer>> parts() {
    return List.of(
        new RunsList(terminal, clock),
        new RunsShow(terminal, clock),
        new RunsCompare(terminal, clock),
        new RunsExport(terminal, clock),
        new RunsImport(terminal, clock),
        new RunsDelete(terminal, clock));
  }

  @Override
  public Integer call() {
    CommandLine.usage(spec.commandLine(), terminal.out());
    return ExitCode.DONE;
  }
}
