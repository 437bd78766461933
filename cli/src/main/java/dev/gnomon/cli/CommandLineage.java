package dev.gnomon.cli;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.DataReport;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.LoggedSources;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.lineage.Dataset;
import dev.gnomon.lineage.Lineage;
import dev.gnomon.lineage.LineageLog;
import dev.gnomon.lineage.LineageRun;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A command as lineage tells it: begun, what it read, what it made, or why it failed.
final class CommandLineage implements AutoCloseable {
  private final UseCase useCase;
  private final Home home;
  private final InstantSource clock;
  private final LineageLog log;
  private final LineageRun run;
  private DataReport report;
  private @Nullable LineageRun building;
  private @Nullable LineageRun training;

  /// Tells that the command begins.
  ///
  /// @param command as it stands behind the name of the use case in the job
  CommandLineage(
      String command, UseCase useCase, Home home, InstantSource clock, Terminal terminal) {
    this.useCase = useCase;
    this.home = home;
    this.clock = clock;
    this.report = new DataReport(useCase.name(), List.of(), List.of());
    this.log =
        LineageLog.open(
            home, System.getenv(), clock, UUID::randomUUID, line -> terminal.err().println(line));
    this.run =
        log.start(useCase.name() + "." + command, Lineage.inputs(useCase, home, log.settings()));
  }

  /// The work of the command; what it throws is told and thrown on.
  <T> T during(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException | Error e) {
      failed(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
      throw e;
    }
  }

  /// The sources, as [UsableSources] has them; what their checks find is told with the inputs.
  SourceOpener sources(FileEngine engine, Progress progress) {
    DataCheck.Outcome checked = DataCheck.run(useCase, engine, home, progress, clock);
    report = checked.report();
    report.requireUsable();
    return new LoggedSources(SourceReaders.checked(checked, engine, useCase), home, progress);
  }

  /// The command wrote a training set.
  void wrote(Path out, FeaturePlan plan, String hash, long rows) {
    run.views(plan.views());
    run.complete(
        inputs(plan), List.of(Lineage.trainingSet(out, plan, hash, rows, home, log.settings())));
  }

  /// A part of the command begins to build the training set in memory.
  void building(String job) {
    building =
        log.start(run, useCase.name() + "." + job, Lineage.inputs(useCase, home, log.settings()));
  }

  /// That part is done, and training on it begins.
  void built(TrainingSet set, String job) {
    LineageRun part = building;
    Dataset made = inMemory(set);
    if (part != null) {
      part.views(set.plan().views());
      part.complete(inputs(set.plan()), List.of(made));
    }
    training = log.start(run, useCase.name() + "." + job, List.of(inMemory(set)));
  }

  /// Training gave a version.
  void trained(TrainingSet set, int version, String bundle) {
    if (training != null) {
      training.complete(
          List.of(inMemory(set)), List.of(Lineage.model(useCase, version, bundle, log.settings())));
    }
    run.views(set.plan().views());
    run.complete(
        inputs(set.plan()), List.of(Lineage.model(useCase, version, bundle, log.settings())));
  }

  /// The command, and whatever part of it is under way, failed.
  void failed(String why) {
    if (building != null) {
      building.fail(why); // says nothing more of a part that is done
    }
    if (training != null) {
      training.fail(why);
    }
    run.fail(why);
  }

  private Dataset inMemory(TrainingSet set) {
    return Lineage.trainingSet(set.plan(), set.hash(), set.size(), home, log.settings());
  }

  private List<Dataset> inputs(FeaturePlan plan) {
    return Lineage.inputs(plan, report, home, log.settings());
  }

  @Override
  public void close() {
    log.close();
  }
}
