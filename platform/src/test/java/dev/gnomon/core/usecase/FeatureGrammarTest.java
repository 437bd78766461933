package dev.gnomon.core.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.FeatureSection.Aggregate;
import dev.gnomon.core.usecase.FeatureSection.Resolution;
import dev.gnomon.core.usecase.FeatureSection.Span;
import dev.gnomon.core.usecase.FeatureSection.Unit;
import dev.gnomon.core.usecase.FeatureSection.View;
import dev.gnomon.schema.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The words of `features`: operators with their parameters and names, views, entities, request
/// features.
class FeatureGrammarTest {
  private static final String GRID =
      """
      name: words
      frame:
        task: binary
        entity: customer
        observe: {every: 7d, from: 2024-03-01, to: 2024-11-01, population: {source: people}}
        target: {event: clicks, within: 30d}
      data:
        sources:
          people: {kind: state, path: people.csv, key: customer, event-time: at}
          clicks: {kind: events, path: clicks.csv, key: customer, event-time: at}
      """;

  private static final String LISTED =
      """
      name: words
      frame:
        task: binary
        entity: customer
        entities: {merchant: merchant_id, device: device_id}
        observe: {table: {path: payments.csv, key: customer}}
        target: {column: fraud, positive: 1}
      data:
        sources:
          people: {kind: state, path: people.csv, key: {customer: cust}, event-time: at}
          shops: {kind: state, path: shops.csv, key: {merchant: m_id}, event-time: at}
          sales: {kind: events, path: sales.csv, key: {merchant: "m [id]", customer: cust}, event-time: at}
      """;

  private static Aggregate aggregate(String line) {
    return aggregates("[" + line + "]").getFirst();
  }

  private static List<Aggregate> aggregates(String list) {
    return UseCaseReader.parse(
            GRID + "features:\n  clicks: " + list + "\n", Path.of("/cases/usecase.yaml"))
        .features()
        .aggregates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{count: \"*\", windows: [30d]} | clicks_count_30d",
        "{variance: a, windows: [36h, ever]} | clicks_a_variance_36h clicks_a_variance_ever",
        "{stddev: a, since: month} | clicks_a_stddev_since_month",
        "{skew: a, since: [2024-01-01]} | clicks_a_skew_since_20240101",
        "{sum: a, windows: [1d], since: [week, 2024-01-01T12:30:00Z]} | clicks_a_sum_1d clicks_a_sum_since_week clicks_a_sum_since_20240101t123000",
        "{first: a} | clicks_a_first",
        "{last: a, windows: [ever]} | clicks_a_last_ever",
        "{last-k: a} | clicks_a_last_1 clicks_a_last_2 clicks_a_last_3",
        "{last-k: a, k: 2, as: b, windows: [1h]} | b_last_1_1h b_last_2_1h",
        "{distinct-count: a, windows: [1d]} | clicks_a_distinct_count_1d",
        "{top-k: a, k: 2, windows: [1d, 2d]} | clicks_a_top_1_1d clicks_a_top_2_1d clicks_a_top_1_2d clicks_a_top_2_2d",
        "{quantile: a, windows: [1d]} | clicks_a_p50_1d",
        "{quantile: a, at: [0.05, 0.999, 0.9], windows: [1d]} | clicks_a_p5_1d clicks_a_p99_9_1d clicks_a_p90_1d",
        "{histogram: a, categories: [tv, smart-tv, \"a b\"], windows: [1d]} | clicks_a_tv_1d clicks_a_smart_tv_1d clicks_a_a_b_1d",
        "{ratio: a, over: b, windows: [1d]} | clicks_a_ratio_1d",
        "{ratio: \"*\", where: a = 1, windows: [1d]} | clicks_ratio_1d",
        "{rate: \"*\", per: 1h, windows: [1d]} | clicks_rate_1d",
        "{time-since-first: \"*\"} | clicks_time_since_first",
        "{time-since-last: a, windows: [1d]} | clicks_a_time_since_last_1d",
        "{time-until: renewal} | clicks_renewal_time_until",
        "{decayed-sum: a, half-life: 7d} | clicks_a_decayed_sum",
        "{decayed-mean: a, half-life: 7d, windows: [30d]} | clicks_a_decayed_mean_30d",
        "{trend: a, windows: [1w]} | clicks_a_trend_7d",
        "{session-count: \"*\", windows: [1d]} | clicks_session_count_1d",
        "{lag: a, lags: [1, 7]} | clicks_a_lag_1 clicks_a_lag_7",
        "{lag: a, every: 1h, as: h} | h_lag_1",
      })
  void everyOperatorHasPredictableNames(String line, String names) {
    assertThat(FeatureNames.of(aggregate(line))).containsExactly(names.split(" "));
  }

  @Test
  void spansResolutionAndParametersAreRead() {
    Aggregate sum =
        aggregate("{sum: a, windows: [1d, ever], since: [quarter, 1970-01-02], resolution: 1h}");
    assertThat(sum.spans())
        .containsExactly(
            new Span.Last(Duration.ofDays(1)),
            new Span.Ever(),
            new Span.Current(Unit.QUARTER),
            new Span.Since(86_400_000_000L));
    assertThat(sum.resolution()).isEqualTo(new Resolution.Stated(Duration.ofHours(1)));
    assertThat(sum.parameters()).isEqualTo(FeatureSection.Parameters.NONE);
    assertThat(FeatureNames.outputs(aggregate("{lag: a, lags: [3, 1]}")))
        .containsExactly(
            new FeatureNames.Output("clicks_a_lag_3", Optional.empty(), 0),
            new FeatureNames.Output("clicks_a_lag_1", Optional.empty(), 1));
    assertThat(aggregate("{decayed-sum: a, half-life: 12h}").parameters().halfLife())
        .isEqualTo(Duration.ofHours(12));
    assertThat(aggregate("{rate: a, per: 90s, windows: [1d]}").parameters().per())
        .isEqualTo(Duration.ofSeconds(90));
    assertThat(aggregate("{session-count: a, gap: 5m, windows: [1d]}").parameters().gap())
        .isEqualTo(Duration.ofMinutes(5));
    assertThat(aggregate("{histogram: a, categories: [NO, 012], windows: [1d]}").parameters())
        .extracting(FeatureSection.Parameters::categories)
        .isEqualTo(List.of("NO", "012"));
    assertThat(aggregate("{lag: a, every: 1h, lags: [24]}").parameters())
        .satisfies(found -> {
          assertThat(found.every()).isEqualTo(Duration.ofHours(1));
          assertThat(found.lags()).containsExactly(24);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{sum: a, windows: [1d], k: 2} | clicks[1].k: 'k' of sum; k belongs to last-k, top-k",
        "{top-k: a, windows: [1d], at: [0.5]} | at belongs to quantile; top-k takes k",
        "{top-k: a, windows: [1d], k: 0} | clicks[1].k: found '0'; valid is a whole number from 1 to 100",
        "{quantile: a, windows: [1d], at: [1]} | above 0 and below 1",
        "{quantile: a, windows: [1d], at: [0.5, 50]} | clicks[1].at[2]: found '50'; valid is a number from 0 to 1",
        "{quantile: a, windows: [1d], at: [0.5, 0.5]} | '0.5' stands twice",
        "{quantile: a, windows: [1d], at: [0.5, 0.50]} | two features called 'clicks_a_p50_1d'",
        "{histogram: a, windows: [1d]} | the key 'categories' is missing",
        "{histogram: a, categories: [a b, a-b], windows: [1d]} | two features called 'clicks_a_a_b_1d'",
        "{histogram: a, categories: [], windows: [1d]} | an empty list",
        "{decayed-sum: a} | the key 'half-life' is missing",
        "{decayed-sum: a, half-life: 0d} | a duration",
        "{ratio: a, windows: [1d]} | a ratio of a column by itself",
        "{ratio: a, over: a, windows: [1d]} | a ratio of a column by itself",
        "{rate: a, windows: [ever]} | a rate over a window without a beginning",
        "{lag: a, windows: [1d]} | windows of lag; leave them out",
        "{lag: a, lags: [0]} | a whole number from 1 to 10000",
        "{lag: a, lags: [2, 2]} | '2' stands twice",
        "{skew: a} | 'skew' without windows",
        "{time-until: \"*\"} | 'time-until' of rows; name a column, as in amount; it takes a column of times",
        "{last: \"*\"} | it takes a column of numbers or texts",
        "{median: a, windows: [1d]} | unknown key 'median'",
        "{quantil: a, windows: [1d]} | did you mean quantile?",
        "{trend: a, half_life: 1d, windows: [1d]} | did you mean half-life?",
        "{trend: a, gap: 1d, per: 1x, windows: [1d]} | clicks[1].per: found '1x'",
      })
  void whatIsWrongIsSaidWithItsPlace(String line, String expected) {
    List<String> lines = lines(GRID + "features:\n  clicks: [" + line + "]\n");
    assertThat(lines).anySatisfy(found -> assertThat(found).contains(expected));
    assertThat(lines).allMatch(found -> found.startsWith("/cases/usecase.yaml:"));
  }

  @Test
  void allProblemsAreSaidAtOnce() {
    assertThat(
            lines(
                GRID
                    + """
                    features:
                      clicks:
                        - {sum: a, windows: [1d], k: 2, gap: 5m}
                        - {histogram: a, at: [0.5]}
                        - {lag: a, since: month}
                    """))
        .extracting(line -> line.replaceFirst("/cases/usecase.yaml:(\\d+): ([^:]*):.*", "$1 $2"))
        .containsExactly(
            "13 features.clicks[1].k",
            "13 features.clicks[1].gap",
            "14 features.clicks[2].histogram",
            "14 features.clicks[2].at",
            "14 features.clicks[2].histogram",
            "15 features.clicks[3].since");
  }

  @Test
  void entitiesAndGroupedKeys() {
    UseCase useCase = UseCaseReader.parse(LISTED, Path.of("/cases/usecase.yaml"));
    assertThat(useCase.frame().entities())
        .isEqualTo(Map.of("merchant", "merchant_id", "device", "device_id"));
    SourceSpec people = useCase.data().require("people");
    assertThat(people.key()).hasValue("cust");
    assertThat(people.isOfPrimaryEntity()).isTrue();
    SourceSpec shops = useCase.data().require("shops");
    assertThat(shops.key()).hasValue("m_id");
    assertThat(shops.entities()).isEqualTo(Map.of("merchant", "m_id"));
    assertThat(shops.isGrouped()).isFalse();
    SourceSpec sales = useCase.data().require("sales");
    assertThat(sales.entities().keySet()).containsExactly("merchant", "customer");
    assertThat(sales.key()).hasValue("key of merchant and customer");
    assertThat(Objects.requireNonNull(sales.columns().get("key of merchant and customer")))
        .extracting(Object::toString)
        .isEqualTo("key([m [id]]], [cust])");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "key: {merchant: m_id} | key: {merchnt: m_id} | data.sources.shops.key.merchnt: no entity 'merchnt'; did you mean merchant?",
        "{merchant: merchant_id, device | {customer: x, merchant: merchant_id, device | 'customer' is the entity of the frame",
        "fraud, positive: 1} | fraud, positive: 1, within: 1d} | only events have it",
        "{column: fraud, positive: 1} | {event: sales, within: 1d} | 'sales' is about another entity",
        "key: {merchant: m_id} | key: [m_id] | a column, or a map from entity to a column",
      })
  void entitiesMustFit(String from, String to, String expected) {
    assertThat(LISTED).contains(from);
    assertThat(lines(LISTED.replace(from, to)))
        .anySatisfy(line -> assertThat(line).contains(expected));
  }

  @Test
  void requestFeatures() {
    FeatureSection listed = read(LISTED + "features: {request: [amount, lat]}\n").features();
    assertThat(listed.request())
        .isEqualTo(Map.of("amount", Optional.empty(), "lat", Optional.empty()));
    FeatureSection typed =
        read(LISTED + "features: {request: {amount: number, country: text}}\n").features();
    assertThat(typed.request())
        .isEqualTo(Map.of("amount", Optional.of(Type.NUMBER), "country", Optional.of(Type.TEXT)));
    assertThat(lines(GRID + "features: {request: [amount]}\n"))
        .singleElement()
        .asString()
        .contains("'request' without listed observations");
    assertThat(lines(LISTED + "features: {request: [amount, amount, label]}\n")).hasSize(2);
    assertThat(lines(LISTED + "features: {request: {amount: time}}\n"))
        .singleElement()
        .asString()
        .contains("one of number, text");
  }

  @Test
  void theLongFormNamesAViewAndItsTtlIsTheDefault() {
    FeatureSection features =
        read(GRID
                + """
                features:
                  people: {view: {name: profile, ttl: 90d}, columns: [age]}
                  clicks:
                    view: {name: activity, owner: growth, description: What they do, ttl: 2d, freshness: 1h}
                    of:
                      - {count: "*", windows: [1d]}
                      - {sum: a, windows: [1d], ttl: 1h}
                """)
            .features();
    assertThat(features.view("clicks"))
        .isEqualTo(
            new View(
                "clicks",
                "activity",
                Optional.of("growth"),
                Optional.of("What they do"),
                Optional.of(Duration.ofDays(2)),
                Optional.of(Duration.ofHours(1)),
                false));
    assertThat(features.aggregates())
        .extracting(Aggregate::ttl)
        .containsExactly(Optional.of(Duration.ofDays(2)), Optional.of(Duration.ofHours(1)));
    assertThat(Objects.requireNonNull(features.columns().get("people")).ttl())
        .hasValue(Duration.ofDays(90));
    assertThat(read(GRID + "features: {people: {columns: [age]}}\n").features().view("people"))
        .isEqualTo(View.of("people"));
    assertThat(
            lines(
                GRID
                    + """
                    features:
                      people: {view: {name: v}, of: [{count: "*", windows: [1d]}]}
                      clicks: {view: {name: v}, columns: [a]}
                    """))
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).contains("two views called 'v'"));
  }

  private static final String VIEW =
      """
      gnomon-view: 1
      name: activity
      owner: growth@example.com
      ttl: 3d
      source: {name: logins, kind: events, path: logins/*.csv, key: customer, event-time: at}
      features:
        - {count: "*", windows: [7d]}
      """;

  @Test
  void aViewInAFileIsSharedWithItsSource(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("usecase.yaml");
    Files.createDirectories(folder.resolve("views"));
    Files.writeString(folder.resolve("views/activity.yaml"), VIEW);
    Files.writeString(file, GRID + "features: {use: [views/activity.yaml]}");
    UseCase useCase = UseCaseReader.read(file);
    SourceSpec logins = useCase.data().require("logins");
    assertThat(logins.format().paths())
        .containsExactly(folder.resolve("views/logins/*.csv").toAbsolutePath());
    assertThat(useCase.features().view("logins").name()).isEqualTo("activity");
    assertThat(useCase.features().view("logins").shared()).isTrue();
    assertThat(useCase.features().aggregates())
        .extracting(FeatureNames::of, Aggregate::ttl)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                List.of("logins_count_7d"), Optional.of(Duration.ofDays(3))));

    // What a bundle keeps is whole: the shared file may change or go.
    String kept = useCase.source();
    Files.writeString(folder.resolve("views/activity.yaml"), "changed: since\n");
    UseCase again = UseCaseReader.parse(kept, file);
    assertThat(again).isEqualTo(useCase);
    assertThat(again.source()).isEqualTo(kept);
  }

  @Test
  void whatIsWrongInAViewIsSaidWithItsFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("usecase.yaml");
    String uses = GRID + "features: {use: [a.yaml, b.yaml, a.yaml]}\n";
    Files.writeString(file, uses);
    Files.writeString(
        folder.resolve("a.yaml"),
        VIEW.replace("windows: [7d]", "windows: [7d], k: 3")
            .replace("name: logins", "name: clicks"));
    Files.writeString(folder.resolve("b.yaml"), VIEW.replace("owner", "woner"));
    assertThat(UseCaseReaderTest.problems(uses, file).stream().map(Problem::line))
        .satisfiesExactly(
            line ->
                assertThat(line).contains("usecase.yaml:11: features.use: 'a.yaml' stands twice"),
            line ->
                assertThat(line).contains("a.yaml:5: source.name: the source 'clicks' is stated"),
            line -> assertThat(line).contains("a.yaml:7: features[1].k: 'k' of count"),
            line -> assertThat(line).contains("b.yaml:3: woner", "did you mean owner?"));
    assertThat(lines(GRID + "features: {use: [none.yaml], people: {columns: [a]}}\n"))
        .singleElement()
        .asString()
        .contains("features.use: 'none.yaml' does not exist");
  }

  @Test
  void featuresOfASharedSourceStandInItsFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("usecase.yaml");
    Files.writeString(folder.resolve("a.yaml"), VIEW);
    String uses = GRID + "features: {use: [a.yaml], logins: [{count: \"*\", windows: [1d]}]}\n";
    assertThat(UseCaseReaderTest.problems(uses, file))
        .singleElement()
        .extracting(Problem::found)
        .asString()
        .contains("features of a source that a file of features.use defines");
  }

  @Test
  void aDefinitionDoesNotDependOnItsPlaceInAFile() {
    String one = GRID + "features: {clicks: [{sum: a, windows: [1d], where: b > 1}]}\n";
    String other =
        "\n\n" + GRID + "features:\n  clicks:\n    - {sum: a, where: b > 1, windows: [24h]}\n";
    assertThat(read(other).features().definition("clicks"))
        .isEqualTo(read(one).features().definition("clicks"))
        .isNotEqualTo(read(one.replace("> 1", "> 2")).features().definition("clicks"));
  }

  private static UseCase read(String text) {
    return UseCaseReader.parse(text, Path.of("/cases/usecase.yaml"));
  }

  private static List<String> lines(String text) {
    return UseCaseReaderTest.problems(text).stream().map(Problem::line).toList();
  }
}
