package dev.gnomon.cli;

import dev.gnomon.core.Home;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.RecordJson;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.FeatureVerification;
import dev.gnomon.features.LastVerification;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.features.VerificationReport;
import dev.gnomon.features.VerificationReport.Compared;
import dev.gnomon.serving.LoggedDecisions;
import dev.gnomon.serving.PredictionId;
import dev.gnomon.serving.ServingNode;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// Compares what was served with both paths, value by value.
@Command(
    name = "verify",
    description =
        "Replay logged events and decisions through the serving path and the back-fill, and compare"
            + " every value with what was served. Without decisions: the observations of the"
            + " training set.",
    footer = {
      "gnomon features verify usecase.yaml",
      "gnomon features verify usecase.yaml --observations 10000 --json"
    })
final class FeaturesVerify implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("usecase.yaml");

  @Option(
      names = "--observations",
      paramLabel = "N",
      description =
          "Compare the observations of the training set, about N of them by whole keys, and not the"
              + " logged decisions.")
  private long observations = -1;

  FeaturesVerify(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Home home = common.homeBeside(file);
    UseCase useCase = UseCaseReader.read(file);
    VerificationReport found;
    try (ProgressBar bar = terminal.progress()) {
      Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
      found = compare(useCase, home, progress);
    }
    if (found.compared() != Compared.NOTHING) {
      LastVerification.of(found, clock.instant())
          .write(home, useCase.name(), LastVerification.Kind.WHOLE);
    }
    if (common.json()) {
      ObjectNode json = (ObjectNode) RecordJson.node(found);
      json.put("compared", found.compared().word());
      json.put("observations", found.requests());
      found.first().ifPresentOrElse(first -> json.put("first", first), () -> json.putNull("first"));
      terminal.out().println(json);
    } else {
      text(found);
    }
    if (found.differing() > 0) {
      throw new Refusal(
          List.of(
              new Problem(
                  "features",
                  "%s; first %s"
                      .formatted(
                          String.join(", ", found.differingFeatures()), found.first().orElse("")),
                  "no difference between what is served, replayed and trained on")));
    }
    return ExitCode.DONE;
  }

  private VerificationReport compare(UseCase useCase, Home home, Progress progress) {
    FileEngine engine = FileEngines.find();
    SourceOpener opener = UsableSources.of(useCase, engine, home, progress, clock);
    FeaturePlan plan = FeaturePlan.compile(useCase, TrainingSets.schemas(useCase, opener));
    FeatureVerification.Options options =
        FeatureVerification.Options.inDirectory(home.root().resolve("spill"));
    LoggedDecisions decisions = new LoggedDecisions(home, plan);
    boolean flat = useCase.data().isFlatTable();
    if (flat || (observations < 0 && decisions.size() > 0)) {
      return FeatureVerification.requests(
              plan, opener, decisions, ServingNode.HISTORY, options, progress)
          .withOtherDefinition(decisions.otherDefinition());
    }
    TrainingSet set =
        TrainingSets.build(
            useCase, opener, UsableSources.options(home, OptionalLong.empty()), progress);
    return FeatureVerification.observations(
            set, opener, observations < 0 ? 1_000_000 : observations, options, progress)
        .withOtherDefinition(decisions.otherDefinition());
  }

  private void text(VerificationReport found) {
    if (found.compared() == Compared.NOTHING) {
      line(
          "Nothing to compare: the features of a flat table come with each request or from the table"
              + " itself, by one path only.");
      return;
    }
    line(
        "%,d values of %,d %s compared, %,d differ",
        found.values(), found.requests(), found.compared().word(), found.differing());
    if (found.given() > 0) {
      line("%,d values came with their request and were taken as they came", found.given());
    }
    if (found.withinError() > 0) {
      line("%,d values of sketches differ within their stated error", found.withinError());
    }
    if (found.inFlight() > 0) {
      line(
          "%,d values are right up to a row that arrived within a second of the request",
          found.inFlight());
    }
    if (found.otherDefinition() > 0) {
      line(
          "%,d decisions were logged under another definition of the features and not compared",
          found.otherDefinition());
    }
    for (VerificationReport.Feature feature : found.features()) {
      if (feature.differing() == 0) {
        continue;
      }
      line("");
      line(
          "%s (%s): %,d of %,d differ, by at most %s",
          feature.name(),
          feature.source().isEmpty() ? "derived" : feature.source(),
          feature.differing(),
          feature.values(),
          feature.greatest());
      line(
          "  served as missing %,d, though missing %,d, another value %,d",
          feature.missing(), feature.extra(), feature.other());
      line(
          "  apart: what was served %,d, the serving path on replay %,d, the back-fill %,d",
          feature.servedApart(), feature.replayApart(), feature.backfillApart());
      for (VerificationReport.Example example : feature.examples()) {
        line(
            "  %s  %s",
            found.compared() == Compared.DECISIONS
                ? new PredictionId(found.useCase(), example.position()).text()
                : "",
            example.line());
      }
    }
  }

  private void line(String format, Object... values) {
    terminal.out().printf(java.util.Locale.ROOT, format + "%n", values);
  }
}
