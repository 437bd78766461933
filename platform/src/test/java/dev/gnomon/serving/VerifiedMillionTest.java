package dev.gnomon.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.FeatureVerification;
import dev.gnomon.features.LoggedSources;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.features.SourceLog;
import dev.gnomon.features.VerificationReport;
import dev.gnomon.log.LogSettings;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.models.Decision;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A million logged decisions over two million posted events, late ones among them, are replayed
/// and back-filled with 64 MB for their records: none differs.
class VerifiedMillionTest {
  private static final int EVENTS = 2_000_000;
  private static final int KEYS = 20_000;
  private static final Schema PAYS =
      Schema.of(
          new Field("c", Type.TEXT),
          new Field("at", Type.TIME),
          new Field("amount", Type.NUMBER),
          new Field("kind", Type.TEXT));

  @TempDir private Path folder;

  /// Everything is posted; the files are empty.
  private static final SourceOpener NO_ROWS =
      new SourceOpener() {
        @Override
        public Schema schema(SourceSpec source) {
          return PAYS;
        }

        @Override
        public TableScan open(SourceSpec source, List<String> columns) {
          return new TableScan() {
            @Override
            public Optional<Table> next() {
              return Optional.empty();
            }

            @Override
            public void close() {}
          };
        }
      };

  @Test
  @Tag("long")
  void noneOfAMillionDiffers() throws IOException {
    UseCase useCase =
        UseCaseReader.parse(
            """
            gnomon: 1
            name: million
            frame:
              task: binary
              entity: customer
              observe: {table: observations.csv}
              target: {event: pays, within: 1d}
            data:
              sources:
                pays: {kind: events, path: p.csv, key: c, event-time: at}
            features:
              pays:
                - {count: "*", windows: [1h, 1d, 7d]}
                - {sum: amount, windows: [1d, 7d]}
                - {mean: amount, windows: [1d], where: kind = 'x', as: xs}
                - {max: amount, windows: [7d]}
                - {stddev: amount, windows: [7d]}
                - {last: kind}
                - {time-since-last: "*"}
              derived: {trend: pays_count_1d / pays_count_7d}
            """,
            folder.resolve("usecase.yaml"));
    FeaturePlan plan = FeaturePlan.compile(useCase, Map.of("pays", PAYS));
    Home home = new Home(folder);
    serve(plan, home);
    long start = System.nanoTime();
    LoggedDecisions decisions = new LoggedDecisions(home, plan);
    VerificationReport report =
        FeatureVerification.requests(
            plan,
            new LoggedSources(NO_ROWS, home, Progress.NONE),
            decisions,
            ServingNode.HISTORY,
            new FeatureVerification.Options(2, 64L << 20, folder.resolve("spill")),
            Progress.NONE);
    System.out.printf(
        "%,d requests, %,d values, %,d events: %.1f s with a heap of %d MB%n",
        report.requests(),
        report.values(),
        EVENTS,
        (System.nanoTime() - start) / 1e9,
        Runtime.getRuntime().maxMemory() >> 20);
    assertThat(report.first()).isEmpty();
    assertThat(report.requests()).isEqualTo(EVENTS / 2);
    assertThat(report.values()).isEqualTo(report.requests() * plan.row().size());
  }

  private void serve(FeaturePlan plan, Home home) throws IOException {
    OnlineFeatures online = new OnlineFeatures(plan, ServingNode.HISTORY);
    Random random = new Random(3);
    FeatureRow event = new FeatureRow(PAYS);
    FeatureRow row = new FeatureRow(plan.row());
    long now = 1_700_000_000L * Times.SECOND;
    try (SegmentedLog events = SegmentedLog.open(home.events("pays"), LogSettings.DEFAULT);
        SegmentedLog made = SegmentedLog.open(home.decisions("million"), LogSettings.DEFAULT)) {
      DecisionLog log = new DecisionLog(made, plan.row(), plan.hash(), now);
      for (int i = 0; i < EVENTS; i++) {
        now += 1 + random.nextLong(Times.SECOND);
        String key = "k" + random.nextInt(KEYS);
        long at = i % 5 == 0 ? now - random.nextLong(3 * Times.DAY) : now - 1;
        double amount = random.nextInt(100_000) / 100.0;
        String kind = i % 3 == 0 ? "x" : "y";
        byte[] line =
            "{\"c\":\"%s\",\"at\":\"%s\",\"amount\":%s,\"kind\":\"%s\"}"
                .formatted(key, Times.instant(at), amount, kind)
                .getBytes(StandardCharsets.UTF_8);
        events.append(SourceLog.POSTED, now, line, 0, line.length);
        event.text(0, key);
        event.time(1, at);
        event.number(2, amount);
        event.text(3, kind);
        assertThat(online.ingest("pays", event, now)).isEqualTo(OnlineFeatures.Ingested.ADDED);
        if (i % 2 == 0) {
          decide(online, log, "k" + random.nextInt(KEYS), ++now, row);
        }
      }
    }
  }

  private static void decide(
      OnlineFeatures online, DecisionLog log, String key, long now, FeatureRow row)
      throws IOException {
    online.read(key, now, row);
    var _ =
        log.append(
            new DecisionRecord(
                0,
                key,
                now,
                now,
                Optional.empty(),
                0.5,
                false,
                false,
                DecisionRecord.Variant.CHAMPION,
                DecisionRecord.Cause.NONE,
                Decision.Band.LOW,
                1,
                Double.NaN,
                Double.NaN,
                new double[4],
                row,
                false,
                0,
                false));
  }
}
