package dev.gnomon.serving;

import dev.gnomon.core.Home;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.log.LogSettings;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.models.Decision;
import dev.gnomon.schema.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/// Logs of a use case, written as a server writes them, for tests of those that read them.
public final class WrittenLogs implements AutoCloseable {
  private static final LogSettings SMALL = new LogSettings(4 << 20, Duration.ofMillis(50));
  private final SegmentedLog decisionLog;
  private final SegmentedLog outcomeLog;
  private final DecisionLog decisions;
  private final OutcomeLog outcomes;

  public WrittenLogs(Home home, String useCase, Schema schema) {
    try {
      decisionLog = SegmentedLog.open(home.decisions(useCase), SMALL);
      outcomeLog = SegmentedLog.open(home.outcomes(useCase), SMALL);
      decisions = new DecisionLog(decisionLog, schema, 0);
      outcomes = new OutcomeLog(outcomeLog);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A decision without costs beyond those given; `yes` unless held out or caused otherwise.
  ///
  /// @return its position
  public long decide(
      String key,
      long at,
      double score,
      boolean act,
      DecisionRecord.Variant variant,
      DecisionRecord.Cause cause,
      int version,
      double[] costs,
      FeatureRow row) {
    boolean yes =
        act
            && variant != DecisionRecord.Variant.HOLD_OUT
            && cause != DecisionRecord.Cause.REPEAT
            && cause != DecisionRecord.Cause.CAPACITY;
    try {
      return decisions.append(
          new DecisionRecord(
              0,
              key,
              at,
              at,
              Optional.empty(),
              score,
              act,
              yes,
              variant,
              cause,
              Decision.Band.LOW,
              version,
              Double.NaN,
              Double.NaN,
              costs,
              row,
              false,
              0,
              false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void outcome(long position, boolean happened, long at) {
    try {
      outcomes.append(new Outcome(position, happened, at), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    decisionLog.close();
    outcomeLog.close();
  }
}
