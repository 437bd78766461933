package dev.gnomon.features;

import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.EvaluationSection;
import dev.gnomon.core.usecase.FeatureSection;
import dev.gnomon.core.usecase.FeatureSection.Aggregate;
import dev.gnomon.core.usecase.FeatureSection.Attributes;
import dev.gnomon.core.usecase.FeatureSection.Resolution;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.ModelSection;
import dev.gnomon.core.usecase.ProductionSection;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A small world with everything that goes wrong in a large one: ties, late and repeated events,
/// missing values, states that end and come back, keys without events and events without keys.
final class RandomWorld {
  static final Schema CUSTOMERS =
      Schema.of(
          new Field("customer", Type.TEXT),
          new Field("updated", Type.TIME),
          new Field("loaded", Type.TIME),
          new Field("plan", Type.TEXT),
          new Field("age", Type.NUMBER),
          new Field("since", Type.TIME),
          new Field("gone", Type.TEXT));
  static final Schema EVENTS =
      Schema.of(
          new Field("id", Type.TEXT),
          new Field("who", Type.TEXT),
          new Field("at", Type.TIME),
          new Field("loaded", Type.TIME),
          new Field("amount", Type.NUMBER),
          new Field("kind", Type.TEXT));
  static final Schema LEAVING =
      Schema.of(
          new Field("customer", Type.TEXT),
          new Field("at", Type.TIME),
          new Field("loaded", Type.TIME));

  static final long STEP = 10 * Times.SECOND;
  static final long SPAN = 4 * Times.HOUR;

  final List<@Nullable Object[]> customers = new ArrayList<>();
  final List<@Nullable Object[]> events = new ArrayList<>();
  final List<@Nullable Object[]> leaving = new ArrayList<>();
  private final Random random;

  RandomWorld(long seed) {
    random = new Random(seed);
    int keys = 1 + random.nextInt(8);
    int rows = random.nextInt(30);
    for (int i = 0; i < rows; i++) {
      long at = time();
      customers.add(
          new @Nullable Object[] {
            key(keys),
            at,
            late(at),
            pick("basic", "plus", "pro", null),
            maybe(random.nextInt(5) * 10.0),
            random.nextInt(4) == 0 ? null : time(),
            pick("true", "no", "", null, "no", "0")
          });
    }
    int count = random.nextInt(200);
    for (int i = 0; i < count; i++) {
      long at = time();
      @Nullable Object[] event = {
        "e" + i, key(keys), at, late(at), amount(), pick("a", "b", "c", null)
      };
      events.add(event);
      if (random.nextInt(10) == 0) {
        // Delivered again.
        events.add(event.clone());
      }
    }
    for (int i = random.nextInt(12); i > 0; i--) {
      long at = time();
      leaving.add(new @Nullable Object[] {key(keys), at, late(at)});
    }
  }

  private @Nullable Object key(int keys) {
    int k = random.nextInt(keys + 1);
    return k == keys && random.nextInt(3) == 0 ? null : k == 0 ? "17850" : "k" + k;
  }

  private long time() {
    return random.nextInt((int) (SPAN / STEP)) * STEP;
  }

  private long late(long at) {
    return switch (random.nextInt(5)) {
      case 0 -> at + random.nextInt(400) * STEP;
      case 1 -> at + random.nextInt(3);
      // Known before it happens: a booking.
      case 2 -> random.nextInt(4) == 0 ? at - 20 * STEP : at;
      default -> at;
    };
  }

  private @Nullable Object maybe(double value) {
    return random.nextInt(4) == 0 ? null : (Object) value;
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

  MemorySources sources(int batch) {
    return new MemorySources(batch)
        .with("customers", CUSTOMERS, customers)
        .with("events", EVENTS, events)
        .with("leaving", LEAVING, leaving);
  }

  /// The same rows in another order.
  RandomWorld shuffled(long seed) {
    RandomWorld other = new RandomWorld(0);
    other.customers.clear();
    other.events.clear();
    other.leaving.clear();
    other.customers.addAll(customers);
    other.events.addAll(events);
    other.leaving.addAll(leaving);
    Random order = new Random(seed);
    java.util.Collections.shuffle(other.customers, order);
    java.util.Collections.shuffle(other.events, order);
    java.util.Collections.shuffle(other.leaving, order);
    return other;
  }

  static SourceSpec source(
      String name,
      SourceSpec.Kind kind,
      String key,
      String eventTime,
      @Nullable String knownAt,
      @Nullable String id,
      @Nullable String deleted) {
    return new SourceSpec(
        name,
        kind,
        FileFormat.of(Path.of("/none")),
        Optional.of(key),
        Optional.of(eventTime),
        Optional.ofNullable(knownAt),
        Optional.ofNullable(id),
        Optional.empty(),
        Map.of(),
        List.of(),
        Optional.ofNullable(deleted),
        false,
        List.of());
  }

  static Aggregate aggregate(
      String operator,
      String column,
      @Nullable String where,
      Resolution resolution,
      @Nullable Duration ttl,
      String as,
      Duration... windows) {
    return new Aggregate(
        "events",
        operator,
        column,
        Arrays.asList(windows),
        Optional.ofNullable(where).map(Expression::parse),
        resolution,
        Optional.ofNullable(ttl),
        Optional.of(as),
        1);
  }

  static final Duration SHORT = Duration.ofMinutes(10);
  static final Duration LONG = Duration.ofHours(1);

  static List<Aggregate> aggregates() {
    Duration ttl = Duration.ofMinutes(15);
    return List.of(
        aggregate("count", "*", null, Resolution.HOP, null, "events", SHORT, LONG),
        aggregate("count", "amount", "kind = 'a'", Resolution.EXACT, null, "amounts", LONG),
        aggregate("count", "kind", null, Resolution.EXACT, ttl, "kinds", LONG),
        aggregate("sum", "amount", null, Resolution.HOP, null, "sum", SHORT, LONG),
        aggregate("sum", "amount", "kind != 'b'", Resolution.EXACT, ttl, "sum_b", SHORT),
        aggregate("mean", "amount", null, Resolution.EXACT, null, "mean", SHORT, LONG),
        aggregate("min", "amount", null, Resolution.HOP, null, "min", SHORT, LONG),
        aggregate("max", "amount", "kind is missing", Resolution.EXACT, null, "max", LONG),
        aggregate("max", "amount", null, Resolution.EXACT, null, "max_all", SHORT),
        aggregate("time-since-last", "*", null, Resolution.HOP, null, "recency"),
        aggregate("time-since-last", "amount", "kind = 'a'", Resolution.HOP, ttl, "recency_a"),
        aggregate("time-since-last", "*", null, Resolution.HOP, null, "recency", SHORT));
  }

  static UseCase useCase(Frame.Observe observe, Frame.Target target, boolean withId) {
    Map<String, SourceSpec> sources = new LinkedHashMap<>();
    sources.put(
        "customers",
        source("customers", SourceSpec.Kind.STATE, "customer", "updated", "loaded", null, "gone"));
    sources.put(
        "events",
        source(
            "events", SourceSpec.Kind.EVENTS, "who", "at", "loaded", withId ? "id" : null, null));
    sources.put(
        "leaving",
        source("leaving", SourceSpec.Kind.EVENTS, "customer", "at", "loaded", null, null));
    Map<String, Attributes> columns = new LinkedHashMap<>();
    columns.put(
        "customers",
        new Attributes(
            false,
            List.of("plan", "age", "since"),
            List.of(),
            Optional.of(Duration.ofMinutes(90))));
    Map<String, Expression> derived = new LinkedHashMap<>();
    derived.put("trend", Expression.parse("events_10m / events_1h"));
    derived.put("twice", Expression.parse("trend * 2 + age"));
    derived.put("tenure", Expression.parse("observed_at - since"));
    return useCase(
        observe,
        target,
        new DataSection(sources),
        new FeatureSection(columns, aggregates(), derived, List.of()));
  }

  static UseCase useCase(
      Frame.Observe observe, Frame.Target target, DataSection data, FeatureSection features) {
    return new UseCase(
        "world",
        new Stakes(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new Stakes.Constraints(
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                Stakes.Reasons.NONE,
                List.of())),
        new Frame(Frame.Task.BINARY, "customer", observe, target),
        data,
        features,
        new ModelSection(List.of(), ModelSection.Calibration.NONE),
        new TrainingSection(
            new TrainingSection.Split(
                TrainingSection.By.TIME, 0.2, TrainingSection.By.TIME, 0.2, Optional.empty()),
            TrainingSection.Imbalance.NONE,
            TrainingSection.Search.none("log-loss"),
            TrainingSection.Validation.STANDARD,
            1),
        new EvaluationSection(List.of(), List.of(), Optional.empty()),
        new ProductionSection(
            Optional.empty(),
            List.of(),
            0,
            new ProductionSection.Monitor(
                ProductionSection.Monitor.Tolerance.MEDIUM, Optional.empty()),
            Optional.empty()),
        Path.of("/none/usecase.yaml"),
        "");
  }
}
