package dev.gnomon.features;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Column;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.internal.Assembly;
import dev.gnomon.features.internal.Backfill;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.features.internal.FlatTable;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
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

  /// Writes key, `observed_at`, the features and `label`; Parquet, or CSV when the name says so.
  public static void write(TrainingSet set, FileEngine engine, Path target) {
    Schema row = set.plan().row();
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    fields.add(new Field(set.keyName(), Type.TEXT));
    columns.add(set.keys());
    fields.add(new Field("observed_at", Type.TIME));
    columns.add(new Column.Moments(set.observedAt()));
    for (int c = 0; c < set.plan().inputs(); c++) {
      fields.add(row.field(c));
      columns.add(set.rows().column(c));
    }
    fields.add(new Field("label", Type.NUMBER));
    columns.add(new Column.Numbers(set.labels()));
    List<String> names = fields.stream().map(Field::name).toList();
    if (names.stream().distinct().count() != names.size()) {
      throw new BadInput(
          "features",
          "a feature is called like the key, '%s'".formatted(set.keyName()),
          "another name for the feature");
    }
    Schema schema = new Schema(fields);
    engine.write(target, schema, List.of(new Table(schema, columns, set.size())));
  }
}
