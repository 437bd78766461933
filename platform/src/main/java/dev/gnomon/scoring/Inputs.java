package dev.gnomon.scoring;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.SourceReport;
import dev.gnomon.data.SqlEngines;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.LoggedSources;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.models.Bundle;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where the rows of one batch come from.
final class Inputs {
  private final UseCase useCase;
  private final FileEngine engine;
  private final Home home;
  private final InstantSource clock;
  private final Progress progress;
  private final BatchScoring.Options options;

  /// By which the features of the rows at hand were computed; set when they are opened.
  private String definition = "";

  Inputs(
      UseCase useCase,
      FileEngine engine,
      Home home,
      InstantSource clock,
      Progress progress,
      BatchScoring.Options options) {
    this.useCase = useCase;
    this.engine = engine;
    this.home = home;
    this.clock = clock;
    this.progress = progress;
    this.options = options;
  }

  /// The hash of the features of the rows that were opened; empty for a flat table.
  String definition() {
    return definition;
  }

  /// The file with what is asked for, if it is not the whole population.
  Optional<Path> file(Parts parts) throws IOException {
    if (options.in().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (options.in().get()) {
          case Place.OfFile(Path path) -> path;
          case Place.OfDatabase from ->
              new Staging(parts.folder(), engine)
                  .rows(from, SqlEngines.find(from.address()), clock, progress);
        });
  }

  /// @param in what [#file] gave
  Observations rows(Bundle bundle, Optional<Path> in) {
    if (useCase.data().isFlatTable()) {
      return TableObservations.of(
          useCase, bundle.manifest(), engine, in.orElseThrow(), options.at());
    }
    Frame frame = useCase.frame();
    if (frame.observe() instanceof Frame.Observe.Listed) {
      // The list it was trained on is not needed to score another.
      frame =
          new Frame(
              frame.task(),
              frame.entity(),
              new Frame.Observe.EachRow(),
              frame.target(),
              frame.entities());
    }
    DataCheck.Outcome checked =
        DataCheck.run(useCase.name(), useCase.data(), frame, engine, home, progress, clock);
    checked.report().requireUsable();
    LoggedSources sources =
        new LoggedSources(SourceReaders.checked(checked, engine, useCase), home, progress);
    FeaturePlan plan = FeaturePlan.compile(useCase, TrainingSets.schemas(useCase, sources));
    Schema row = plan.row();
    definition = plan.hash();
    if (!row.fields().equals(bundle.manifest().row().fields())) {
      throw new Refusal(
          "version",
          "it was made for other features than %s states now"
              .formatted(useCase.file().getFileName()),
          "train again, or score with the file the version was trained from");
    }
    long at = options.at().orElseGet(() -> EventObservations.latest(lasts(checked, sources)));
    return in.isPresent()
        ? EventObservations.listed(useCase, sources, engine, home, in.get(), at, progress)
        : EventObservations.population(useCase, sources, home, at, progress);
  }

  private List<Long> lasts(DataCheck.Outcome checked, LoggedSources sources) {
    List<Long> lasts = new ArrayList<>();
    for (SourceReport report : checked.report().sources()) {
      SourceSpec spec = useCase.data().sources().get(report.name());
      if (spec != null && !spec.isStatic()) {
        report.last().ifPresent(last -> lasts.add(Times.micros(last)));
      }
    }
    for (SourceSpec spec : useCase.data().sources().values()) {
      lasts.add(sources.latest(spec));
    }
    return lasts;
  }
}
