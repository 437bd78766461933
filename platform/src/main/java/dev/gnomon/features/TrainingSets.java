package dev.gnomon.features;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.internal.Assembly;
import dev.gnomon.features.internal.Backfill;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.features.internal.FlatTable;
import dev.gnomon.features.internal.RunMerge;
import dev.gnomon.features.internal.SetLayout;
import dev.gnomon.features.internal.SetTally;
import dev.gnomon.schema.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Builds training sets from the sources of a use case, and writes them.
public final class TrainingSets {
  private TrainingSets() {}

  /// How a training set is built; none of it but `asOf` changes a bit of the result.
  ///
  /// @param asOf up to when outcomes are known, microseconds; the greatest known-at of the target
  ///   source when empty
  /// @param threads at least 1
  /// @param memoryBytes how much of the sources' records is held in memory before the rest goes to
  ///   disk; the training set itself and one 256th of the records per thread come on top
  /// @param spillDirectory made when needed; its files are removed at the end
  public record Options(OptionalLong asOf, int threads, long memoryBytes, Path spillDirectory) {
    public Options {
      if (threads < 1 || memoryBytes < 0) {
        throw new IllegalArgumentException(
            "at least one thread and no negative memory, found %d and %d"
                .formatted(threads, memoryBytes));
      }
    }

    /// All processors, a quarter of the heap.
    public static Options inDirectory(Path spillDirectory) {
      Runtime runtime = Runtime.getRuntime();
      return new Options(
          OptionalLong.empty(),
          runtime.availableProcessors(),
          runtime.maxMemory() / 4,
          spillDirectory);
    }
  }

  /// The resolved schemas of all sources of a use case, and that of its listed observations where
  /// features come with them.
  public static Map<String, Schema> schemas(UseCase useCase, SourceOpener opener) {
    Map<String, Schema> schemas = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    for (SourceSpec source : useCase.data().sources().values()) {
      try {
        schemas.put(source.name(), opener.schema(source));
      } catch (BadInput e) {
        problems.addAll(e.problems());
      }
    }
    boolean readsObservations =
        !useCase.features().request().isEmpty() || !useCase.frame().entities().isEmpty();
    if (readsObservations && useCase.frame().observe() instanceof Observe.Listed listed) {
      try {
        schemas.put(FeatureProgram.LISTED, opener.schema(listed.table()));
      } catch (BadInput e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    return schemas;
  }

  /// One row per observation, point-in-time correct. A line that is listed twice is two rows.
  ///
  /// @throws BadInput with all problems of the definition, or of ids that contradict each other
  public static TrainingSet build(
      UseCase useCase, SourceOpener opener, Options options, Progress progress) {
    FeatureProgram program = FeatureProgram.compile(useCase, schemas(useCase, opener));
    program.notes().forEach(progress::note);
    Assembly.Result result =
        useCase.data().isFlatTable()
            ? FlatTable.read(program, opener, options.threads(), progress)
            : Backfill.run(
                program,
                opener,
                options.asOf(),
                options.threads(),
                options.memoryBytes(),
                options.spillDirectory(),
                progress);
    return new TrainingSet(
        FeaturePlan.of(program),
        result.keyName(),
        result.keys(),
        result.observedAt(),
        result.rows(),
        result.labels(),
        result.horizon(),
        result.asOf(),
        result.unlabelled(),
        result.hash());
  }

  /// What was written of a training set that was never held whole.
  ///
  /// @param positive labels that are 1
  /// @param unlabelled why labels are missing: reason to count
  public record Written(
      FeaturePlan plan,
      String keyName,
      long rows,
      long labelled,
      long positive,
      long horizonMicros,
      long asOfMicros,
      Map<String, Long> unlabelled,
      String hash) {}

  /// Builds a training set and writes it as [#write] does, in the same order and with the same
  /// hash, without holding it: the rows of each partition go to disk in order and are merged into
  /// the file. A flat table is read whole.
  ///
  /// @throws BadInput with all problems of the definition, or when files can't be written
  public static Written stream(
      UseCase useCase,
      SourceOpener opener,
      Options options,
      FileEngine engine,
      Path target,
      Progress progress) {
    if (useCase.data().isFlatTable()) {
      TrainingSet set = build(useCase, opener, options, progress);
      progress.stage("writing " + target.getFileName(), set.size());
      write(set, engine, target);
      return written(set);
    }
    return stream(
        useCase,
        opener,
        options,
        (file, tables) -> engine.write(target, file, tables),
        "writing " + target.getFileName(),
        progress);
  }

  private static Written stream(
      UseCase useCase,
      SourceOpener opener,
      Options options,
      Sink sink,
      String stage,
      Progress progress) {
    FeatureProgram program = FeatureProgram.compile(useCase, schemas(useCase, opener));
    program.notes().forEach(progress::note);
    try {
      Files.createDirectories(options.spillDirectory());
      Path folder = Files.createTempDirectory(options.spillDirectory(), "rows");
      try {
        return stream(program, opener, options, sink, stage, folder, progress);
      } finally {
        AtomicFiles.deleteTree(folder);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new BadInput(
          options.spillDirectory().toString(),
          "it can't be written: " + e.getMessage(),
          "a writable folder with space");
    }
  }

  /// The content hash of a training set, of which nothing is kept: whether one that was built
  /// before can be built again is seen by it.
  ///
  /// @throws BadInput with all problems of the definition, or when there is no space
  public static String hash(
      UseCase useCase, SourceOpener opener, Options options, Progress progress) {
    return useCase.data().isFlatTable()
        ? build(useCase, opener, options, progress).hash()
        : stream(
                useCase,
                opener,
                options,
                (layout, tables) -> tables.forEach(table -> {}),
                "hashing",
                progress)
            .hash();
  }

  /// Where the rows of a training set go.
  private interface Sink {
    void write(Schema file, Iterable<Table> tables);
  }

  private static Written stream(
      FeatureProgram program,
      SourceOpener opener,
      Options options,
      Sink sink,
      String stage,
      Path folder,
      Progress progress) {
    Backfill.Facts facts;
    try (Backfill backfill =
        Backfill.read(program, opener, options.memoryBytes(), folder, progress)) {
      facts =
          backfill.computeInto(folder, options.asOf(), time -> true, options.threads(), progress);
    }
    try (RunMerge merge = Backfill.merged(program, folder, facts)) {
      progress.stage(stage, merge.rows());
      SetLayout layout = new SetLayout(facts.keyName(), program.row(), program.inputs(), false);
      SetTally tally = new SetTally(merge, layout, facts.keyName(), program.row(), Long.MAX_VALUE);
      sink.write(layout.file(), tally);
      return new Written(
          FeaturePlan.of(program),
          facts.keyName(),
          tally.rows(),
          tally.labelled(),
          tally.positive(),
          facts.horizon(),
          facts.asOf(),
          merge.takeUnlabelled(),
          tally.hash());
    }
  }

  private static Written written(TrainingSet set) {
    long labelled = 0;
    long positive = 0;
    for (double label : set.labels()) {
      labelled += Double.isNaN(label) ? 0 : 1;
      positive += label == 1 ? 1 : 0;
    }
    return new Written(
        set.plan(),
        set.keyName(),
        set.size(),
        labelled,
        positive,
        set.horizonMicros(),
        set.asOfMicros(),
        set.unlabelled(),
        set.hash());
  }

  /// Writes key, `observed_at`, the features and `label`; Parquet, or CSV when the name says so.
  public static void write(TrainingSet set, FileEngine engine, Path target) {
    SetLayout layout = new SetLayout(set.keyName(), set.plan().row(), set.plan().inputs(), false);
    engine.write(
        target,
        layout.file(),
        List.of(layout.table(set.keys(), set.observedAt(), set.rows(), set.labels())));
  }
}
