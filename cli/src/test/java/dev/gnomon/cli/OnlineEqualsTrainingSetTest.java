package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.ArrivalClock;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a decision sees over HTTP is, to the bit, what the model was trained on: the same events
/// reach a server one post after the other and a training set from files.
class OnlineEqualsTrainingSetTest {
  private static final long START = Times.micros(Instant.parse("2024-03-01T00:00:00Z"));
  private static final long SPAN = 40 * Times.DAY;
  private static final int PAIRS = 1_000;
  private static final int KEYS = 40;

  private static final String USE_CASE =
      """
      gnomon: 1
      name: world
      frame:
        task: binary
        entity: customer
        observe: {table: observations.csv}
        target: {event: left, within: 5d, lateness: 0d}
      data:
        sources:
          customers: {kind: state, path: customers.csv, key: customer, event-time: updated, known-at: loaded, deleted: gone, types: {customer: text, updated: time, loaded: time, plan: text, age: number, since: time, gone: text}}
          logins: {kind: events, path: logins.csv, key: customer, event-time: at, known-at: loaded, id: id, types: {id: text, customer: text, at: time, loaded: time, minutes: number, device: text}}
          visits: {kind: events, path: visits.csv, key: customer, event-time: at, columns: {double_pages: pages * 2}, where: "page != 'ping' or page is missing", types: {customer: text, at: time, pages: number, page: text}}
          left: {kind: events, path: left.csv, key: customer, event-time: at, types: {customer: text, at: time}}
      features:
        customers: {columns: [plan, age, since]}
        logins:
          - {count: "*", windows: [1h, 1d, 7d]}
          - {count: minutes, windows: [3d], resolution: exact}
          - {sum: minutes, windows: [1d, 30d]}
          - {sum: minutes, windows: [1d, 30d], resolution: exact, as: exact_sum}
          - {mean: minutes, windows: [7d], where: "device = 'tv'", as: tv_mean}
          - {min: minutes, windows: [7d]}
          - {max: minutes, windows: [7d], where: device is missing, resolution: exact, as: unknown_max}
          - {time-since-last: "*"}
          - {time-since-last: "*", where: "device = 'tv'", ttl: 3d, as: tv_recency}
        visits:
          - {count: "*", windows: [6h, 7d]}
          - {mean: double_pages, windows: [2d], resolution: exact}
          - {time-since-last: "*"}
        derived:
          trend: logins_count_1d / logins_count_7d
          tenure: observed_at - since
          mixed: "if(plan = 'pro', exact_sum_1d, logins_minutes_sum_30d) * 0.1"
      models: {candidates: [logistic], calibration: none}
      """;

  @TempDir private Path folder;

  /// One row: its cells by column as text, null where missing.
  private record Row(String source, long knownAt, Map<String, @Nullable String> cells) {}

  private record Pair(String key, long at) {}

  private static final List<String> NUMBERS = List.of("age", "minutes", "pages");

  @Test
  void everyValueIsTheSameToTheBit() throws Exception {
    Random random = new Random(20240301);
    List<Row> rows = world(random);
    List<Pair> pairs = pairs(rows, random);
    long half = START + SPAN / 3;

    Path online = Files.createDirectory(folder.resolve("online"));
    Path files = Files.createDirectory(folder.resolve("files"));
    write(online, rows.stream().filter(row -> row.knownAt() <= half).toList(), pairs);
    List<Row> shuffled = new ArrayList<>(rows);
    java.util.Collections.shuffle(shuffled, random);
    write(files, shuffled, pairs);

    List<Row> later =
        rows.stream()
            .filter(row -> row.knownAt() > half)
            .sorted(Comparator.comparingLong(Row::knownAt))
            .toList();
    Map<Pair, JsonNode> served = new HashMap<>();
    int posted = 0;
    try (LiveServer server =
        new LiveServer(online.resolve("usecase.yaml"), ArrivalClock.replay(Times.instant(half)))) {
      for (Pair pair : pairs) {
        int until = posted;
        while (until < later.size() && later.get(until).knownAt() <= pair.at()) {
          until++;
        }
        post(server, later.subList(posted, until));
        posted = until;
        HttpResponse<String> answer =
            server.get(
                "/v1/usecases/world/features/%s?at=%s"
                    .formatted(pair.key(), Times.instant(pair.at())));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        served.put(pair, LiveServer.json(answer).get("features"));
      }
      assertThat(server.failures).isEmpty();
    }
    assertThat(posted).isGreaterThan(rows.size() / 2);

    TrainingSet set = trainingSet(files.resolve("usecase.yaml"));
    assertThat(set.size()).isEqualTo(pairs.size());
    compare(set, served);
  }

  private void compare(TrainingSet set, Map<Pair, JsonNode> served) {
    Schema schema = set.plan().row();
    var cursor = set.rows().cursor();
    int values = 0;
    int missing = 0;
    int[] present = new int[schema.size()];
    for (int r = 0; r < set.size(); r++) {
      cursor.at(r);
      String key = Objects.requireNonNull(set.keys().dictionary().text(set.keys().codes()[r]));
      Pair pair = new Pair(key, set.observedAt()[r]);
      JsonNode features = Objects.requireNonNull(served.get(pair), pair.toString());
      assertThat(features.size()).isEqualTo(schema.size());
      for (int c = 0; c < schema.size(); c++) {
        String name = schema.field(c).name();
        JsonNode value = features.get(name);
        String what = name + " of " + key + " at " + Times.instant(pair.at());
        assertThat(value).as(what).isNotNull();
        values++;
        boolean none =
            switch (schema.field(c).type()) {
              case NUMBER -> Double.isNaN(cursor.number(c));
              case TEXT -> cursor.text(c) == null;
              case TIME -> cursor.time(c) == Times.MISSING;
            };
        assertThat(value.isNull()).as(what + ": missing").isEqualTo(none);
        if (none) {
          missing++;
          continue;
        }
        present[c]++;
        switch (schema.field(c).type()) {
          case NUMBER ->
              assertThat(Double.doubleToLongBits(value.doubleValue()))
                  .as(what + ": %s, trained on %s", value, cursor.number(c))
                  .isEqualTo(Double.doubleToLongBits(cursor.number(c)));
          case TEXT -> assertThat(value.stringValue()).as(what).isEqualTo(cursor.text(c));
          case TIME ->
              assertThat(Times.micros(Instant.parse(value.stringValue())))
                  .as(what)
                  .isEqualTo(cursor.time(c));
        }
      }
    }
    for (int c = 0; c < schema.size(); c++) {
      assertThat(present[c]).as(schema.field(c).name() + " is met").isPositive();
    }
    System.out.printf(
        "online = training set: %d pairs, %d values equal to the bit, %d of them missing%n",
        set.size(), values, missing);
  }

  private TrainingSet trainingSet(Path file) {
    UseCase useCase = UseCaseReader.read(file);
    Home home = new Home(file.resolveSibling(".gnomon"));
    SourceReaders sources =
        SourceReaders.checked(
            DataCheck.run(useCase, FileEngines.find(), home, Progress.NONE, InstantSource.system()),
            FileEngines.find(),
            useCase);
    return TrainingSets.build(
        useCase,
        sources,
        TrainingSets.Options.inDirectory(file.resolveSibling("spill")),
        Progress.NONE);
  }

  private static void post(LiveServer server, List<Row> rows) throws Exception {
    Map<String, List<Row>> bySource =
        rows.stream()
            .collect(Collectors.groupingBy(Row::source, TreeMap::new, Collectors.toList()));
    for (Map.Entry<String, List<Row>> one : bySource.entrySet()) {
      String lines =
          one.getValue().stream().map(row -> json(row.cells())).collect(Collectors.joining("\n"));
      HttpResponse<String> answer =
          server.post("/v1/sources/" + one.getKey() + "/events", "application/x-ndjson", lines);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }
  }

  private static String json(Map<String, @Nullable String> cells) {
    return cells.entrySet().stream()
        .map(cell -> {
          String value = cell.getValue();
          return "\"%s\":%s"
              .formatted(
                  cell.getKey(),
                  value == null
                      ? "null"
                      : NUMBERS.contains(cell.getKey())
                          ? value
                          : JsonMapper.shared().writeValueAsString(value));
        })
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static void write(Path directory, List<Row> rows, List<Pair> pairs) throws IOException {
    Files.writeString(directory.resolve("usecase.yaml"), USE_CASE);
    Map<String, StringBuilder> texts = new HashMap<>();
    texts.put("customers", new StringBuilder("customer,updated,loaded,plan,age,since,gone\n"));
    texts.put("logins", new StringBuilder("id,customer,at,loaded,minutes,device\n"));
    texts.put("visits", new StringBuilder("customer,at,pages,page\n"));
    texts.put(
        "left",
        new StringBuilder("customer,at\nk1,")
            .append(Times.instant(START + SPAN + 9 * Times.DAY))
            .append('\n'));
    for (Row row : rows) {
      Objects.requireNonNull(texts.get(row.source()))
          .append(
              row.cells().values().stream()
                  .map(cell -> cell == null ? "" : cell)
                  .collect(Collectors.joining(",", "", "\n")));
    }
    for (Map.Entry<String, StringBuilder> text : texts.entrySet()) {
      Files.writeString(directory.resolve(text.getKey() + ".csv"), text.getValue());
    }
    StringBuilder asked = new StringBuilder("customer,observed_at\n");
    pairs.forEach(p -> asked.append("%s,%s%n".formatted(p.key(), Times.instant(p.at()))));
    Files.writeString(directory.resolve("observations.csv"), asked);
  }

  /// In the order of their times; some on a known-at, an event time, or the edge of a window.
  private static List<Pair> pairs(List<Row> rows, Random random) {
    TreeSet<Pair> pairs =
        new TreeSet<>(Comparator.comparingLong(Pair::at).thenComparing(Pair::key));
    long from = START + SPAN / 3;
    long to = START + SPAN;
    while (pairs.size() < PAIRS) {
      Row row = rows.get(random.nextInt(rows.size()));
      long at =
          switch (random.nextInt(5)) {
            case 0 -> row.knownAt();
            case 1 -> row.knownAt() + 1;
            case 2 -> row.knownAt() + Times.DAY;
            case 3 -> row.knownAt() / Times.HOUR * Times.HOUR;
            default -> START + random.nextLong(SPAN);
          };
      String key =
          random.nextInt(50) == 0
              ? "nobody"
              : random.nextInt(3) == 0
                  ? Objects.requireNonNull(row.cells().get("customer"))
                  : "k" + random.nextInt(KEYS);
      if (at >= from && at <= to) {
        pairs.add(new Pair(key, at));
      }
    }
    return List.copyOf(pairs);
  }

  private static List<Row> world(Random random) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      long at = time(random);
      long loaded = late(at, random);
      rows.add(
          row(
              "customers",
              loaded,
              "customer",
              "k" + random.nextInt(KEYS),
              "updated",
              text(at),
              "loaded",
              text(loaded),
              "plan",
              pick(random, "basic", "pro", "Zürich plus", null),
              "age",
              maybe(random, Integer.toString(18 + random.nextInt(60))),
              "since",
              maybe(random, text(START - random.nextInt(1000) * Times.DAY)),
              "gone",
              pick(random, "true", "false", "false", null, "false", "false")));
    }
    for (int i = 0; i < 6_000; i++) {
      long at = time(random);
      long loaded = late(at, random);
      Row row =
          row(
              "logins",
              loaded,
              "id",
              "e" + i,
              "customer",
              "k" + random.nextInt(KEYS),
              "at",
              text(at),
              "loaded",
              text(loaded),
              "minutes",
              number(random),
              "device",
              pick(random, "tv", "web", null));
      rows.add(row);
      if (random.nextInt(12) == 0) {
        rows.add(row); // delivered again, with the same content
      }
    }
    for (int i = 0; i < 2_500; i++) {
      long at = time(random);
      Row row =
          row(
              "visits",
              at,
              "customer",
              "k" + random.nextInt(KEYS),
              "at",
              text(at),
              "pages",
              number(random),
              "page",
              pick(random, "home", "ping", null));
      rows.add(row);
      if (random.nextInt(20) == 0) {
        rows.add(row); // without an id, twice is two events
      }
    }
    return rows;
  }

  private static Row row(String source, long knownAt, @Nullable String... namesAndCells) {
    Map<String, @Nullable String> cells = new LinkedHashMap<>();
    for (int i = 0; i < namesAndCells.length; i += 2) {
      cells.put(Objects.requireNonNull(namesAndCells[i]), namesAndCells[i + 1]);
    }
    return new Row(source, knownAt, cells);
  }

  /// Half of the times are on the minute, so that many tie.
  private static long time(Random random) {
    long at = START + random.nextLong(SPAN);
    return random.nextBoolean() ? at / (30 * Times.MINUTE) * (30 * Times.MINUTE) : at;
  }

  private static long late(long at, Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> at + random.nextLong(6 * Times.DAY);
      case 1 -> at + random.nextLong(Times.HOUR);
      case 2 -> random.nextInt(4) == 0 ? at - Times.HOUR : at;
      default -> at;
    };
  }

  private static String text(long micros) {
    return Times.instant(micros).toString();
  }

  private static @Nullable String maybe(Random random, String value) {
    return random.nextInt(5) == 0 ? null : value;
  }

  private static @Nullable String number(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> null;
      case 1 -> Double.toString(random.nextGaussian() * 1e-9);
      case 2 -> Double.toString(random.nextGaussian() * 1e15);
      case 3 -> Double.toString(random.nextGaussian());
      default -> Double.toString((random.nextInt(20_000) - 5_000) / 100.0);
    };
  }

  private static @Nullable String pick(Random random, @Nullable String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
