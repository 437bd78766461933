package dev.gnomon.serving;

import dev.gnomon.features.FeatureRow;
import dev.gnomon.models.Decision;
import dev.gnomon.models.ReplayRequest;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Answers the recorded requests of a bundle, from the row to the bytes of the answer, until the
/// times settle: a JVM loads and compiles code while it is used, and no caller should wait for
/// that.
final class WarmUp {
  /// About what the compilers want to have seen before they do their best.
  private static final int LEAST = 12_000;

  private static final int ROUND = 500;

  /// So many rounds without a better one than before mean that the times have settled.
  private static final int SETTLED = 12;

  private static final double BETTER = 0.97;
  private static final int RECORD_BYTES = 1 << 16;

  /// What was done.
  record Done(long decisions, Duration took) {}

  private final String useCase;
  private final LiveVersion version;
  private final List<FeatureRow> rows = new ArrayList<>();
  private final Decision decision = new Decision();
  private final ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES);

  private WarmUp(String useCase, LiveVersion version, Schema schema) {
    this.useCase = useCase;
    this.version = version;
    for (ReplayRequest request : version.bundle().requests()) {
      rows.add(copy(request.row(), schema));
    }
  }

  private static FeatureRow copy(Row from, Schema schema) {
    FeatureRow row = new FeatureRow(schema);
    for (int i = 0; i < schema.size(); i++) {
      switch (schema.field(i).type()) {
        case NUMBER -> row.number(i, from.number(i));
        case TEXT -> row.text(i, from.text(i));
        case TIME -> row.time(i, from.time(i));
      }
    }
    return row;
  }

  /// @param schema of the version's rows
  /// @param atMost how long; then it ends, settled or not
  static Done of(
      String useCase, LiveVersion version, Schema schema, Duration atMost, LongSupplier nanos) {
    WarmUp warmUp = new WarmUp(useCase, version, schema);
    long begun = nanos.getAsLong();
    long decisions = 0;
    long best = Long.MAX_VALUE;
    int settled = 0;
    long now = begun;
    while (!warmUp.rows.isEmpty()
        && now - begun < atMost.toNanos()
        && (decisions < LEAST || settled < SETTLED)
        && !Thread.currentThread().isInterrupted()) {
      long round = now;
      for (int i = 0; i < ROUND; i++) {
        warmUp.decide(warmUp.rows.get(i % warmUp.rows.size()));
      }
      decisions += ROUND;
      now = nanos.getAsLong();
      settled = now - round < best * BETTER ? 0 : settled + 1;
      best = Math.min(best, now - round);
    }
    return new Done(decisions, Duration.ofNanos(now - begun));
  }

  private void decide(FeatureRow row) {
    version.scoring().decide(row, decision);
    double[] costs = new double[4];
    Deciding.costs(version, row, costs);
    DecisionRecord made =
        new DecisionRecord(
            0,
            "warm-up",
            0,
            0,
            Optional.empty(),
            decision.score(),
            decision.acts(),
            decision.acts(),
            DecisionRecord.Variant.CHAMPION,
            DecisionRecord.Cause.NONE,
            decision.band(),
            version.version(),
            decision.threshold(),
            decision.expectedCost(),
            costs,
            row,
            decision.review(),
            0,
            false);
    DecisionCodec.write(record, made);
    byte[] answer =
        DecideJson.answer(
            new Decided(new PredictionId(useCase, 0), made, List.of(), Optional.empty()));
    if (answer.length == 0) {
      throw new IllegalStateException("an empty answer");
    }
  }
}
