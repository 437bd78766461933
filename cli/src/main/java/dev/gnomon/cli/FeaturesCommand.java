package dev.gnomon.cli;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The commands about features.
@Command(
    name = "features",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Build training sets and prove that serving computes the same.",
    footer = {
      "gnomon features list usecase.yaml",
      "gnomon features training-set usecase.yaml --out train.parquet",
      "gnomon features backfill usecase.yaml --out chunks",
      "gnomon features materialize usecase.yaml --out current",
      "gnomon features verify usecase.yaml"
    })
final class FeaturesCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  FeaturesCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// The commands below this one.
  List<Callable<Integer>> parts() {
    return List.of(
        new FeaturesList(terminal),
        new FeaturesTrainingSet(terminal, clock),
        new FeaturesBackfill(terminal, clock),
        new FeaturesMaterialize(terminal, clock),
        new FeaturesVerify(terminal, clock),
        new FeaturesExplain(terminal, clock));
  }

  @Override
  public Integer call() {
    CommandLine.usage(spec.commandLine(), terminal.out());
    return ExitCode.DONE;
  }
}
