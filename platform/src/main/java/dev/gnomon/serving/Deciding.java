package dev.gnomon.serving;

import dev.gnomon.features.FeatureRow;
import dev.gnomon.models.Decision;
import dev.gnomon.models.Policy;
import dev.gnomon.schema.Schema;
import org.jspecify.annotations.Nullable;

/// One decision while it is made; one per thread serves all requests.
final class Deciding {
  final FeatureRow row;
  final Decision decision = new Decision();

  /// Where the features stand for the cause so far.
  DecisionRecord.Cause cause = DecisionRecord.Cause.NONE;

  /// How old the features are that stand in, microseconds.
  long featuresAge;

  /// Who decided; null for the rules.
  @Nullable LiveVersion by;

  DecisionRecord.Variant variant = DecisionRecord.Variant.FALLBACK;
  boolean cached;

  /// Calls of models on this thread, to time some of them.
  int calls;

  Deciding(Schema schema) {
    row = new FeatureRow(schema);
  }

  void begin() {
    row.clear();
    cause = DecisionRecord.Cause.NONE;
    featuresAge = 0;
    by = null;
    variant = DecisionRecord.Variant.FALLBACK;
    cached = false;
  }

  void by(LiveVersion version, DecisionRecord.Variant as) {
    by = version;
    variant = as;
  }

  /// True positive, false positive, false negative, true negative for this row.
  static void costs(LiveVersion version, FeatureRow row, double[] out) {
    Policy policy = version.bundle().policy();
    out[0] = policy.cost(true, true, row);
    out[1] = policy.cost(true, false, row);
    out[2] = policy.cost(false, true, row);
    out[3] = policy.cost(false, false, row);
  }
}
