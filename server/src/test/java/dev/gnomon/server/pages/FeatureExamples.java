package dev.gnomon.server.pages;

import dev.gnomon.features.FeatureDefinition;
import dev.gnomon.monitoring.MonitorReport.Bin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Feature views to show: a shared and late one, a plain one, many, and one whose texts attack.
final class FeatureExamples {
  private static final Instant NEWEST = Instant.parse("2024-11-02T08:30:00Z");

  private FeatureExamples() {}

  static FeatureViewLine shared(String name, String text) {
    return new FeatureViewLine(
        name,
        "logins",
        List.of("data/logins/*.parquet", "kafka app-logins", "posted rows"),
        List.of("customer"),
        Optional.of("growth@example.com"),
        Optional.of("How much they use it. " + text),
        Optional.of(Duration.ofDays(90)),
        new FeatureViewLine.Freshness(
            Optional.of(Duration.ofHours(1)),
            Optional.of(NEWEST),
            Optional.of(Duration.ofHours(5))),
        List.of("logins_count_7d", "logins_count_30d", "tv_minutes_30d"),
        "ab12".repeat(16),
        48_210,
        1_204_551,
        Optional.of(
            new FeatureViewLine.Intake(52_340, 12, 31, List.of("minutes between 0 and 1440"))),
        List.of(
            new FeatureViewLine.Consumer("churn", OptionalInt.of(7), List.of(1, 2, 3, 4, 5, 6, 7)),
            new FeatureViewLine.Consumer("upsell", OptionalInt.empty(), List.of())));
  }

  static FeatureViewLine plain(String name) {
    return new FeatureViewLine(
        name,
        name,
        List.of(name + ".csv"),
        List.of("customer", "merchant"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new FeatureViewLine.Freshness(Optional.empty(), Optional.empty(), Optional.empty()),
        List.of(name + "_plan"),
        "cd34".repeat(16),
        3,
        3,
        Optional.empty(),
        List.of(new FeatureViewLine.Consumer("churn", OptionalInt.of(7), List.of(7))));
  }

  static List<FeatureViewLine> many(int count) {
    List<FeatureViewLine> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(plain("view_%03d".formatted(i)));
    }
    return lines;
  }

  static FeatureViewDetail detail(FeatureViewLine line, String text) {
    return new FeatureViewDetail(
        line,
        List.of(plain("activity")),
        List.of(
            new FeatureDefinition(
                "logins_count_7d",
                "count",
                "*",
                "the last 7 days, begun at full 1 hour",
                "",
                "",
                "0 without events"),
            new FeatureDefinition(
                "tv_minutes_30d",
                "sum",
                "minutes",
                "the last 30 days, exactly",
                "device = 'tv' " + text,
                "missing when older than 90 days",
                "0 without events, missing over only missing values"),
            new FeatureDefinition(
                text,
                FeatureDefinition.ATTRIBUTE,
                text,
                "the newest row known",
                "",
                "",
                "missing without a row")),
        List.of(
            new FeatureViewDetail.Values(
                "churn",
                7,
                7_900,
                List.of(
                    values("logins_count_7d", 0.01),
                    values("tv_minutes_30d", 0.41),
                    values(text, Double.NaN)))),
        List.of(
            new FeatureViewDetail.Verified(
                "churn",
                false,
                NEWEST,
                "7900 logged decisions against both paths",
                142_200,
                0,
                List.of(),
                true),
            new FeatureViewDetail.Verified(
                "churn", true, NEWEST, text, 540, 2, List.of("tv_minutes_30d", text), false)),
        List.of(
            new FeatureViewDetail.SourceColumn("customer_id", "text", "key", line.features()),
            new FeatureViewDetail.SourceColumn("minutes", "number", "", List.of("tv_minutes_30d")),
            new FeatureViewDetail.SourceColumn(text, "text", "", List.of())),
        List.of(
            new FeatureViewDetail.CheckState(
                "minutes between 0 and 1440 " + text, "quarantine", 52_340, 31, false)),
        List.of(
            new FeatureViewDetail.Trained(
                "churn",
                7,
                NEWEST,
                true,
                line.version(),
                List.of("tv_minutes_30d was added", "logins_count_90d is gone", text)),
            new FeatureViewDetail.Trained("churn", 6, NEWEST, false, "cd34".repeat(16), List.of()),
            new FeatureViewDetail.Trained("churn", 5, NEWEST, false, "", List.of())));
  }

  private static FeatureViewDetail.OfFeature values(String name, double psi) {
    List<Bin> bins = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      bins.add(new Bin(i + " to " + (i + 1), 0.1, psi > 0.1 ? 0.02 * i : 0.1));
    }
    return new FeatureViewDetail.OfFeature(name, bins, psi, 0.02, 0.01);
  }
}
