package dev.gnomon.benchmarks;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.Table;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/// 17,000 observations x 1,000 features from ten sources of 200,000 events each: a shape on which a
/// peer was reported to take 30 minutes and 50 GB.
public final class WideTrainingSetLoad {
  private static final int SOURCES = 10;
  private static final int EVENTS = 200_000;
  private static final int OBSERVATIONS = 17_000;
  private static final int KEYS = 5_000;
  private static final int COLUMNS = 10;
  private static final long BEGIN = Times.micros(Instant.parse("2024-01-01T00:00:00Z"));
  private static final long SPAN = 180 * Times.DAY;

  private WideTrainingSetLoad() {}

  /// Arguments: a directory for the files.
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    FileEngine engine = FileEngines.find();
    for (int s = 0; s < SOURCES; s++) {
      write(engine, directory.resolve("s" + s + ".parquet"), EVENTS, COLUMNS, s);
    }
    write(engine, directory.resolve("observations.parquet"), OBSERVATIONS, 0, 100);
    write(engine, directory.resolve("payments.parquet"), OBSERVATIONS, 0, 101);
    Path file = directory.resolve("wide.yaml");
    Files.writeString(file, useCase());
    UseCase useCase = UseCaseReader.read(file);
    TrainingSetLoad.Stages stages = new TrainingSetLoad.Stages();
    TrainingSets.Written written =
        TrainingSets.stream(
            useCase,
            new SourceReaders(engine, useCase),
            new TrainingSets.Options(
                OptionalLong.empty(), 2, 200L << 20, directory.resolve("spill")),
            engine,
            directory.resolve("set.parquet"),
            stages);
    stages.end();
    System.out.printf(
        Locale.ROOT,
        "%,d observations x %,d features, peak resident %s%n",
        written.rows(),
        written.plan().inputs(),
        TrainingSetLoad.peak());
  }

  /// Per source ten columns x (sum, mean) x five windows = 100 features.
  private static String useCase() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        gnomon: 1
        name: wide
        frame:
          task: binary
          entity: customer
          observe: {table: observations.parquet}
          target: {event: payments, within: 1d, lateness: 1d}
        data:
          sources:
            payments: {kind: events, path: payments.parquet, key: customer, event-time: observed_at}
        """);
    for (int s = 0; s < SOURCES; s++) {
      text.append(
          "    s%d: {kind: events, path: s%d.parquet, key: customer, event-time: observed_at}\n"
              .formatted(s, s));
    }
    text.append("features:\n");
    for (int s = 0; s < SOURCES; s++) {
      text.append("  s%d:\n".formatted(s));
      for (int c = 0; c < COLUMNS; c++) {
        for (String operator : List.of("sum", "mean")) {
          text.append("    - {%s: v%d, windows: [1d, 7d, 14d, 30d, 90d]}\n".formatted(operator, c));
        }
      }
    }
    return text.toString();
  }

  private static void write(FileEngine engine, Path file, int rows, int columns, long seed) {
    if (Files.exists(file)) {
      return;
    }
    SplittableRandom random = new SplittableRandom(seed);
    Dictionary keys = new Dictionary();
    for (int k = 0; k < KEYS; k++) {
      keys.code("c" + k);
    }
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("customer", Type.TEXT));
    fields.add(new Field("observed_at", Type.TIME));
    int[] who = new int[rows];
    long[] at = new long[rows];
    double[][] values = new double[columns][rows];
    for (int i = 0; i < rows; i++) {
      who[i] = random.nextInt(KEYS);
      at[i] = BEGIN + SPAN / rows * i;
      for (double[] column : values) {
        column[i] = random.nextInt(1_000_000) / 100.0;
      }
    }
    List<Column> all = new ArrayList<>();
    all.add(new Column.Texts(who, keys));
    all.add(new Column.Moments(at));
    for (int c = 0; c < columns; c++) {
      fields.add(new Field("v" + c, Type.NUMBER));
      all.add(new Column.Numbers(values[c]));
    }
    Schema schema = new Schema(fields);
    engine.write(file, schema, List.of(new Table(schema, all, rows)));
  }
}
