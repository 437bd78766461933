package dev.gnomon.server.pages;

import dev.gnomon.monitoring.Alert;
import dev.gnomon.monitoring.MonitorReport;
import dev.gnomon.monitoring.MonitorReport.ActionRate;
import dev.gnomon.monitoring.MonitorReport.Bin;
import dev.gnomon.monitoring.MonitorReport.Costs;
import dev.gnomon.monitoring.MonitorReport.Effect;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift.Status;
import dev.gnomon.monitoring.MonitorReport.Level;
import dev.gnomon.monitoring.MonitorReport.Money;
import dev.gnomon.monitoring.MonitorReport.Outcomes;
import dev.gnomon.monitoring.MonitorReport.Performance;
import dev.gnomon.monitoring.MonitorReport.Realised;
import dev.gnomon.monitoring.MonitorReport.Slice;
import dev.gnomon.monitoring.MonitorReport.Traffic;
import dev.gnomon.monitoring.Window;
import dev.gnomon.schema.Times;
import dev.gnomon.stats.Interval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// Use cases to show: one with everything, one with nothing, one with names that attack the page.
final class Examples {
  private static final Instant SINCE = Instant.parse("2024-11-02T08:30:00Z");
  private static final long START = Times.micros(Instant.parse("2024-11-02T00:00:00Z"));

  private Examples() {}

  static UseCaseView full(String name, String text) {
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      slices.add(
          new Slice(
              START + i * Times.DAY,
              900 + 300 * (i % 7) - (i == 20 ? 700 : 0),
              120,
              i > 34 ? 90 : 0,
              200 + 30.0 * i));
    }
    List<FeatureDrift> features = new ArrayList<>();
    features.add(
        drift("payments_amount_mean_30d", Status.STRONG, 0.41, text, 0.7, OptionalLong.of(START)));
    features.add(drift(text, Status.MOVED, 0.13, text, 0.3, OptionalLong.empty()));
    for (int i = 0; i < 12; i++) {
      features.add(
          drift("logins_count_" + i + "d", Status.STABLE, 0.01, "stable", 0, OptionalLong.empty()));
    }
    MonitorReport report =
        new MonitorReport(
            name,
            3,
            Window.ALL,
            START,
            "headline",
            new Traffic(
                52_340,
                4_800,
                450,
                Map.of("champion", 52_000L, "hold-out", 240L, "fallback", 100L),
                Map.of("unknown key", 450L),
                OptionalLong.of(START),
                OptionalLong.of(START + 40 * Times.DAY),
                slices,
                Times.DAY),
            Optional.of(
                new ActionRate(OptionalDouble.of(0.093), interval(0.088, 0.091, 0.094), 52_000)),
            Optional.of(
                drift(
                    "score",
                    Status.STABLE,
                    0.02,
                    "score stable (PSI 0.02, 52,000 rows)",
                    0.1,
                    OptionalLong.empty())),
            features,
            new Outcomes(
                30_100,
                28_400,
                3_400,
                Optional.of(
                    new Performance(
                        25_000,
                        true,
                        interval(0.81, 0.823, 0.836),
                        interval(0.70, 0.74, 0.78),
                        interval(0.55, 0.58, 0.61),
                        OptionalDouble.of(0.861),
                        OptionalDouble.of(0.77),
                        OptionalDouble.of(0.6)))),
            Optional.of(
                new Money(
                    "EUR",
                    21_000,
                    new Costs(412_000.5, 521_000, 902_000),
                    Optional.of(
                        new Realised(
                            19_500,
                            new Costs(431_000, 502_300, 911_000),
                            interval(41_000, 71_300, 101_600),
                            true)))),
            Optional.of(
                new Effect(
                    4_400,
                    880,
                    240,
                    98,
                    interval(-0.27, -0.208, -0.147),
                    interval(0.41, 0.51, 0.59))),
            List.of(
                new Alert(
                    Alert.Level.CRITICAL,
                    "performance",
                    "recall is 0.740, below the contract of 0.800",
                    "95 % interval 0.700 to 0.780, 25,000 outcomes.",
                    OptionalLong.empty(),
                    "Roll back to the last good version, then retrain."),
                new Alert(
                    Alert.Level.WARNING,
                    "drift",
                    "2 features moved",
                    text,
                    OptionalLong.of(START + 30 * Times.DAY),
                    "Find out what changed in the source first."),
                new Alert(
                    Alert.Level.INFO,
                    "effect",
                    "Something to know",
                    text,
                    OptionalLong.empty(),
                    text)));
    return new UseCaseView(
        name,
        Optional.of("Offer a retention campaign to a customer. " + text),
        Optional.of("growth@example.com"),
        Optional.of(new UseCaseView.Live(3, SINCE, "ab12".repeat(16), "xgboost, 212 trees")),
        Optional.of(new UseCaseView.Latency(0.41, 2.7, 52_340, OptionalDouble.of(100))),
        1_830,
        52_340,
        List.of(
            new UseCaseView.Version(3, SINCE, true, true),
            new UseCaseView.Version(2, SINCE, false, false)),
        List.of(
            new UseCaseView.Latest(name + ".1a", text, SINCE, 0.913, "yes", "", 3, 12.5),
            new UseCaseView.Latest(
                name + ".1b",
                "customer-000000000000000000000042",
                SINCE,
                0.4,
                "no",
                "hold-out",
                3,
                88),
            new UseCaseView.Latest(
                name + ".1c", "c7", SINCE, 0.2, "no", "fallback", 0, Double.NaN)),
        report);
  }

  static UseCaseView empty(String name) {
    MonitorReport report =
        new MonitorReport(
            name,
            0,
            Window.ALL,
            START,
            "headline",
            new Traffic(
                0,
                0,
                0,
                Map.of(),
                Map.of(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of(),
                Times.HOUR),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            new Outcomes(0, 0, 0, Optional.empty()),
            Optional.empty(),
            Optional.empty(),
            List.of(
                new Alert(
                    Alert.Level.NO_DATA,
                    "volume",
                    "No decisions in this window",
                    "The log holds none.",
                    OptionalLong.empty(),
                    "See that callers reach the server.")));
    return new UseCaseView(
        name,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        List.of(),
        List.of(),
        report);
  }

  private static FeatureDrift drift(
      String name, Status status, double psi, String words, double tilt, OptionalLong since) {
    List<Bin> bins = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      bins.add(new Bin("bin " + i, 0.1, 0.1 + tilt * (i - 4.5) / 50));
    }
    return new FeatureDrift(
        name,
        status,
        psi,
        1e-9,
        1e-8,
        90_000,
        7_900,
        40,
        49,
        0.31,
        0.02,
        0.11,
        status == Status.MOVED ? 0.034 : 0,
        status == Status.MOVED ? List.of(new Level(words, 270)) : List.of(),
        bins,
        since,
        name + ": " + words);
  }

  private static Interval interval(double lower, double estimate, double upper) {
    return new Interval(lower, estimate, upper, 0.95);
  }
}
