package dev.gnomon.core.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.Frame.Target;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UseCaseReaderTest {
  private static final Path FILE = Path.of("/cases/usecase.yaml");

  @Test
  void readsTheWholeExample() {
    UseCase churn = read("churn.yaml");
    assertThat(churn.name()).isEqualTo("churn");
    assertThat(churn.file()).isEqualTo(FILE);
    assertThat(churn.source()).isEqualTo(resource("churn.yaml"));

    Stakes problem = churn.problem();
    assertThat(problem.owner()).hasValue("growth@example.com");
    var costs = problem.costs().orElseThrow();
    assertThat(costs.currency()).isEqualTo("USD");
    assertThat(costs.truePositive().text()).isEqualTo("10 + 0.7 * clv");
    assertThat(costs.trueNegative().constant()).hasValue(0);
    assertThat(problem.repeat()).hasValue(new Stakes.Repeat(1, Duration.ofDays(30)));
    assertThat(problem.constraints())
        .isEqualTo(
            new Stakes.Constraints(
                Optional.of(Duration.ofMillis(100)),
                OptionalDouble.of(0.75),
                OptionalDouble.empty(),
                Optional.of(new Stakes.Capacity(5000, Duration.ofDays(1))),
                Stakes.Reasons.REQUIRED,
                List.of("gender")));

    assertThat(churn.frame())
        .isEqualTo(
            new Frame(
                Frame.Task.BINARY,
                "customer",
                new Observe.Grid(
                    Duration.ofDays(7),
                    micros("2024-03-01T00:00:00Z"),
                    micros("2024-11-01T00:00:00Z"),
                    "customers",
                    Optional.empty(),
                    Optional.of("cancellations")),
                new Target.EventWithin("cancellations", Duration.ofDays(30), Optional.empty())));

    assertThat(churn.data().sources().keySet())
        .containsExactly("customers", "logins", "payments", "cancellations");
    SourceSpec logins = churn.data().require("logins");
    assertThat(logins.format().paths()).containsExactly(Path.of("/cases/data/logins/*.parquet"));
    assertThat(logins.knownAt()).hasValue("loaded_at");
    assertThat(logins.id()).hasValue("event_id");
    assertThat(logins.format().header()).isTrue();
    assertThat(logins.format().missing()).isEmpty();
    assertThat(logins.format().zone()).isEqualTo(ZoneOffset.UTC);
    assertThat(churn.data().require("customers").checks())
        .extracting(Check::rule, Check::onFailure)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                new Check.Rule.Between("age", 18, 100), Check.OnFailure.QUARANTINE),
            org.assertj.core.groups.Tuple.tuple(
                new Check.Rule.In("plan", List.of("basic", "plus", "pro")), Check.OnFailure.WARN),
            org.assertj.core.groups.Tuple.tuple(
                new Check.Rule.MissingAtMost("income", 0.1), Check.OnFailure.WARN));

    FeatureSection features = churn.features();
    assertThat(features.columns())
        .containsOnly(
            Map.entry(
                "customers",
                new FeatureSection.Attributes(
                    false, List.of("age", "plan", "country", "clv"), List.of(), Optional.empty())));
    assertThat(features.aggregates().stream().flatMap(each -> FeatureNames.of(each).stream()))
        .containsExactly(
            "logins_count_7d",
            "logins_count_30d",
            "logins_count_90d",
            "tv_minutes_30d",
            "logins_minutes_mean_30d",
            "logins_time_since_last",
            "payments_failed_30d");
    assertThat(features.aggregates().get(2).resolution())
        .isEqualTo(FeatureSection.Resolution.EXACT);
    assertThat(features.aggregates().get(0).resolution()).isEqualTo(FeatureSection.Resolution.HOP);
    assertThat(features.aggregates().get(0).line()).isEqualTo(38);
    assertThat(features.derived()).containsOnlyKeys("login_trend");

    assertThat(churn.models().candidates())
        .extracting(ModelSection.Candidate::trainer)
        .containsExactly("logistic", "xgboost");
    assertThat(churn.training())
        .isEqualTo(
            new TrainingSection(
                new TrainingSection.Split(
                    TrainingSection.By.TIME, 0.2, TrainingSection.By.TIME, 0.2, Optional.empty()),
                TrainingSection.Imbalance.NONE,
                TrainingSection.Search.of(
                    TrainingSection.Search.Method.RANDOM, 30, "expected-cost", "log-loss"),
                TrainingSection.Validation.STANDARD,
                1));
    var gates = churn.evaluation().gates().orElseThrow();
    assertThat(gates).hasSize(2);
    assertThat(gates.get(0).atLeast()).hasValue(0.8);
    assertThat(gates.get(1).noWorseThan()).hasValue("champion");
    assertThat(gates.get(1).margin()).isEqualTo(0.02);

    ProductionSection production = churn.production();
    assertThat(production.release())
        .hasValue(
            new ProductionSection.Release(
                "canary", List.of(1, 5, 25, 100), Duration.ofHours(1), 500));
    assertThat(production.fallback()).hasSize(3);
    assertThat(production.fallback().get(2).when()).isEmpty();
    assertThat(production.holdOut()).isEqualTo(0.05);
    assertThat(production.monitor())
        .isEqualTo(
            new ProductionSection.Monitor(
                ProductionSection.Monitor.Tolerance.MEDIUM, Optional.of(Duration.ofDays(30))));
    assertThat(production.retrain())
        .hasValue(
            new ProductionSection.Retrain(
                Optional.of(Duration.ofDays(7)),
                List.of("performance-below-contract", "drift-in-more-than: 5")));
  }

  @Test
  void aFlatTableNeedsFourLinesAndGetsDefaults() {
    UseCase telco = read("telco.yaml");
    assertThat(telco.data().isFlatTable()).isTrue();
    SourceSpec table = telco.data().require("table");
    assertThat(table.format().paths()).containsExactly(Path.of("/cases/telco.csv.gz"));
    assertThat(table.key()).hasValue("customerID");
    assertThat(telco.frame())
        .isEqualTo(
            new Frame(
                Frame.Task.BINARY,
                "row",
                new Observe.EachRow(),
                new Target.InColumn("Churn", Optional.of("Yes"))));
    assertThat(telco.problem().costs()).isEmpty();
    assertThat(telco.problem().repeat()).isEmpty();
    assertThat(telco.problem().constraints().reasons()).isEqualTo(Stakes.Reasons.NONE);
    assertThat(Objects.requireNonNull(telco.features().columns().get("table")).all()).isTrue();
    assertThat(telco.models().candidates())
        .extracting(ModelSection.Candidate::trainer)
        .containsExactly("constant", "logistic", "xgboost");
    assertThat(telco.models().calibration()).isEqualTo(ModelSection.Calibration.ISOTONIC);
    assertThat(telco.training())
        .isEqualTo(
            new TrainingSection(
                new TrainingSection.Split(
                    TrainingSection.By.RANDOM,
                    0.2,
                    TrainingSection.By.RANDOM,
                    0.2,
                    Optional.empty()),
                TrainingSection.Imbalance.NONE,
                TrainingSection.Search.none("roc-auc"),
                TrainingSection.Validation.STANDARD,
                1));
    assertThat(telco.evaluation().metrics())
        .containsExactly(
            "roc-auc", "average-precision", "log-loss", "brier", "recall", "precision");
    assertThat(telco.evaluation().gates()).isEmpty();
    assertThat(telco.production().fallback()).isEmpty();
    assertThat(telco.production().release()).isEmpty();
    assertThat(telco.production().holdOut()).isZero();
  }

  @Test
  void readsListedObservationsAndEveryOptionOfASource() {
    UseCase listed = read("listed.yaml");
    var observe = (Observe.Listed) listed.frame().observe();
    assertThat(observe.until()).hasValue("returns");
    assertThat(observe.table().key()).hasValue("customer");
    assertThat(observe.table().eventTime()).hasValue("observed_at");
    assertThat(observe.table().format().delimiter()).hasValue(";");
    assertThat(observe.table().format().zone()).isEqualTo(ZoneId.of("UTC"));
    assertThat(listed.frame().target())
        .isEqualTo(
            new Target.NoEventWithin(
                "purchases", Duration.ofDays(90), Optional.of(Duration.ofDays(2))));
    assertThat(listed.problem().repeat()).hasValue(new Stakes.Repeat(1, Duration.ofDays(90)));
    SourceSpec purchases = listed.data().require("purchases");
    assertThat(purchases.format().paths())
        .containsExactly(Path.of("/cases/a.csv"), Path.of("/cases/b.csv.gz"));
    assertThat(purchases.format().missing()).hasValue(List.of("none", "-"));
    assertThat(purchases.format().types())
        .containsOnly(Map.entry("customer", Type.TEXT), Map.entry("quantity", Type.NUMBER));
    assertThat(purchases.format().encoding()).hasValue("ISO-8859-1");
    assertThat(purchases.format().header()).isFalse();
    assertThat(purchases.format().zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(purchases.where().orElseThrow().text()).isEqualTo("quantity > 0");
    assertThat(purchases.columns().keySet()).containsExactly("amount", "odd name");
    assertThat(purchases.knownAfter()).containsExactly("returned");
    assertThat(purchases.checks())
        .extracting(Check::rule)
        .containsExactly(
            new Check.Rule.OfType("price", Type.NUMBER),
            new Check.Rule.Unique(List.of("id", "line")),
            new Check.Rule.Refers("customer", "people", "customer"),
            new Check.Rule.Fresh(Duration.ofDays(2)),
            new Check.Rule.Holds(dev.gnomon.expression.Expression.parse("quantity != 0")));
    assertThat(listed.data().require("people").isStatic()).isTrue();
    assertThat(listed.data().require("people").deleted()).hasValue("gone");
    assertThat(listed.features().columns())
        .containsOnly(
            Map.entry(
                "people",
                new FeatureSection.Attributes(
                    true, List.of(), List.of("name"), Optional.of(Duration.ofDays(365)))));
    assertThat(FeatureNames.of(listed.features().aggregates().get(0)))
        .containsExactly("purchases_amount_sum_1d", "purchases_amount_sum_90m");
    assertThat(listed.features().admit()).containsExactly("segment");
    assertThat(listed.models().candidates().get(1).settings())
        .containsOnly(Map.entry("max-depth", "4"), Map.entry("eta", "0.1"));
    assertThat(listed.training().split())
        .isEqualTo(
            new TrainingSection.Split(
                TrainingSection.By.TIME,
                0.1,
                TrainingSection.By.ENTITY,
                0.2,
                Optional.of(Duration.ofDays(100))));
    assertThat(listed.training().seed()).isEqualTo(-7);
    assertThat(listed.evaluation().gates()).hasValue(List.of());
    assertThat(listed.production().release())
        .hasValue(
            new ProductionSection.Release(
                "blue-green", List.of(20, 100), Duration.ofHours(1), 500));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "NO", "012", "1.0", "~", "null", "0x1F", "on", "2024-03-01"})
  void textsKeepTheirSource(String text) {
    String file = resource("telco.yaml").replace("\"Yes\"", text);
    assertThat(UseCaseReader.parse(file, FILE).frame().target())
        .isEqualTo(new Target.InColumn("Churn", Optional.of(text)));
  }

  @Test
  void whatTheDesignKnowsAndThisVersionDoesNotIsRefusedByName() {
    List<String> lines = problems(resource("later.yaml")).stream().map(Problem::line).toList();
    for (String name :
        List.of(
            "'ranking'",
            "'item'",
            "'k'",
            "'candidates'",
            "'image'",
            "'neural-network'",
            "'federated'",
            "'ndcg'",
            "'bandit'")) {
      assertThat(lines)
          .filteredOn(line -> line.contains(name + " is not supported yet"))
          .as(name)
          .hasSize(1)
          .allMatch(line ->
              line.contains("supported") && line.matches("(?s)/cases/usecase.yaml:\\d+: .*"));
    }
    assertThat(lines).hasSize(9);
    assertThat(lines)
        .anyMatch(line ->
            line.startsWith(
                "/cases/usecase.yaml:14: models.candidates[1]: 'neural-network' is not supported"
                    + " yet; supported now: constant, "));
  }

  @Test
  void everyProblemIsReportedAtOnceInTheOrderOfTheFile() {
    List<Problem> problems =
        problems(
            """
            gnomon: 2
            name: Telco Churn
            problm: {}
            frame:
              task: binery
              target: {column: Churn}
            data: {table: telco.csv, keys: customerID}
            features: {columns: al}
            models: {candidates: [xgbost]}
            training: {seed: one}
            """);
    assertThat(problems)
        .extracting(Problem::place)
        .containsExactly(
            "/cases/usecase.yaml:1: gnomon",
            "/cases/usecase.yaml:2: name",
            "/cases/usecase.yaml:3: problm",
            "/cases/usecase.yaml:5: frame.task",
            "/cases/usecase.yaml:6: frame.target",
            "/cases/usecase.yaml:7: data.keys",
            "/cases/usecase.yaml:8: features.columns",
            "/cases/usecase.yaml:9: models.candidates[1]",
            "/cases/usecase.yaml:10: training.seed");
    assertThat(problems.get(2).valid()).startsWith("did you mean problem?");
    assertThat(problems.get(3).valid())
        .isEqualTo("did you mean binary? valid is one of binary, regression");
    assertThat(problems.get(5).valid()).startsWith("did you mean key?");
    assertThat(problems.get(7).valid()).startsWith("did you mean xgboost?");
  }

  @Test
  void pathsAreRelativeToTheFileAndAByteOrderMarkIsNoHarm(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("usecase.yaml");
    Files.writeString(file, "\uFEFF" + resource("telco.yaml"));
    assertThat(UseCaseReader.read(file).data().require("table").format().paths())
        .containsExactly(folder.resolve("telco.csv.gz").toAbsolutePath());
  }

  @Test
  void filesThatAreNoTextAreRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("usecase.yaml");
    assertThat(refusal(file)).contains("there is no such file");
    Files.writeString(file, "");
    assertThat(refusal(file)).contains("usecase.yaml:1", "the file is empty");
    Files.write(file, new byte[] {'a', ':', '\n', 'b', ':', ' ', (byte) 0xC3, (byte) 0x28});
    assertThat(refusal(file)).contains("usecase.yaml:2", "not UTF-8");
    Files.write(file, "name: x".getBytes(StandardCharsets.UTF_16));
    assertThat(refusal(file)).contains("usecase.yaml:1", "not UTF-8");
    Files.writeString(file, "#".repeat((1 << 20) + 1));
    assertThat(refusal(file)).contains("at most 1 MiB");
    assertThat(refusal(folder)).contains("can't be read");
  }

  static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(UseCaseReaderTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static UseCase read(String name) {
    return UseCaseReader.parse(resource(name), FILE);
  }

  static List<Problem> problems(String text) {
    return problems(text, FILE);
  }

  static List<Problem> problems(String text, Path file) {
    BadInput refused = catchThrowableOfType(BadInput.class, () -> UseCaseReader.parse(text, file));
    assertThat(refused).as("a refusal of%n%s", text).isNotNull();
    return refused.problems();
  }

  private static String refusal(Path file) {
    return String.valueOf(
        catchThrowableOfType(BadInput.class, () -> UseCaseReader.read(file)).getMessage());
  }

  private static long micros(String instant) {
    return Times.micros(Instant.parse(instant));
  }
}
