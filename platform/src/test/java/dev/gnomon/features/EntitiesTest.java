package dev.gnomon.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Features of a merchant and of a customer at a merchant beside those of the customer, and
/// features of the request, against a naive oracle row by row, in back-fill and online.
class EntitiesTest {
  private static final String DATA =
      """
      data:
        sources:
          people: {kind: state, path: x, key: customer, event-time: at, known-at: loaded}
          shops: {kind: state, path: x, key: {merchant: m}, event-time: at, known-at: loaded}
          spend: {kind: events, path: x, key: customer, event-time: at, known-at: loaded, id: id}
          trade: {kind: events, path: x, key: {merchant: m}, event-time: at, known-at: loaded, id: id}
          pair: {kind: events, path: x, key: {customer: customer, merchant: m}, event-time: at, known-at: loaded, id: id}
          leaving: {kind: events, path: x, key: customer, event-time: at}
      features:
        people: {columns: [age]}
        shops: {columns: [size, town]}
        spend: [{sum: amount, windows: [1h], resolution: exact}]
        trade:
          - {count: "*", windows: [10m, ever], resolution: exact}
          - {last: kind}
          - {sum: amount, windows: [30m], where: kind = 'a', resolution: exact}
        pair: [{count: "*", windows: [1h], resolution: exact}, {time-since-last: "*"}]
      """;

  private static final String LISTED =
      """
      name: entities
      frame:
        task: binary
        entity: customer
        entities: {merchant: shop}
        observe: {table: {path: x, key: customer}}
        target: {column: fraud, positive: "1"}
      """
          + DATA
          + """
            request: [price, channel]
            derived: {dear: price / spend_amount_sum_1h, busy: trade_count_10m + pair_count_1h}
          """;

  private static final String GRID =
      """
      name: entities
      frame:
        task: binary
        entity: customer
        entities: {merchant: shop}
        observe: {every: 7m, from: 1970-01-01T00:20:00Z, to: 1970-01-01T04:00:00Z, population: {source: people}}
        target: {event: leaving, within: 30m}
      """
          + DATA;

  private static final String GROUPED = "key of customer and merchant";

  private static Schema schema(String fields) {
    List<Field> all = new ArrayList<>();
    for (String field : fields.split(",", -1)) {
      String[] parts = field.strip().split(":", -1);
      Type type =
          switch (parts[1]) {
            case "n" -> Type.NUMBER;
            case "t" -> Type.TIME;
            default -> Type.TEXT;
          };
      all.add(new Field(parts[0], type));
    }
    return new Schema(all);
  }

  /// Rows of a few customers and merchants over four hours, some known late. Keys of both read
  /// alike on purpose: "1" is a customer and a merchant.
  private static final class World {
    final List<@Nullable Object[]> people = new ArrayList<>();
    final List<@Nullable Object[]> shops = new ArrayList<>();
    final List<@Nullable Object[]> sales = new ArrayList<>();
    final List<@Nullable Object[]> observations = new ArrayList<>();

    World(long seed) {
      Random random = new Random(seed);
      for (int i = 0; i < 12; i++) {
        long at = minute(random, 60);
        people.add(
            new @Nullable Object[] {
              key(random), at, at + late(random), (double) random.nextInt(90), maybe(random)
            });
        shops.add(
            new @Nullable Object[] {
              key(random), at + 1, at + 1 + late(random), maybeNumber(random), "town" + i % 3
            });
      }
      for (int i = 0; i < 120; i++) {
        long at = minute(random, 240) + i; // no two at one time
        String customer = key(random);
        String merchant = maybe(random);
        sales.add(
            new @Nullable Object[] {
              customer,
              merchant,
              merchant == null ? null : Expression.key(customer, merchant),
              at,
              at + late(random),
              "e" + i,
              random.nextInt(40) / 4.0,
              random.nextBoolean() ? "a" : "b"
            });
      }
      for (int i = 0; i < 60; i++) {
        observations.add(
            new @Nullable Object[] {
              key(random),
              minute(random, 240),
              maybe(random),
              maybeNumber(random),
              random.nextInt(4) == 0 ? null : "web" + random.nextInt(3),
              String.valueOf(random.nextInt(2))
            });
      }
    }

    private static long minute(Random random, int most) {
      return random.nextInt(most) * Times.MINUTE;
    }

    private static long late(Random random) {
      return random.nextInt(3) == 0 ? random.nextInt(30) * Times.MINUTE : 0;
    }

    private static String key(Random random) {
      return String.valueOf(random.nextInt(4));
    }

    private static @Nullable String maybe(Random random) {
      return random.nextInt(8) == 0 ? null : String.valueOf(random.nextInt(5));
    }

    private static @Nullable Double maybeNumber(Random random) {
      return random.nextInt(6) == 0 ? null : (Double) (random.nextInt(100) / 8.0);
    }

    MemorySources sources(int batch, @Nullable Random shuffle) {
      for (List<@Nullable Object[]> rows : List.of(people, shops, sales, observations)) {
        if (shuffle != null) {
          Collections.shuffle(rows, shuffle);
        }
      }
      Schema sale =
          schema("customer:x, m:x, " + GROUPED + ":x, at:t, loaded:t, id:x, amount:n, kind:x");
      return new MemorySources(batch)
          .with("people", schema("customer:x, at:t, loaded:t, age:n, shop:x"), people)
          .with("shops", schema("m:x, at:t, loaded:t, size:n, town:x"), shops)
          .with("spend", sale, sales)
          .with("trade", sale, sales)
          .with("pair", sale, sales)
          .with("leaving", schema("customer:x, at:t"), List.of())
          .with(
              "observations",
              schema("customer:x, observed_at:t, shop:x, price:n, channel:x, fraud:x"),
              observations);
    }

    private @Nullable Object @Nullable [] newest(
        List<@Nullable Object[]> rows, @Nullable String key, long t) {
      @Nullable Object @Nullable [] best = null;
      for (@Nullable Object[] row : rows) {
        if (Objects.equals(row[0], key)
            && (Long) Objects.requireNonNull(row[1]) < t
            && (Long) Objects.requireNonNull(row[2]) <= t
            && (best == null || later(row, best))) {
          best = row;
        }
      }
      return key == null ? null : best;
    }

    /// By event time, known-at, then the row itself.
    private static boolean later(@Nullable Object[] a, @Nullable Object[] b) {
      for (int c : new int[] {1, 2}) {
        int order =
            Long.compare((Long) Objects.requireNonNull(a[c]), (Long) Objects.requireNonNull(b[c]));
        if (order != 0) {
          return order > 0;
        }
      }
      double x = a[3] == null ? Double.NEGATIVE_INFINITY : (Double) a[3];
      double y = b[3] == null ? Double.NEGATIVE_INFINITY : (Double) b[3];
      if (x != y) {
        return x > y;
      }
      String left = a[4] == null ? "" : String.valueOf(a[4]);
      return left.compareTo(b[4] == null ? "" : String.valueOf(b[4])) > 0;
    }

    /// The sales of a customer, a merchant or both that t sees, oldest first.
    private List<@Nullable Object[]> seen(
        @Nullable String customer, @Nullable String merchant, boolean both, long from, long t) {
      List<@Nullable Object[]> seen = new ArrayList<>();
      for (@Nullable Object[] sale : sales) {
        long at = (Long) Objects.requireNonNull(sale[3]);
        boolean matches =
            both
                ? customer != null
                    && merchant != null
                    && customer.equals(sale[0])
                    && merchant.equals(sale[1])
                : customer != null ? customer.equals(sale[0]) : Objects.equals(merchant, sale[1]);
        boolean somebody = customer != null || merchant != null;
        if (somebody
            && matches
            && at >= from
            && at < t
            && (Long) Objects.requireNonNull(sale[4]) <= t) {
          seen.add(sale);
        }
      }
      seen.sort(java.util.Comparator.comparingLong(s -> (Long) Objects.requireNonNull(s[3])));
      return seen;
    }

    private static @Nullable Double sum(List<@Nullable Object[]> sales) {
      double sum = 0;
      for (@Nullable Object[] sale : sales) {
        sum += (Double) Objects.requireNonNull(sale[6]);
      }
      return sum;
    }

    /// What an observation sees, by feature.
    Map<String, @Nullable Object> features(String customer, @Nullable String shop, long t) {
      Map<String, @Nullable Object> row = new java.util.HashMap<>();
      @Nullable Object @Nullable [] person = newest(people, customer, t);
      row.put("age", person == null ? null : person[3]);
      @Nullable Object @Nullable [] place = newest(shops, shop, t);
      row.put("size", place == null ? null : place[3]);
      row.put("town", place == null ? null : place[4]);
      row.put("spend_amount_sum_1h", sum(seen(customer, null, false, t - Times.HOUR, t)));
      List<@Nullable Object[]> trade = seen(null, shop, false, Long.MIN_VALUE, t);
      row.put("trade_count_10m", (double) seen(null, shop, false, t - 10 * Times.MINUTE, t).size());
      row.put("trade_count_ever", (double) trade.size());
      row.put("trade_kind_last", trade.isEmpty() ? null : trade.getLast()[7]);
      List<@Nullable Object[]> half = seen(null, shop, false, t - 30 * Times.MINUTE, t);
      half.removeIf(sale -> !"a".equals(sale[7]));
      row.put("trade_amount_sum_30m", sum(half));
      row.put("pair_count_1h", (double) seen(customer, shop, true, t - Times.HOUR, t).size());
      List<@Nullable Object[]> pair = seen(customer, shop, true, Long.MIN_VALUE, t);
      row.put(
          "pair_time_since_last",
          pair.isEmpty()
              ? null
              : (Object)
                  ((t - (Long) Objects.requireNonNull(pair.getLast()[3])) / (double) Times.SECOND));
      return row;
    }
  }

  private static TrainingSet build(UseCase useCase, MemorySources sources, int threads) {
    return TrainingSets.build(
        useCase,
        sources,
        new TrainingSets.Options(
            OptionalLong.empty(), threads, 1L << 20, Path.of("/tmp/gnomon-none")),
        Progress.NONE);
  }

  private static @Nullable Object value(TrainingSet set, int row, String name) {
    int column = set.plan().row().require(name);
    var cursor = set.rows().cursor();
    cursor.at(row);
    if (set.plan().row().field(column).type() == Type.TEXT) {
      return cursor.text(column);
    }
    double number = cursor.number(column);
    return Double.isNaN(number) ? null : (Object) number;
  }

  private static String key(TrainingSet set, int row) {
    return Objects.requireNonNull(set.keys().dictionary().text(set.keys().codes()[row]));
  }

  private static void agrees(TrainingSet set, int row, World world) {
    @Nullable String shop = (String) value(set, row, "shop");
    long t = set.observedAt()[row];
    world
        .features(key(set, row), shop, t)
        .forEach((name, expected) ->
            assertThat(value(set, row, name))
                .as("%s of %s at %s, %d min", name, key(set, row), shop, t / Times.MINUTE)
                .isEqualTo(expected));
  }

  @Property(tries = 150)
  void listedObservationsSeeEveryEntity(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int threads) {
    World world = new World(seed);
    UseCase useCase = UseCaseReader.parse(LISTED, Path.of("/c/usecase.yaml"));
    TrainingSet set = build(useCase, world.sources(17, null), 1);
    assertThat(set.size()).isEqualTo(world.observations.size());
    List<String> listed = new ArrayList<>();
    world.observations.forEach(
        o -> listed.add(o[0] + " " + o[1] + " " + o[2] + " " + o[3] + " " + o[4]));
    for (int row = 0; row < set.size(); row++) {
      agrees(set, row, world);
      assertThat(
              listed.remove(
                  "%s %d %s %s %s"
                      .formatted(
                          key(set, row),
                          set.observedAt()[row],
                          value(set, row, "shop"),
                          value(set, row, "price"),
                          value(set, row, "channel"))))
          .isTrue();
    }
    assertThat(listed).isEmpty();

    // Neither threads nor the order of files decide a byte.
    TrainingSet other = build(useCase, world.sources(5, new Random(seed)), threads);
    assertThat(other.hash()).isEqualTo(set.hash());

    // Served, with the request bringing what the table listed.
    assertThat(FeatureVerification.verify(set, world.sources(9, null), 10_000, Progress.NONE))
        .satisfies(found -> {
          assertThat(found.first()).isEmpty();
          assertThat(found.observations()).isEqualTo(60);
        });
  }

  @Property(tries = 100)
  void griddedObservationsFollowTheAttribute(@ForAll long seed) {
    World world = new World(seed);
    UseCase useCase = UseCaseReader.parse(GRID, Path.of("/c/usecase.yaml"));
    TrainingSet set = build(useCase, world.sources(17, null), 2);
    for (int row = 0; row < set.size(); row++) {
      agrees(set, row, world);
      @Nullable Object @Nullable [] person =
          world.newest(world.people, key(set, row), set.observedAt()[row]);
      assertThat(value(set, row, "shop")).isEqualTo(person == null ? null : person[4]);
    }
    assertThat(
            FeatureVerification.verify(set, world.sources(9, null), 100_000, Progress.NONE).first())
        .isEmpty();
  }

  @Test
  void requestFeaturesAreInputsAndEntitiesAreNot() {
    World world = new World(3);
    UseCase useCase = UseCaseReader.parse(LISTED, Path.of("/c/usecase.yaml"));
    FeaturePlan plan =
        FeaturePlan.compile(useCase, TrainingSets.schemas(useCase, world.sources(9, null)));
    assertThat(plan.inputNames())
        .containsSequence("pair_time_since_last", "price", "channel", "dear", "busy")
        .doesNotContain("shop", "m");
    assertThat(plan.views())
        .extracting(FeaturePlan.View::source, FeaturePlan.View::entities)
        .contains(
            org.assertj.core.groups.Tuple.tuple("trade", List.of("merchant")),
            org.assertj.core.groups.Tuple.tuple("pair", List.of("customer", "merchant")));
    OnlineFeatures online = new OnlineFeatures(plan, Duration.ZERO);
    online.load(world.sources(9, null), 300 * Times.MINUTE);
    RequestInputs inputs = new RequestInputs(plan);
    FeatureRow row = new FeatureRow(plan.row());
    long t = 300 * Times.MINUTE;
    online.read("1", t, row);
    assertThat(row.number(plan.row().require("trade_count_ever"))).isZero();
    inputs.apply("1", Map.of("shop", "2", "price", 3.5), t, online, row);
    Map<String, @Nullable Object> expected = world.features("1", "2", t);
    assertThat(row.number(plan.row().require("trade_count_ever")))
        .isPositive()
        .isEqualTo(expected.get("trade_count_ever"));
    assertThat(row.text(plan.row().require("trade_kind_last")))
        .isEqualTo(expected.get("trade_kind_last"));
    assertThat(row.number(plan.row().require("price"))).isEqualTo(3.5);
    // An unknown merchant leaves nothing of the one before.
    inputs.apply("1", Map.of("shop", "none"), t, online, row);
    assertThat(row.text(plan.row().require("town"))).isNull();
    assertThat(row.number(plan.row().require("trade_count_ever"))).isZero();
    assertThat(online.knows("1")).isTrue();
    assertThat(online.knows("4")).as("a merchant alone is no customer").isFalse();
  }
}
