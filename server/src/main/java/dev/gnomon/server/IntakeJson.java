package dev.gnomon.server;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Problem;
import dev.gnomon.core.RecordJson;
import dev.gnomon.serving.SourceIntake;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Answers about rows of a source.
final class IntakeJson {
  private static final int MOST_REASONS = 100;

  private IntakeJson() {}

  static Answer taken(SourceIntake.Taken taken) {
    if (!taken.conflicts().isEmpty()) {
      return conflict(taken.rows(), taken.conflicts());
    }
    ObjectNode out =
        CanonicalJson.object()
            .put("rows", taken.rows())
            .put("repeated", taken.repeated())
            .put("quarantined", taken.setAside().size());
    if (!taken.setAside().isEmpty()) {
      ArrayNode reasons = out.putArray("reasons");
      taken.setAside().stream()
          .limit(MOST_REASONS)
          .forEach(row -> reasons.addObject().put("row", row.row()).put("reason", row.reason()));
    }
    return Answer.json(202, CanonicalJson.bytes(out));
  }

  static Answer conflict(int rows, List<Problem> conflicts) {
    return ProblemDetails.of(
        409,
        "Conflict",
        "%d of %d rows contradict what is known under their id; the others were taken."
            .formatted(conflicts.size(), rows),
        conflicts);
  }

  static Answer checks(SourceIntake intake) {
    ObjectNode out =
        CanonicalJson.object()
            .put("source", intake.spec().name())
            .put("quarantined", intake.quarantined());
    out.set("checks", RecordJson.node(intake.checks()));
    return Answer.json(200, CanonicalJson.bytes(out));
  }

  static Answer replayed(SourceIntake.Replayed replayed) {
    return Answer.json(200, CanonicalJson.bytes(RecordJson.node(replayed)));
  }
}
