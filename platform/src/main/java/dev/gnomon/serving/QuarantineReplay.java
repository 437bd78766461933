package dev.gnomon.serving;

import dev.gnomon.core.Problem;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.SourceLog;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;

/// Puts the rows of one source that were set aside through its checks again, after a check or the
/// code was corrected. Those that pass are taken as rows that became known now, whatever their
/// known-at says: no decision until now has seen them.
final class QuarantineReplay {
  private final SourceIntake intake;
  private final SourceChecks checks;

  QuarantineReplay(SourceIntake intake, SourceChecks checks) {
    this.intake = intake;
    this.checks = checks;
  }

  /// Idempotent by id, also when it was interrupted.
  ///
  /// @throws UncheckedIOException when they can't be kept
  SourceIntake.Replayed run() {
    int[] taken = new int[2];
    Map<String, Integer> failing = new TreeMap<>();
    try {
      intake
          .quarantine()
          .sift(all -> {
            List<QuarantineLog.Held> left = new ArrayList<>();
            long arrival = Times.micros(intake.clock().instant());
            List<FeatureRow> passed = new ArrayList<>();
            List<QuarantineLog.Held> from = new ArrayList<>();
            for (QuarantineLog.Held one : all) {
              FeatureRow row = new FeatureRow(intake.schema());
              Optional<String> reason = again(one, row);
              if (reason.isPresent()) {
                left.add(new QuarantineLog.Held(one.arrived(), reason.get(), one.row()));
                continue;
              }
              intake
                  .spec()
                  .knownAt()
                  .map(intake.schema()::require)
                  .ifPresent(known ->
                      row.time(
                          known,
                          row.missing(known) ? arrival : Math.max(row.time(known), arrival)));
              intake.arriving().finish(row, arrival);
              byte[] line = intake.arriving().write(row);
              intake.log().append(SourceLog.POSTED, arrival, line, 0, line.length);
              passed.add(row);
              from.add(one);
            }
            intake.log().awaitForced();
            for (int i = 0; i < passed.size(); i++) {
              switch (intake.ingest(passed.get(i), arrival)) {
                case REPEATED -> {
                  taken[0]++;
                  taken[1]++;
                }
                case CONFLICT ->
                    left.add(
                        new QuarantineLog.Held(
                            from.get(i).arrived(),
                            "its %s is known with other content"
                                .formatted(intake.spec().id().orElse("id")),
                            from.get(i).row()));
                case ADDED, LEFT_OUT -> taken[0]++;
              }
            }
            left.forEach(one -> failing.merge(one.reason(), 1, Integer::sum));
            return left;
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SourceIntake.Replayed(taken[0], taken[1], failing);
  }

  /// Why a row set aside fails still; it is read into `row`.
  private Optional<String> again(QuarantineLog.Held held, FeatureRow row) {
    List<Problem> problems = new ArrayList<>();
    byte[] line = held.row().toString().getBytes(StandardCharsets.UTF_8);
    try (JsonParser parser = DecideJson.JSON.createParser(ObjectReadContext.empty(), line)) {
      parser.nextToken();
      intake.arriving().read(parser, "row", row, problems);
    }
    if (!problems.isEmpty()) {
      return Optional.of(problems.getFirst().line());
    }
    intake.arriving().finish(row, held.arrived());
    return checks.stillSetAside(row);
  }
}
