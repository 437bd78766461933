package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.RecordJson;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.training.advice.Advice;
import dev.gnomon.training.advice.AdviceText;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What follows from a use-case file, what is missing in it and what contradicts.
@Command(
    name = "advise",
    description = {
      "Say for every step of a use case what follows from the statement and the data, why,",
      "what is missing and what contradicts."
    },
    footer = {"gnomon advise usecase.yaml", "gnomon advise usecase.yaml --strict --json"})
final class AdviseCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("usecase.yaml");

  @Option(names = "--strict", description = "Exit code 1 when something contradicts.")
  private boolean strict;

  @Option(names = "--statement-only", description = "Don't look at the data.")
  private boolean statementOnly;

  AdviseCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    UseCase useCase = UseCaseReader.read(file);
    Advice advice;
    if (statementOnly) {
      advice = Advice.ofStatement(useCase, List.of("The data were not looked at, as asked."));
    } else {
      try (ProgressBar bar = terminal.progress()) {
        Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
        advice = advice(useCase, common.homeBeside(file), progress, clock);
      }
    }
    if (common.json()) {
      terminal.json(RecordJson.node(advice));
    } else {
      print(terminal, advice);
    }
    return strict && advice.contradicts() ? ExitCode.REFUSED : ExitCode.DONE;
  }

  /// From statement and data; from the statement alone, saying so, where these can't be used.
  static Advice advice(UseCase useCase, Home home, Progress progress, InstantSource clock) {
    try {
      SourceOpener sources = UsableSources.of(useCase, FileEngines.find(), home, progress, clock);
      return Advice.of(
          useCase,
          TrainingSets.build(
              useCase, sources, UsableSources.options(home, OptionalLong.empty()), progress),
          sources);
    } catch (BadInput unusable) {
      return Advice.ofStatement(useCase, notes("can't be used", unusable.problems()));
    } catch (Refusal refused) {
      return Advice.ofStatement(useCase, notes("may not be used", refused.reasons()));
    }
  }

  static void print(Terminal terminal, Advice advice) {
    terminal.out().println(AdviceText.of(advice, Math.clamp(terminal.width(), 60, 100)));
  }

  private static List<String> notes(String what, List<Problem> problems) {
    List<String> notes = new ArrayList<>();
    notes.add("The data " + what + ":");
    problems.forEach(problem -> notes.add(problem.line()));
    return notes;
  }
}
