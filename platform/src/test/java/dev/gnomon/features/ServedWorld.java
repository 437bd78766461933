package dev.gnomon.features;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.log.LogSettings;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.QuarantineLog;
import dev.gnomon.serving.SourceIntake;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A server's life in small: files, then rows posted in any order, late, twice and contradicting
/// each other, and requests between them, for now and for a while ago, some with inputs.
final class ServedWorld {
  static final Duration HISTORY = Duration.ofDays(2);
  static final long START = Times.micros(Instant.parse("2024-03-01T00:00:00Z"));

  private static final int KEYS = 5;

  static final String USE_CASE =
      """
      gnomon: 1
      name: served
      frame:
        task: binary
        entity: customer
        observe: {every: 1d, from: 2024-01-02, to: 2024-01-09, population: {source: people}}
        target: {event: pays, within: 1d, lateness: 0d}
      data:
        sources:
          people: {kind: state, path: people.csv, key: c, event-time: at}
          pays: {kind: events, path: pays.csv, key: c, event-time: at, id: id, where: kind != 'test', columns: {twice: amount * 2}}
          visits: {kind: events, path: visits.csv, key: c, event-time: at, known-at: known}
      features:
        people: {columns: [age, plan]}
        pays:
          - {count: "*", windows: [3h, 3d]}
          - {sum: twice, windows: [3d]}
          - {count: "*", windows: [3d], where: kind = 'x', as: xs}
          - {mean: amount, windows: [6h], resolution: exact}
          - {stddev: amount, windows: [3d]}
          - {last: kind}
          - {time-since-last: "*"}
          - {distinct-count: kind, windows: [3d]}
          - {decayed-sum: amount, half-life: 6h}
        visits:
          - {count: "*", windows: [2d]}
          - {max: pages, windows: [2d], ttl: 1d}
          - {quantile: pages, windows: [ever], at: [0.5]}
          - {top-k: page, k: 2, windows: [2d]}
          - {session-count: "*", gap: 30m, windows: [2d]}
        derived: {trend: pays_count_3h / pays_count_3d}
      """;

  private static final Map<String, Schema> SCHEMAS = new LinkedHashMap<>();

  static {
    SCHEMAS.put("people", schema("c:TEXT at:TIME age:NUMBER plan:TEXT"));
    SCHEMAS.put("pays", schema("id:TEXT c:TEXT at:TIME amount:NUMBER kind:TEXT twice:NUMBER"));
    SCHEMAS.put("visits", schema("c:TEXT at:TIME known:TIME pages:NUMBER page:TEXT"));
  }

  final UseCase useCase;
  final FeaturePlan plan;
  final Home home;
  final MemorySources files = new MemorySources(50);
  final List<Request> requests = new ArrayList<>();
  int conflicts;
  int repeats;

  record Request(String key, long at, long madeAt, FeatureRow served) {}

  private final Random random;
  private final Map<String, SourceIntake> intakes = new LinkedHashMap<>();
  private final AtomicLong now = new AtomicLong(START);

  ServedWorld(Path folder, long seed, int steps) throws IOException {
    this.random = new Random(seed);
    this.useCase = UseCaseReader.parse(USE_CASE, folder.resolve("usecase.yaml"));
    this.home = new Home(folder.resolve("home-" + seed));
    for (String source : SCHEMAS.keySet()) {
      List<@Nullable Object[]> rows = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        long at = START - random.nextLong(4 * Times.DAY);
        @Nullable Object[] row = row(source, "f" + i, at);
        if (!"test".equals(row[4 % row.length])) {
          rows.add(row);
        }
      }
      files.with(source, Objects.requireNonNull(SCHEMAS.get(source)), rows);
    }
    this.plan = FeaturePlan.compile(useCase, TrainingSets.schemas(useCase, files));
    OnlineFeatures online = new OnlineFeatures(plan, HISTORY);
    online.load(files, START);
    ArrivalClock clock = ArrivalClock.wall((InstantSource) () -> Times.instant(now.get()));
    for (String source : SCHEMAS.keySet()) {
      intakes.put(
          source,
          new SourceIntake(
              useCase.data().require(source),
              Objects.requireNonNull(SCHEMAS.get(source)),
              List.of(),
              SegmentedLog.open(home.events(source), LogSettings.DEFAULT.withSegmentBytes(1 << 20)),
              QuarantineLog.open(home, source, Optional.empty()),
              List.of(online),
              clock));
    }
    for (int i = 0; i < steps; i++) {
      now.addAndGet(random.nextLong(20 * Times.MINUTE));
      if (random.nextInt(3) == 0) {
        now.set(now.get() / Times.HOUR * Times.HOUR + Times.HOUR);
      }
      if (random.nextBoolean()) {
        post(i);
      } else {
        ask(online);
      }
      // Two things never happen in one microsecond here.
      now.incrementAndGet();
    }
    for (SourceIntake intake : intakes.values()) {
      intake.close();
    }
  }

  private static Schema schema(String fields) {
    List<Field> all = new ArrayList<>();
    for (String field : fields.split(" ", -1)) {
      int colon = field.indexOf(':');
      all.add(new Field(field.substring(0, colon), Type.valueOf(field.substring(colon + 1))));
    }
    return new Schema(all);
  }

  private @Nullable Object[] row(String source, String id, long at) {
    String key = "k" + random.nextInt(KEYS);
    @Nullable Double amount =
        random.nextInt(6) == 0 ? null : (Double) ((random.nextInt(2_000) - 500) / 100.0);
    return switch (source) {
      case "people" ->
          new @Nullable Object[] {key, at, amount, random.nextBoolean() ? "pro" : null};
      case "pays" ->
          new @Nullable Object[] {
            key + id,
            key,
            at,
            amount,
            pick("x", "y", "z", "test"),
            amount == null ? null : amount * 2
          };
      default ->
          new @Nullable Object[] {
            key, at, at + random.nextLong(3 * Times.HOUR), amount, pick("home", "cart", "help")
          };
    };
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private void post(int i) {
    String source = pick("people", "pays", "visits", "pays", "visits");
    // Some happened on the very hour that is asked for, some days ago.
    long at =
        switch (random.nextInt(4)) {
          case 0 -> now.get() - random.nextLong(3 * Times.DAY);
          case 1 -> now.get() / Times.HOUR * Times.HOUR;
          case 2 -> now.get() + random.nextLong(Times.HOUR);
          default -> now.get() - random.nextLong(Times.HOUR);
        };
    boolean again = random.nextInt(5) == 0;
    @Nullable Object[] row = row(source, again ? "p" + random.nextInt(i + 1) : "p" + i, at);
    StringBuilder json = new StringBuilder("{");
    Schema schema = Objects.requireNonNull(SCHEMAS.get(source));
    for (int c = 0; c < row.length; c++) {
      String name = schema.field(c).name();
      Object value = row[c];
      if (name.equals("twice") || value == null || (name.equals("known") && i % 3 == 0)) {
        continue;
      }
      json.append(json.length() == 1 ? "" : ",").append('"').append(name).append("\":");
      json.append(
          switch (schema.field(c).type()) {
            case NUMBER -> value.toString();
            case TEXT -> "\"" + value + "\"";
            case TIME -> "\"" + Times.instant((Long) value) + "\"";
          });
    }
    byte[] body = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    SourceIntake intake = Objects.requireNonNull(intakes.get(source));
    conflicts += intake.post(body).conflicts().size();
    if (random.nextInt(8) == 0 && source.equals("pays")) {
      now.incrementAndGet();
      repeats += intake.post(body).repeated();
    }
  }

  private void ask(OnlineFeatures online) {
    long at =
        switch (random.nextInt(4)) {
          case 0 -> now.get() - random.nextLong(Times.DAY);
          case 1 -> now.get() + random.nextLong(Times.HOUR);
          default -> now.get();
        };
    String key = random.nextInt(20) == 0 ? "nobody" : "k" + random.nextInt(KEYS);
    FeatureRow row = new FeatureRow(plan.row());
    online.read(key, at, row);
    if (random.nextInt(4) == 0) {
      new RequestInputs(plan).apply(Map.of("pays_count_3h", 7.0, "plan", "given"), at, row);
    }
    requests.add(new Request(key, at, now.get(), row));
  }

  SourceOpener opener() {
    return new LoggedSources(files, home, Progress.NONE);
  }

  ServedRequests served() {
    return sink -> {
      for (int i = 0; i < requests.size(); i++) {
        Request one = requests.get(i);
        sink.request(one.key, one.at, one.madeAt, i, one.served);
      }
    };
  }
}
