package dev.gnomon.engines.spark;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A small world in files with everything that goes wrong in a large one: ties, late and repeated
/// events, missing keys and values, states that end and come back.
final class WorldOnDisk {
  private static final long START = 1_704_067_200L * Times.SECOND; // 2024-01-01
  private static final long STEP = 10 * Times.SECOND;
  private static final int STEPS = 6 * 60 * 24;

  private static final Schema CUSTOMERS =
      Schema.of(
          new Field("customer", Type.TEXT),
          new Field("updated", Type.TIME),
          new Field("loaded", Type.TIME),
          new Field("plan", Type.TEXT),
          new Field("age", Type.NUMBER),
          new Field("since", Type.TIME),
          new Field("gone", Type.TEXT));
  private static final Schema EVENTS =
      Schema.of(
          new Field("id", Type.TEXT),
          new Field("who", Type.TEXT),
          new Field("at", Type.TIME),
          new Field("loaded", Type.TIME),
          new Field("amount", Type.NUMBER),
          new Field("kind", Type.TEXT),
          new Field("due", Type.TIME));
  private static final Schema LEAVING =
      Schema.of(
          new Field("customer", Type.TEXT),
          new Field("at", Type.TIME),
          new Field("loaded", Type.TIME));
  private static final Schema LISTED =
      Schema.of(
          new Field("customer", Type.TEXT),
          new Field("observed_at", Type.TIME),
          new Field("bad", Type.NUMBER));

  /// Which of the forms of a use case is tried.
  ///
  /// @param listed observations in a table, with the label in it
  /// @param identified whether the events' id is declared
  /// @param text whether the target's source is a CSV
  record Shape(boolean listed, boolean identified, boolean text, boolean inverted) {}

  private final Random random;
  private final Path folder;
  private final FileEngine engine;
  private final Shape shape;

  WorldOnDisk(long seed, Shape shape, Path folder, FileEngine engine) throws IOException {
    this.random = new Random(seed);
    this.folder = folder;
    this.engine = engine;
    this.shape = shape;
    Files.createDirectories(folder);
    int keys = 2 + random.nextInt(6);
    write("customers", CUSTOMERS, customers(keys));
    write("events", EVENTS, events(keys));
    write("leaving", LEAVING, leaving(keys));
    write("listed", LISTED, listed(keys));
  }

  private List<@Nullable Object[]> customers(int keys) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      long at = time();
      rows.add(
          new @Nullable Object[] {
            key(keys),
            at,
            late(at),
            pick("basic", "plus", "pro, \"x\"", null),
            random.nextInt(4) == 0 ? null : (Object) (random.nextInt(5) * 10.0),
            random.nextInt(4) == 0 ? null : (Object) time(),
            pick("true", "no", null, "no", "0")
          });
    }
    return rows;
  }

  private List<@Nullable Object[]> events(int keys) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      long at = time();
      @Nullable Object[] event = {
        "e" + i,
        key(keys),
        random.nextInt(50) == 0 ? null : (Object) at,
        late(at),
        amount(),
        pick("a", "b", "ü", "a\u0000b", null),
        random.nextInt(3) == 0 ? null : (Object) (at + random.nextInt(5) * Times.DAY)
      };
      rows.add(event);
      if (random.nextInt(10) == 0) {
        rows.add(event.clone());
      }
    }
    return rows;
  }

  private List<@Nullable Object[]> leaving(int keys) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (int i = random.nextInt(12); i >= 0; i--) {
      long at = time();
      rows.add(new @Nullable Object[] {key(keys), at, late(at)});
    }
    return rows;
  }

  private List<@Nullable Object[]> listed(int keys) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      @Nullable Object[] row = {"k" + random.nextInt(keys), time(), (double) random.nextInt(2)};
      rows.add(row);
      if (random.nextInt(5) == 0) {
        rows.add(new @Nullable Object[] {row[0], row[1], 1.0});
        rows.add(row.clone());
      }
    }
    return rows;
  }

  private @Nullable Object key(int keys) {
    int k = random.nextInt(keys + 1);
    return k == keys && random.nextInt(3) == 0 ? null : "k" + k;
  }

  private long time() {
    return START + random.nextInt(STEPS) * STEP;
  }

  private long late(long at) {
    return switch (random.nextInt(5)) {
      case 0 -> at + random.nextInt(2000) * STEP;
      case 1 -> at + random.nextInt(3);
      case 2 -> random.nextInt(4) == 0 ? at - 20 * STEP : at;
      default -> at;
    };
  }

  private @Nullable Object amount() {
    return switch (random.nextInt(8)) {
      case 0 -> null;
      case 1 -> random.nextGaussian() * 1e-9;
      case 2 -> random.nextGaussian() * 1e17;
      case 3 -> random.nextBoolean() ? -0.0 : 0.0;
      default -> (random.nextInt(20_000) - 5_000) / 100.0;
    };
  }

  private @Nullable String pick(@Nullable String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /// In files of any number and order.
  private void write(String name, Schema schema, List<@Nullable Object[]> rows) {
    Collections.shuffle(rows, random);
    boolean csv = name.equals("leaving") && shape.text();
    int files = csv ? 1 : 1 + random.nextInt(3);
    for (int f = 0; f < files; f++) {
      List<@Nullable Object[]> part =
          rows.subList(rows.size() * f / files, rows.size() * (f + 1) / files);
      Path file = folder.resolve("%s-%d.%s".formatted(name, f, csv ? "csv" : "parquet"));
      engine.write(file, schema, List.of(table(schema, part)));
    }
  }

  private static Table table(Schema schema, List<@Nullable Object[]> rows) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < schema.size(); c++) {
      int column = c;
      columns.add(
          switch (schema.field(c).type()) {
            case NUMBER ->
                new Column.Numbers(
                    rows.stream()
                        .mapToDouble(r -> r[column] instanceof Double d ? d : Double.NaN)
                        .toArray());
            case TIME ->
                new Column.Moments(
                    rows.stream()
                        .mapToLong(r -> r[column] instanceof Long t ? t : Times.MISSING)
                        .toArray());
            case TEXT -> {
              Dictionary texts = new Dictionary();
              yield new Column.Texts(
                  rows.stream().mapToInt(r -> texts.code((String) r[column])).toArray(), texts);
            }
          });
    }
    return new Table(schema, columns, rows.size());
  }

  UseCase useCase() {
    String observe =
        shape.listed()
            ? "{table: {path: 'listed-*.parquet', key: customer}, until: leaving}"
            : """
            {every: 111m, from: 2024-01-01T03:00:00Z, to: 2024-01-05,
                population: {source: customers, within: 2d}, until: leaving}\
            """;
    String target =
        shape.listed()
            ? "{column: bad, positive: 1}"
            : "{%s: leaving, within: 9h}".formatted(shape.inverted() ? "no-event" : "event");
    String text =
        """
        gnomon: 1
        name: world
        frame:
          task: binary
          entity: customer
          observe: %s
          target: %s
        data:
          sources:
            customers:
              {kind: state, path: 'customers-*.parquet', key: customer, event-time: updated, known-at: loaded, deleted: gone}
            events:
              kind: events
              path: 'events-*.parquet'
              key: who
              event-time: at
              known-at: loaded
              where: "kind != 'none' or kind is missing"
              columns: {double: amount * 2, tag: "if(kind = 'a', 'first', kind)"}
              %s
            leaving: {kind: events, path: leaving-0.%s, key: customer, event-time: at, known-at: loaded}
        features:
          customers: {columns: [plan, age, since], ttl: 30h}
          events:
            - {count: "*", windows: [90m, 1d, ever], since: [day, 2024-01-02]}
            - {count: kind, windows: [1d], where: amount > 0, ttl: 5h}
            - {sum: amount, windows: [2h, 1d], resolution: exact}
            - {mean: amount, windows: [1d], where: kind = 'a'}
            - {min: amount, windows: [1d]}
            - {max: double, windows: [2h, ever], resolution: exact}
            - {variance: amount, windows: [1d]}
            - {stddev: age_like, windows: [2d]}
            - {skew: amount, windows: [ever]}
            - {first: tag, windows: [1d]}
            - {last: tag}
            - {last: amount, ttl: 6h, as: newest}
            - {last-k: kind, k: 2, windows: [1d]}
            - {distinct-count: kind, windows: [1d, ever]}
            - {top-k: tag, k: 2, windows: [2d]}
            - {quantile: amount, at: [0.5, 0.9], windows: [1d]}
            - {histogram: kind, categories: [a, b], windows: [1d]}
            - {ratio: "*", where: kind = 'a', windows: [1d]}
            - {rate: "*", per: 1h, windows: [1d]}
            - {time-since-first: "*"}
            - {time-since-last: amount}
            - {time-until: due}
            - {decayed-sum: amount, half-life: 3h}
            - {decayed-mean: amount, half-life: 6h, windows: [1d]}
            - {trend: amount, per: 1d, windows: [2d]}
            - {session-count: "*", gap: 20m, windows: [1d]}
            - {lag: amount, every: 6h, lags: [1, 3]}
          derived:
            recent: events_count_90m / events_count_1d
            twice: recent * 2 + age
            tenure: observed_at - since
            known_plan: "coalesce(plan, 'none')"
            told: "if(recent > 0.1, plan, known_plan)"
        """
            .replace("age_like", "amount")
            .formatted(
                observe,
                target,
                shape.identified() ? "id: id" : "",
                shape.text() ? "csv" : "parquet");
    return UseCaseReader.parse(text, folder.resolve("usecase.yaml"));
  }

  TrainingSet inOneProcess(UseCase useCase) {
    return TrainingSets.build(
        useCase,
        new SourceReaders(engine, useCase),
        new TrainingSets.Options(OptionalLong.empty(), 1, 1 << 20, folder.resolve("spill")),
        Progress.NONE);
  }
}
