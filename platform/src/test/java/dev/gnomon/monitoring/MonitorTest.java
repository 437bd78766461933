package dev.gnomon.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift.Status;
import dev.gnomon.monitoring.MonitorReport.Performance;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.DecisionRecord.Cause;
import dev.gnomon.serving.DecisionRecord.Variant;
import dev.gnomon.serving.WrittenLogs;
import dev.gnomon.stats.RandomStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real logs, written as a server writes them.
class MonitorTest {
  private static final InstantSource NOW =
      InstantSource.fixed(Times.instant(Worlds.START + 90 * Times.DAY));
  private final RandomStream random = RandomStream.of(7);
  @TempDir Path directory;
  private Home home;

  @BeforeEach
  void home() {
    home = new Home(directory);
  }

  private MonitorReport run(UseCase useCase) throws IOException {
    return run(useCase, Window.ALL);
  }

  private MonitorReport run(UseCase useCase, Window window) throws IOException {
    return Monitor.run(useCase, Worlds.reference(0.8, 0.1), home, window, NOW);
  }

  private static FeatureDrift feature(MonitorReport report, String name) {
    return report.features().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
  }

  private void decide(WrittenLogs logs, int i, long at, double amount, String plan) {
    logs.decide(
        "k" + i,
        at,
        random.nextDouble(),
        false,
        Variant.CHAMPION,
        Cause.NONE,
        1,
        Worlds.NO_COSTS,
        Worlds.row(amount, random.nextDouble(), plan));
  }

  @Test
  void measuresAKnownShiftExactlyAndLeavesTheSteadyFeatureAlone() throws IOException {
    try (WrittenLogs logs = new WrittenLogs(home, "churn", Worlds.SCHEMA)) {
      for (int i = 0; i < 2_000; i++) {
        double upperHalf = 0.5 + 0.5 * (i + 0.5) / 2_000;
        String plan = i % 20 == 0 ? "gold" : i % 5 < 3 ? "basic" : "plus";
        decide(
            logs, i, Worlds.START + i * Times.MINUTE, i % 10 == 9 ? Double.NaN : upperHalf, plan);
      }
    }
    MonitorReport report = run(Worlds.useCase(""));

    FeatureDrift amount = feature(report, "amount");
    // 1,800 values in the upper five of ten bins, 360 each; smoothed as (c + 0.5) / (n + 5).
    double p = 1000.5 / 10005;
    double low = 0.5 / 1805;
    double psi = 0;
    for (int bin = 0; bin < 5; bin++) {
      long count = 0;
      for (int i = 0; i < 2_000; i++) {
        double v = 0.5 + 0.5 * (i + 0.5) / 2_000;
        count += i % 10 != 9 && v >= 0.5 + bin * 0.1 && v < 0.6 + bin * 0.1 ? 1 : 0;
      }
      double q = (count + 0.5) / 1805;
      psi += (q - p) * Math.log(q / p) + (low - p) * Math.log(low / p);
    }
    assertThat(amount.psi()).isCloseTo(psi, within(1e-9));
    assertThat(amount.status()).isEqualTo(Status.STRONG);
    assertThat(amount.mean()).isCloseTo(0.75, within(2e-3));
    assertThat(amount.words()).startsWith("amount mean up 50 % (PSI ").endsWith("1,800 rows)");
    assertThat(amount.missing()).isEqualTo(0.1);
    assertThat(feature(report, "steady").status()).isEqualTo(Status.STABLE);
    assertThat(report.features().getFirst().name()).isEqualTo("amount");

    FeatureDrift plan = feature(report, "plan");
    assertThat(plan.unseen()).isEqualTo(0.05);
    assertThat(plan.topUnseen()).containsExactly(new MonitorReport.Level("gold", 100));

    assertThat(report.alerts())
        .extracting(Alert::code)
        .contains("drift", "missing-values", "new-values");
    assertThat(report.level()).contains(Alert.Level.WARNING); // drift alone is never critical
  }

  @Test
  void raisesNoAlertWhereNothingMoved() throws IOException {
    try (WrittenLogs logs = new WrittenLogs(home, "churn", Worlds.SCHEMA)) {
      for (int i = 0; i < 3_000; i++) {
        logs.decide(
            "k" + i,
            Worlds.START + i * Times.MINUTE,
            random.nextDouble(),
            i % 10 == 0,
            Variant.CHAMPION,
            Cause.NONE,
            1,
            Worlds.NO_COSTS,
            Worlds.row(random.nextDouble(), random.nextDouble(), i % 5 < 3 ? "basic" : "plus"));
      }
    }
    MonitorReport report =
        Monitor.run(
            Worlds.useCase("production: {monitor: {outcomes-after: 120d}}"),
            Worlds.reference(0.8, 0.1),
            home,
            Window.ALL,
            NOW);
    assertThat(report.alerts()).isEmpty();
    assertThat(report.headline()).isEqualTo("churn: 3,000 decisions; nothing to do");
    assertThat(report.actionRate().orElseThrow().current().estimate()).isEqualTo(0.1);
  }

  @Test
  void tellsSinceWhenAndIsNotBlindToALateShiftInALongWindow() throws IOException {
    try (WrittenLogs logs = new WrittenLogs(home, "churn", Worlds.SCHEMA)) {
      for (int i = 0; i < 20_000; i++) {
        long at = Worlds.START + i * (40 * Times.DAY / 20_000);
        boolean late = at >= Worlds.START + 37 * Times.DAY;
        double value = random.nextDouble();
        decide(logs, i, at, late ? Math.sqrt(value) : value, i % 5 < 3 ? "basic" : "plus");
      }
    }
    FeatureDrift amount = feature(run(Worlds.useCase("")), "amount");
    assertThat(amount.since()).hasValue(Worlds.START + 37 * Times.DAY);
    assertThat(amount.status()).isEqualTo(Status.STRONG);
    assertThat(amount.rows()).isEqualTo(1_500);
  }

  @Test
  void saysTooFewAndNoDataInsteadOfAllWell() throws IOException {
    assertThat(run(Worlds.useCase("")).level()).contains(Alert.Level.NO_DATA);
    try (WrittenLogs logs = new WrittenLogs(home, "churn", Worlds.SCHEMA)) {
      for (int i = 0; i < 150; i++) {
        decide(logs, i, Worlds.START + i, 0.99, "basic");
      }
    }
    MonitorReport report = run(Worlds.useCase(""));
    assertThat(report.features()).allMatch(f -> f.status() == Status.TOO_FEW);
    assertThat(report.level()).contains(Alert.Level.NO_DATA);
    assertThat(MonitorText.render(report))
        .contains("amount: too few to tell (150 rows, 200 needed)");
  }

  @Test
  void agreesWithCountingEverythingInMemory() throws IOException {
    Variant[] variants = Variant.values();
    Cause[] causes = Cause.values();
    Map<String, Long> byVariant = new TreeMap<>();
    List<Double> amounts = new ArrayList<>();
    long yes = 0;
    long degraded = 0;
    long inside = 0;
    long known = 0;
    long positives = 0;
    double decided = 0;
    double nobody = 0;
    Window window = new Window(Worlds.START + 10 * Times.DAY, Worlds.START + 50 * Times.DAY);
    try (WrittenLogs logs = new WrittenLogs(home, "churn", Worlds.SCHEMA)) {
      for (int i = 0; i < 5_000; i++) {
        Variant variant = variants[random.nextInt(variants.length)];
        Cause cause = causes[random.nextInt(causes.length)];
        boolean act = random.nextDouble() < 0.3;
        double score = random.nextDouble();
        double amount = random.nextDouble() < 0.1 ? Double.NaN : random.nextDouble() * 1.2;
        double value = 100 * random.nextDouble();
        double[] costs = {10 + 0.7 * value, 10, value, 0};
        int version = random.nextInt(3);
        long at = Worlds.START + (long) (random.nextDouble() * 60 * Times.DAY);
        long position =
            logs.decide(
                "k" + random.nextInt(500),
                at,
                score,
                act,
                variant,
                cause,
                version,
                costs,
                Worlds.row(amount, 0.5, "basic"));
        int reported = random.nextInt(3); // unknown, once, corrected
        boolean happened = random.nextDouble() < 0.2;
        if (reported > 0) {
          logs.outcome(position, reported == 2 ? !happened : happened, at + Times.DAY);
        }
        if (reported == 2) {
          logs.outcome(position, happened, at + 2 * Times.DAY);
        }
        if (at < window.from() || at >= window.to()) {
          continue;
        }
        inside++;
        byVariant.merge(variant.word(), 1L, Long::sum);
        boolean said =
            act && variant != Variant.HOLD_OUT && cause != Cause.REPEAT && cause != Cause.CAPACITY;
        yes += said ? 1 : 0;
        degraded += cause.degraded() ? 1 : 0;
        known += reported > 0 ? 1 : 0;
        positives += reported > 0 && happened ? 1 : 0;
        if (cause != Cause.UNKNOWN_KEY) {
          amounts.add(amount);
        }
        if (version > 0) {
          double acted = score * costs[0] + (1 - score) * costs[1];
          double left = score * costs[2];
          decided += said ? acted : left;
          nobody += left;
        }
      }
    }
    MonitorReport report =
        run(Worlds.useCase("problem: {costs: {currency: EUR, false-negative: 10}}"), window);
    assertThat(report.traffic().decisions()).isEqualTo(inside);
    assertThat(report.traffic().yes()).isEqualTo(yes);
    assertThat(report.traffic().degraded()).isEqualTo(degraded);
    assertThat(report.traffic().variants()).isEqualTo(byVariant);
    assertThat(report.traffic().slices().stream().mapToLong(MonitorReport.Slice::decisions).sum())
        .isEqualTo(inside);
    assertThat(report.traffic().slices().size()).isLessThanOrEqualTo(62);
    assertThat(report.outcomes().known()).isEqualTo(known);
    assertThat(report.outcomes().positives()).isEqualTo(positives);
    double[] values = amounts.stream().mapToDouble(Double::doubleValue).toArray();
    var naive = Worlds.uniform("amount").drift(values);
    FeatureDrift amount = feature(report, "amount");
    assertThat(amount.rows()).isEqualTo(naive.current());
    assertThat(amount.psi()).isCloseTo(naive.psi(), within(1e-12));
    assertThat(amount.missing()).isEqualTo(naive.missing());
    var money = report.money().orElseThrow();
    assertThat(money.expected().decided()).isCloseTo(decided, within(1e-6));
    assertThat(money.expected().nobody()).isCloseTo(nobody, within(1e-6));
    assertThat(report.traffic().slices().stream().mapToDouble(MonitorReport.Slice::saving).sum())
        .isCloseTo(nobody - decided, within(1e-6));
  }

  @Test
  void measuresTheModelOnTheUntreatedSoThatAWorkingActionDoesNotLookLikeABadModel()
      throws IOException {
    // Calibrated scores; acting (score >= 0.5) prevents half; one in five is held out.
    try (WrittenLogs logs = new WrittenLogs(home, "churn", Worlds.SCHEMA)) {
      for (int i = 0; i < 20_000; i++) {
        double score = random.nextDouble();
        boolean act = score >= 0.5;
        boolean heldOut = act && random.nextDouble() < 0.2;
        boolean would = random.nextDouble() < score;
        boolean happens = would && !(act && !heldOut && random.nextDouble() < 0.5);
        long position =
            logs.decide(
                "k" + i,
                Worlds.START + i * Times.MINUTE,
                score,
                act,
                heldOut ? Variant.HOLD_OUT : Variant.CHAMPION,
                Cause.NONE,
                1,
                new double[] {30, 10, 50, 0},
                Worlds.row(score, score, i % 5 < 3 ? "basic" : "plus"));
        logs.outcome(position, happens, Worlds.START + 80 * Times.DAY);
      }
    }
    MonitorReport report =
        Monitor.run(
            Worlds.useCase(
                """
                problem: {costs: {currency: EUR, true-positive: 30, false-positive: 10, false-negative: 50}}
                production: {hold-out: 0.2}
                """),
            Worlds.reference(5 / 6.0, 0.5),
            home,
            Window.ALL,
            NOW);
    Performance performance = report.outcomes().performance().orElseThrow();
    assertThat(performance.untreated()).isTrue();
    // Score uniform and calibrated: precision above 0.5 is 3/4, recall 3/4, AUC 5/6.
    assertThat(performance.precision().estimate()).isCloseTo(0.75, within(0.02));
    assertThat(performance.recall().estimate()).isCloseTo(0.75, within(0.02));
    assertThat(performance.rocAuc().estimate()).isCloseTo(5 / 6.0, within(0.02));
    assertThat(performance.rocAuc().lower()).isLessThan(5 / 6.0);
    assertThat(performance.rocAuc().upper()).isGreaterThan(5 / 6.0);

    var effect = report.effect().orElseThrow();
    assertThat(effect.difference().lower()).isLessThan(-0.375);
    assertThat(effect.difference().upper()).isGreaterThan(-0.375);
    assertThat(effect.saved().estimate()).isCloseTo(0.5, within(0.05));

    // Treated: 0.375 x 50 + 10 = 28.75 each; held out 0.75 x 50 = 37.50: 8.75 saved each.
    var realised = report.money().orElseThrow().realised().orElseThrow();
    assertThat(realised.measured()).isTrue();
    double truth = 8.75 * effect.treated();
    assertThat(realised.saved().lower()).isLessThan(truth);
    assertThat(realised.saved().upper()).isGreaterThan(truth);
    assertThat(realised.costs().saved()).isCloseTo(realised.saved().estimate(), within(1e-6));
    assertThat(report.alerts()).isEmpty();
    assertThat(report.headline()).contains("(measured); nothing to do");
  }

  @Test
  void writesNumbersAndTimesThatEveryReaderTakes() throws IOException {
    try (WrittenLogs logs = new WrittenLogs(home, "churn", Worlds.SCHEMA)) {
      decide(logs, 1, Worlds.START, 0.5, "evil\u001b[31m");
    }
    MonitorReport report = run(Worlds.useCase(""));
    var json = MonitorJson.tree(report);
    assertThat(json.path("traffic").path("first").stringValue())
        .isEqualTo(Instant.parse("2023-11-14T00:00:00Z").toString());
    assertThat(json.path("window").path("from").isNull()).isTrue();
    assertThat(json.path("level").stringValue()).isEqualTo("no data");
    assertThat(json.toString()).doesNotContain("NaN");
    assertThat(MonitorText.render(report)).doesNotContain("\u001b");
  }
}
