package dev.gnomon.cli;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The commands about model versions.
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Versions of models: bring one from elsewhere, list, look at one, promote, roll back.",
    footer = {
      "gnomon models import usecase.yaml --model model.onnx",
      "gnomon models list churn",
      "gnomon models show churn@3"
    })
final class ModelsCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  ModelsCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// The commands below this one.
  List<Callable<Integer>> parts() {
    return List.of(
        new ModelsImport(terminal, clock),
        new ModelsList(terminal, clock),
        new ModelsShow(terminal, clock),
        new ModelsCompare(terminal, clock),
        new ModelsCard(terminal, clock),
        new ModelsGc(terminal, clock),
        new ModelsPromote(terminal, clock),
        new ModelsApprove(terminal, clock),
        new ModelsReject(terminal, clock),
        new ModelsRollback(terminal, clock));
  }

  @Override
  public Integer call() {
    CommandLine.usage(spec.commandLine(), terminal.out());
    return ExitCode.DONE;
  }
}
