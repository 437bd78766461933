package dev.gnomon.engines.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.spi.ClusterPlan;
import dev.gnomon.features.spi.ClusterSource;
import dev.gnomon.features.spi.ListedRows;
import dev.gnomon.observations.ObservationProgram;
import dev.gnomon.observations.Outcomes;
import dev.gnomon.observations.SourcePart;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/// Builds the training set of a use case inside Spark executors: the same rows and the same content
/// hash as [TrainingSets#build].
///
/// ```java
/// Result result = new SparkTrainingSets(spark, engine, staging)
///     .build(useCase, opener, options, Path.of("train.parquet"), Progress.NONE);
/// ```
public final class SparkTrainingSets {
  private final SparkSession spark;
  private final FileEngine engine;
  private final Path staging;

  /// @param spark its session zone is set to UTC
  /// @param engine writes the result, and copies what executors do not read themselves
  /// @param staging a folder that driver and executors share; what is put there is removed at the
  ///   end
  public SparkTrainingSets(SparkSession spark, FileEngine engine, Path staging) {
    this.spark = spark;
    this.engine = engine;
    this.staging = staging.toAbsolutePath();
  }

  /// How a training set is built; only `asOf` changes the result.
  ///
  /// @param asOf up to when outcomes are known; the greatest known-at of the target when empty
  /// @param partitions into how many parts the keys are cut; Spark's own setting when 0
  public record Options(OptionalLong asOf, int partitions) {
    public static final Options DEFAULT = new Options(OptionalLong.empty(), 0);

    public Options {
      if (partitions < 0) {
        throw new IllegalArgumentException("a number of partitions can't be " + partitions);
      }
    }
  }

  /// What was built.
  ///
  /// @param unlabelled why labels are missing, with counts
  /// @param view SHA-256 of the definition of the features
  /// @param hash of the content, equal to that of every other driver
  /// @param copied the sources that were decoded by the driver and not by executors
  public record Result(
      String keyName,
      long rows,
      long labelled,
      long positive,
      int features,
      long horizonMicros,
      long asOfMicros,
      Map<String, Long> unlabelled,
      String view,
      String hash,
      List<String> copied) {}

  /// Computes and writes a training set.
  ///
  /// @param out a file that the driver writes (.parquet, .csv, .csv.gz), with the columns of
  ///   [TrainingSets#write]; the hash is taken from the same rows on their way
  /// @throws BadInput as [TrainingSets#build], and for use cases of several entities
  public Result build(
      UseCase useCase, SourceOpener opener, Options options, Path out, Progress progress) {
    ClusterPlan cluster = ClusterPlan.of(useCase, opener, progress);
    spark.conf().set("spark.sql.session.timeZone", "UTC");
    Path work = workFolder();
    try {
      return new Build(cluster, opener, options, work, progress).run(out);
    } finally {
      remove(work);
    }
  }

  private Path workFolder() {
    try {
      Files.createDirectories(staging);
      return Files.createTempDirectory(staging, "gnomon-spark");
    } catch (IOException e) {
      throw new BadInput(
          staging.toString(), "it can't be written: " + e.getMessage(), "a shared folder");
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One computation.
  private final class Build {
    private final ClusterPlan cluster;
    private final SourceOpener opener;
    private final Options options;
    private final Path work;
    private final Progress progress;
    private final List<SourceTable> tables = new ArrayList<>();

    Build(ClusterPlan cluster, SourceOpener opener, Options options, Path work, Progress progress) {
      this.cluster = cluster;
      this.opener = opener;
      this.options = options;
      this.work = work;
      this.progress = progress;
    }

    Result run(Path out) {
      Optional<ListedRows> listed =
          cluster.listed(opener, Runtime.getRuntime().maxMemory() / 4, work, progress);
      for (ClusterSource source : cluster.sources()) {
        progress.stage("opening " + source.spec().name(), 0);
        tables.add(SourceTable.of(spark, source, source.part(), opener, engine, work));
      }
      checkIds();
      long asOf = Long.MAX_VALUE;
      long lateness = 0;
      if (cluster.target() >= 0) {
        progress.stage("dating the target", 0);
        TargetDates dates = targetDates();
        asOf = options.asOf().orElse(dates.greatestKnownAt());
        lateness = cluster.lateness().orElse(dates.usualDelay());
      } else if (options.asOf().isPresent()) {
        asOf = options.asOf().getAsLong();
      }
      ObservationProgram program =
          cluster.observations(
              asOf,
              lateness,
              listed.map(ListedRows::from).orElse(Long.MAX_VALUE),
              listed.map(ListedRows::to).orElse(Long.MIN_VALUE));
      long known =
          cluster.target() >= 0 || options.asOf().isPresent()
              ? asOf
              : listed.map(ListedRows::to).orElse(Times.MISSING);
      progress.stage("computing features", 0);
      Dataset<Row> computed =
          grouped(rows(program, listed))
              .mapPartitions(
                  new ComputeKeys(program), Encoders.row(ComputeKeys.shape(program.row())))
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        Dataset<Row> sorted = computed.orderBy("observed_at", "key", "place");
        return written(sorted, out, known);
      } finally {
        computed.unpersist();
      }
    }

    private Dataset<Row> rows(ObservationProgram program, Optional<ListedRows> listed) {
      List<Dataset<Row>> all = new ArrayList<>();
      listed.ifPresent(l -> {
        Path copy = work.resolve("observations.parquet");
        engine.write(copy, ListedRows.SCHEMA, l.batches());
        Dataset<Row> read = SourceTable.copied(spark, copy, ListedRows.SCHEMA);
        all.add(read.mapPartitions(new EncodeListed(), Encoders.row(Records.ROW)));
      });
      for (int s = 0; s < tables.size(); s++) {
        SourcePart bounded = program.sources().get(s);
        SourcePart part = tables.get(s).part().within(bounded.from(), bounded.before());
        all.add(encoded(s, part, true));
      }
      return all.stream().reduce(Dataset::union).orElseThrow();
    }

    private Dataset<Row> encoded(int source, SourcePart part, boolean valued) {
      return tables
          .get(source)
          .rows()
          .mapPartitions(new EncodeRows(part, source, valued), Encoders.row(Records.ROW));
    }

    private Dataset<Row> grouped(Dataset<Row> rows) {
      Dataset<Row> cut =
          options.partitions() > 0
              ? rows.repartition(options.partitions(), col("key"))
              : rows.repartition(col("key"));
      return cut.sortWithinPartitions("key", "source", "event_time", "known_at", "tie");
    }

    /// @throws BadInput if one id stands on rows of different content
    private void checkIds() {
      for (int s = 0; s < tables.size(); s++) {
        SourcePart part = tables.get(s).part();
        if (!part.identified()) {
          continue;
        }
        progress.stage("checking ids of " + part.name(), 0);
        long conflicts =
            tables
                .get(s)
                .rows()
                .mapPartitions(new EncodeIds(part), Encoders.row(Records.ID))
                .groupBy("id")
                .agg(min("content").as("least"), max("content").as("greatest"))
                .where(col("least").notEqual(col("greatest")))
                .count();
        if (conflicts > 0) {
          throw new BadInput(
              "data.sources." + part.name(),
              "%d values of '%s' stand on rows of different content"
                  .formatted(conflicts, part.schema().field(part.id()).name()),
              "an id names one event; drop the wrong rows, or the `id` if it is none");
        }
      }
    }

    /// @param usualDelay the delay that 99.9 % of the target's events don't exceed
    private record TargetDates(long greatestKnownAt, long usualDelay) {}

    private TargetDates targetDates() {
      int target = cluster.target();
      SourcePart part = tables.get(target).part();
      Dataset<Row> rows = encoded(target, part, false);
      Row first = rows.agg(max("known_at")).first();
      long greatest = first.isNullAt(0) ? Times.MISSING : first.getLong(0);
      if (greatest == Times.MISSING || cluster.lateness().isPresent()) {
        return new TargetDates(greatest, 0);
      }
      // What came later must not change which labels had come of age by then.
      Dataset<Row> known = rows.where(col("known_at").leq(options.asOf().orElse(greatest)));
      Dataset<Row> distinct =
          part.identified() ? known.dropDuplicates("key", "event_time", "tie") : known;
      Dataset<Row> delays =
          distinct
              .select(
                  functions.greatest(col("known_at").minus(col("event_time")), lit(0L)).as("delay"))
              .groupBy("delay")
              .agg(count(lit(1)).as("events"))
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        Row sum = delays.agg(functions.sum("events")).first();
        long all = sum.isNullAt(0) ? 0 : sum.getLong(0);
        // From the greatest delay down to the one of the usual rank.
        long behind = all - Outcomes.usualRank(all);
        var descending = delays.orderBy(col("delay").desc()).toLocalIterator();
        while (descending.hasNext()) {
          Row row = descending.next();
          behind -= row.getLong(1);
          if (behind < 0) {
            return new TargetDates(greatest, row.getLong(0));
          }
        }
        return new TargetDates(greatest, 0);
      } finally {
        delays.unpersist();
      }
    }

    private Result written(Dataset<Row> sorted, Path out, long asOf) {
      FeaturePlan features = cluster.features();
      SortedRows rows =
          new SortedRows(
              sorted.toLocalIterator(), cluster.keyName(), features.row(), features.inputs());
      progress.stage("writing " + out, 0);
      engine.write(out.toAbsolutePath(), rows.file(), () -> rows);
      Map<String, Long> unlabelled = new LinkedHashMap<>();
      for (int r = 1; r < Outcomes.REASONS.size(); r++) {
        if (rows.reasons()[r] > 0) {
          unlabelled.put(Outcomes.REASONS.get(r), rows.reasons()[r]);
        }
      }
      return new Result(
          cluster.keyName(),
          rows.count(),
          rows.labelled(),
          rows.positive(),
          features.inputs(),
          cluster.horizon(),
          asOf,
          unlabelled,
          features.hash(),
          rows.hash(),
          tables.stream().filter(SourceTable::copied).map(t -> t.part().name()).toList());
    }
  }
}
