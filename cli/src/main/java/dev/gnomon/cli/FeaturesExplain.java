package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.RecordJson;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.features.FeatureExplainer;
import dev.gnomon.features.FeatureExplanation;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.DecisionLog;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.serving.PredictionId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Says which rows stand behind a feature, and which do not count and why.
@Command(
    name = "explain",
    description = "Which rows stand behind a feature of a key, and which do not count and why.",
    footer = {
      "gnomon features explain usecase.yaml --key 17850 --feature logins_count_7d",
      "gnomon features explain usecase.yaml --prediction churn.7ab --feature logins_count_7d"
    })
final class FeaturesExplain implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("usecase.yaml");

  @Option(names = "--key", paramLabel = "K", description = "The key of the observation.")
  private Optional<String> key = Optional.empty();

  @Option(names = "--at", paramLabel = "T", description = "The observation time (default: now).")
  private Optional<String> at = Optional.empty();

  @Option(
      names = "--feature",
      paramLabel = "F",
      description = "One feature (default: all of them, each by itself).")
  private Optional<String> feature = Optional.empty();

  @Option(
      names = "--prediction",
      paramLabel = "ID",
      description = "Explain what was served to this decision, in place of --key and --at.")
  private Optional<String> prediction = Optional.empty();

  FeaturesExplain(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  private record Asked(String key, long at, long madeAt, Optional<FeatureRow> served) {}

  @Override
  public Integer call() throws IOException {
    Home home = common.homeBeside(file);
    UseCase useCase = UseCaseReader.read(file);
    if (useCase.data().isFlatTable()) {
      throw new BadInput(
          "features explain",
          "the features of a flat table come with each request; there are no rows behind them",
          "a use case with sources");
    }
    List<FeatureExplanation> found = new ArrayList<>();
    try (ProgressBar bar = terminal.progress()) {
      Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
      SourceOpener opener = UsableSources.of(useCase, FileEngines.find(), home, progress, clock);
      FeaturePlan plan = FeaturePlan.compile(useCase, TrainingSets.schemas(useCase, opener));
      Asked asked = asked(home, useCase);
      FeatureExplainer explainer = new FeatureExplainer(plan, opener);
      for (String name : names(plan)) {
        found.add(explainer.explain(name, asked.key, asked.at, asked.madeAt, asked.served));
      }
    }
    if (common.json()) {
      terminal.out().println(RecordJson.node(found));
    } else {
      found.forEach(this::text);
    }
    return ExitCode.DONE;
  }

  private List<String> names(FeaturePlan plan) {
    if (feature.isEmpty()) {
      return plan.inputNames();
    }
    if (!plan.row().has(feature.get())) {
      throw new BadInput(
          "--feature",
          "there is no feature '%s'".formatted(feature.get()),
          "one of " + String.join(", ", plan.row().names()));
    }
    return List.of(feature.get());
  }

  private Asked asked(Home home, UseCase useCase) throws IOException {
    if (prediction.isEmpty()) {
      return new Asked(
          key.orElseThrow(() ->
              new BadInput("--key", "nothing says whose features", "--key K, or --prediction ID")),
          Times.micros(at.map(FeaturesExplain::time).orElseGet(clock::instant)),
          Long.MAX_VALUE,
          Optional.empty());
    }
    long position =
        PredictionId.parse(prediction.get())
            .filter(id -> id.useCase().equals(useCase.name()))
            .map(PredictionId::position)
            .orElseThrow(this::unknown);
    List<DecisionRecord> made = new ArrayList<>();
    DecisionLog.forEach(
        home.decisions(useCase.name()),
        record -> {
          if (record.position() == position) {
            made.add(record);
          }
        });
    if (made.isEmpty()) {
      throw unknown();
    }
    DecisionRecord record = made.getFirst();
    return new Asked(record.key(), record.at(), record.madeAt(), Optional.of(record.features()));
  }

  private BadInput unknown() {
    return new BadInput(
        "--prediction",
        "no decision of this use case has the id '%s'".formatted(prediction.orElse("")),
        "the predictionId of an answer");
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new BadInput(
          "--at", "'%s' is no time".formatted(text), "a time such as 2024-05-01T12:00:00Z");
    }
  }

  private void text(FeatureExplanation one) {
    line(
        "%s = %s  (%s%s)",
        terminal.bold(one.feature()),
        one.served().or(one::value).orElse("missing"),
        one.source().isEmpty() ? "" : one.source() + ": ",
        one.definition());
    line(
        "  key %s at %s%s; version %s",
        one.key(),
        one.at(),
        one.from().map(from -> ", window from " + from).orElse(""),
        one.view().substring(0, Math.min(12, one.view().length())));
    one.checks().forEach(check -> line("  check %s", check));
    for (FeatureExplanation.Event event : one.events()) {
      line(
          "  %s %-27s %-14s %s%s",
          event.counts() ? "+" : "-",
          event.at().map(Instant::toString).orElse("always"),
          event.value().orElse(""),
          event.why(),
          event.position().map(p -> ", log " + p).orElse("")
              + event
                  .knownAt()
                  .filter(k -> !event.at().equals(Optional.of(k)))
                  .map(k -> ", known " + k)
                  .orElse(""));
    }
    if (one.more() > 0) {
      line("  and %,d older rows", one.more());
    }
    line("");
  }

  private void line(String format, Object... values) {
    terminal.out().printf(Locale.ROOT, format + "%n", values);
  }
}
