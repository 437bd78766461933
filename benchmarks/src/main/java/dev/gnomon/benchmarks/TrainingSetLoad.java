package dev.gnomon.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.Table;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How long a training set of a million observations over twenty million events takes, stage by
/// stage, from Parquet files to the hashed set.
///
/// 100,000 keys; a fifth of the events is late by up to five days; ten features over four windows,
/// two of them filtered. Whole processes are measured: run it several times.
public final class TrainingSetLoad {
  private static final int KEYS = 100_000;
  private static final long BEGIN = Times.micros(Instant.parse("2024-01-01T00:00:00Z"));
  private static final long SPAN = 180 * Times.DAY;
  private static final int BATCH = 100_000;

  private static final String USE_CASE =
      """
      gnomon: 1
      name: load
      frame:
        task: binary
        entity: customer
        observe: {table: observations.parquet}
        target: {event: payments, within: 1d, lateness: 5d}
      data:
        sources:
          events: {kind: events, path: events.parquet, key: customer, event-time: at, known-at: loaded}
          payments: {kind: events, path: payments.parquet, key: customer, event-time: at}
      features:
        events:
          - {count: "*", windows: [1d, 7d, 30d, 90d]}
          - {sum: amount, windows: [7d, 30d, 90d]}
          - {mean: amount, windows: [30d], where: kind = 'a', as: mean_a}
          - {max: amount, windows: [30d], where: kind = 'b', as: max_b}
          - {time-since-last: "*"}
      """;

  private TrainingSetLoad() {}

  /// Arguments: a directory for the files (kept and reused), millions of events (default 20), MB of
  /// records in memory (default all), threads (default 2), and `stream` to write the set as it is
  /// computed instead of holding it.
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    int millions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
    long memory = arguments.length > 2 ? Long.parseLong(arguments[2]) << 20 : Long.MAX_VALUE;
    int threads = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 2;
    FileEngine engine = FileEngines.find();
    generate(engine, directory, millions * 1_000_000);
    Path file = directory.resolve("usecase.yaml");
    Files.writeString(file, USE_CASE);
    UseCase useCase = UseCaseReader.read(file);
    Stages stages = new Stages();
    SourceReaders sources = new SourceReaders(engine, useCase);
    TrainingSets.Options options =
        new TrainingSets.Options(OptionalLong.empty(), threads, memory, directory.resolve("spill"));
    if (arguments.length > 4 && arguments[4].equals("stream")) {
      TrainingSets.Written written =
          TrainingSets.stream(
              useCase, sources, options, engine, directory.resolve("set.parquet"), stages);
      stages.end();
      print(written.rows(), written.hash());
    } else {
      TrainingSet set = TrainingSets.build(useCase, sources, options, stages);
      stages.end();
      print(set.size(), set.hash());
    }
  }

  private static void print(long rows, String hash) throws IOException {
    System.out.printf(
        Locale.ROOT,
        "%,d observations, hash %s, peak resident %s%n",
        rows,
        hash.substring(0, 16),
        peak());
  }

  /// The most memory the process ever had, everything counted.
  static String peak() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return "unknown";
    }
    Matcher line = Pattern.compile("VmHWM:\\s*(\\d+) kB").matcher(Files.readString(status));
    return line.find() ? Long.parseLong(line.group(1)) / 1024 + " MB" : "unknown";
  }

  /// Prints wall and CPU seconds of each stage.
  static final class Stages implements Progress {
    private final OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final long began = System.nanoTime();
    private final long cpuBegan = system.getProcessCpuTime();
    private String name = "settling schemas";
    private long wall = began;
    private long cpu = cpuBegan;

    @Override
    public void stage(String next, long total) {
      print(name, wall, cpu);
      name = next;
      wall = System.nanoTime();
      cpu = system.getProcessCpuTime();
    }

    private void print(String what, long wallFrom, long cpuFrom) {
      System.out.printf(
          Locale.ROOT,
          "%-22s %6.2f s wall %6.2f s CPU%n",
          what,
          (System.nanoTime() - wallFrom) / 1e9,
          (system.getProcessCpuTime() - cpuFrom) / 1e9);
    }

    void end() {
      print(name, wall, cpu);
      print("in all", began, cpuBegan);
    }

    @Override
    public void advance(long done) {}

    @Override
    public void note(String line) {
      System.out.println(line);
    }
  }

  private static void generate(FileEngine engine, Path directory, int events) {
    write(
        engine,
        directory.resolve("events.parquet"),
        events,
        Schema.of(
            new Field("customer", Type.TEXT),
            new Field("at", Type.TIME),
            new Field("loaded", Type.TIME),
            new Field("amount", Type.NUMBER),
            new Field("kind", Type.TEXT)),
        1);
    write(
        engine,
        directory.resolve("observations.parquet"),
        events / 20,
        Schema.of(new Field("customer", Type.TEXT), new Field("observed_at", Type.TIME)),
        2);
    write(
        engine,
        directory.resolve("payments.parquet"),
        events / 20,
        Schema.of(new Field("customer", Type.TEXT), new Field("at", Type.TIME)),
        3);
  }

  private static void write(FileEngine engine, Path file, int rows, Schema schema, long seed) {
    if (Files.exists(file)) {
      return;
    }
    SplittableRandom random = new SplittableRandom(seed);
    Dictionary keys = new Dictionary();
    for (int k = 0; k < KEYS; k++) {
      keys.code("c" + k);
    }
    Dictionary kinds = new Dictionary();
    for (String kind : List.of("a", "b", "c", "d")) {
      kinds.code(kind);
    }
    engine.write(
        file,
        schema,
        () ->
            new Iterator<>() {
              private int done;

              @Override
              public boolean hasNext() {
                return done < rows;
              }

              @Override
              public Table next() {
                int n = Math.min(BATCH, rows - done);
                long from = BEGIN + SPAN / rows * done;
                done += n;
                return batch(schema, n, from, SPAN / rows, random, keys, kinds);
              }
            });
  }

  /// Rows roughly in the order of time, as logs are.
  private static Table batch(
      Schema schema,
      int n,
      long from,
      long step,
      SplittableRandom random,
      Dictionary keys,
      Dictionary kinds) {
    int[] who = new int[n];
    long[] at = new long[n];
    long[] loaded = new long[n];
    double[] amounts = new double[n];
    int[] kind = new int[n];
    for (int i = 0; i < n; i++) {
      who[i] = random.nextInt(KEYS);
      at[i] = from + i * step + random.nextLong(Times.SECOND);
      loaded[i] = at[i] + (random.nextInt(5) == 0 ? random.nextLong(5 * Times.DAY) : 0);
      amounts[i] = random.nextInt(20) == 0 ? Double.NaN : random.nextInt(1_000_000) / 100.0;
      kind[i] = random.nextInt(4);
    }
    List<Column> all =
        List.of(
            new Column.Texts(who, keys),
            new Column.Moments(at),
            new Column.Moments(loaded),
            new Column.Numbers(amounts),
            new Column.Texts(kind, kinds));
    return new Table(schema, all.subList(0, schema.size()), n);
  }
}
