package dev.gnomon.benchmarks;

import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.TableScan;
import dev.gnomon.features.EventJson;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.features.OnlineStores;
import dev.gnomon.features.StoreUnavailable;
import dev.gnomon.log.LogSettings;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/// The shared online store over a Redis server: events per second from the log of a node into it,
/// the time from a row being on disk to its being readable, and the time of one read, from lists of
/// records and after they were compacted.
public final class SharedStoreLoad {
  private static final long BEGIN = Times.micros(Instant.parse("2024-06-01T00:00:00Z"));
  private static final Schema EVENTS =
      Schema.of(
          new Field("customer", Type.TEXT),
          new Field("at", Type.TIME),
          new Field("amount", Type.NUMBER),
          new Field("kind", Type.TEXT));
  private static final String FILE =
      """
      name: shared-load
      frame:
        task: binary
        entity: customer
        observe: {every: 1d, from: 2024-06-01, to: 2024-06-03, population: {source: events}}
        target: {no-event: events, within: 1d}
      data:
        sources:
          events: {kind: events, path: x, key: customer, event-time: at}
      features:
        events:
          - {count: "*", windows: [1h, 6h, 1d, 7d, 30d]}
          - {sum: amount, windows: [1h, 6h, 1d, 7d, 30d]}
          - {mean: amount, windows: [1h, 6h, 1d, 7d, 30d]}
          - {max: amount, windows: [1h, 6h, 1d, 7d, 30d]}
          - {min: amount, windows: [1h, 6h, 1d, 7d, 30d]}
          - {stddev: amount, windows: [1h, 6h, 1d, 7d, 30d]}
          - {count: "*", windows: [1h, 6h, 1d, 7d, 30d], where: kind = 'a', as: kind_a}
          - {sum: amount, windows: [1h, 6h, 1d, 7d, 30d], where: kind = 'b', as: amount_b}
          - {distinct-count: kind, windows: [1d, 7d, 30d, ever]}
          - {last-k: amount, k: 5}
          - {time-since-last: "*"}
      """;

  private SharedStoreLoad() {}

  /// Arguments: the address of an empty Redis, an empty directory, thousands of keys (default 10),
  /// events per key (default 50).
  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createDirectories(Path.of(arguments[1]));
    int keys = 1000 * (arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10);
    int perKey = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 50;
    UseCase useCase = UseCaseReader.parse(FILE, directory.resolve("usecase.yaml"));
    SourceSpec source = useCase.data().sources().values().iterator().next();
    FeaturePlan plan = FeaturePlan.compile(useCase, Map.of("events", EVENTS));
    Home home = new Home(directory.resolve("home"));
    EventJson json = EventJson.of(source, EVENTS);
    SplittableRandom random = new SplittableRandom(1);
    long step = 30 * Times.DAY / ((long) keys * perKey);
    try (SegmentedLog log = SegmentedLog.open(home.events("events"), LogSettings.DEFAULT);
        OnlineFeatures features =
            OnlineStores.at(arguments[0])
                .open(plan, Duration.ofDays(2), home, line -> say("  %s", line))) {
      long at = BEGIN;
      for (int i = 0; i < keys * perKey; i++) {
        at += step;
        append(log, json, "c" + random.nextInt(keys), at, random);
      }
      log.awaitForced();
      features.load(new Nothing(), "none", BEGIN);
      features.follow(source, EVENTS, home.events("events"), log::forcedPosition);
      long begin = System.nanoTime();
      features.start();
      while (features.trouble().isPresent()) {
        Thread.onSpinWait();
      }
      double seconds = (System.nanoTime() - begin) / 1e9 - 0.75; // the wait for unknown nodes
      say(
          "%,d events of %,d keys into the store: %.1f s, %,.0f events/s",
          keys * perKey, keys, seconds, keys * perKey / seconds);
      say("features: %d", plan.row().size());
      reads("one read, lists of records, the first time", features, keys, at, 1, random);
      reads("one read, compacted when longer than 64", features, keys, at, 2, random);
      visible(features, log, json, keys, at, random);
    }
  }

  private static void append(
      SegmentedLog log, EventJson json, String key, long at, SplittableRandom random)
      throws Exception {
    FeatureRow row = new FeatureRow(EVENTS);
    row.text(0, key);
    row.time(1, at);
    row.number(2, random.nextInt(100_000) / 100.0);
    row.text(3, "abcd".charAt(random.nextInt(4)) + "");
    byte[] line = json.write(row);
    log.append(1, at, line, 0, line.length);
  }

  private static void reads(
      String what,
      OnlineFeatures features,
      int keys,
      long at,
      int passes,
      SplittableRandom random) {
    FeatureRow row = new FeatureRow(features.plan().row());
    int count = Math.min(keys * passes, 20_000);
    long[] nanos = new long[count];
    int refused = 0;
    for (int i = 0; i < count; i++) {
      long begin = System.nanoTime();
      try {
        features.read("c" + random.nextInt(keys), at + 1, row);
      } catch (StoreUnavailable e) {
        refused++; // counts with the time it took
      }
      nanos[i] = System.nanoTime() - begin;
    }
    print(what + ", " + refused + " beyond the deadline", nanos);
  }

  private static void visible(
      OnlineFeatures features,
      SegmentedLog log,
      EventJson json,
      int keys,
      long at,
      SplittableRandom random)
      throws Exception {
    long[] nanos = new long[2000];
    for (int i = 0; i < nanos.length; i++) {
      append(log, json, "c" + random.nextInt(keys), at + i, random);
      log.awaitForced();
      long begin = System.nanoTime();
      features.await("events", log.forcedPosition() - 1);
      nanos[i] = System.nanoTime() - begin;
    }
    print("from the disk of a node to every node", nanos);
  }

  private static void print(String what, long[] nanos) {
    Arrays.sort(nanos);
    say(
        "%s: p50 %.3f ms, p99 %.3f ms (%,d)",
        what,
        nanos[nanos.length / 2] / 1e6,
        nanos[(int) (nanos.length * 0.99)] / 1e6,
        nanos.length);
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }

  /// No files: everything is in the log.
  private static final class Nothing implements SourceOpener {
    @Override
    public Schema schema(SourceSpec source) {
      return EVENTS;
    }

    @Override
    public TableScan open(SourceSpec source, List<String> columns) {
      return new TableScan() {
        @Override
        public Optional<dev.gnomon.data.Table> next() {
          return Optional.empty();
        }

        @Override
        public void close() {}
      };
    }
  }
}
