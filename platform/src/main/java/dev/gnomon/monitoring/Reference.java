package dev.gnomon.monitoring;

import dev.gnomon.models.Bundle;
import dev.gnomon.models.ReferenceStatistics;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the live version looked like when it was evaluated: what its traffic is compared with.
///
/// @param version of the model; 0 when none is live
/// @param statistics of its training rows and scores; null when none is live
/// @param actionRate share of the test part that its policy acted on
/// @param rocAuc on the test part
/// @param recall on the test part
/// @param precision on the test part
public record Reference(
    int version,
    @Nullable ReferenceStatistics statistics,
    OptionalDouble actionRate,
    OptionalDouble rocAuc,
    OptionalDouble recall,
    OptionalDouble precision) {

  /// Nothing is live yet: decisions are counted, nothing can have moved.
  public static Reference none() {
    OptionalDouble unknown = OptionalDouble.empty();
    return new Reference(0, null, unknown, unknown, unknown, unknown);
  }

  public static Reference of(int version, Bundle bundle) {
    JsonNode points = bundle.evaluation().path("points");
    JsonNode served = points.path(Math.max(0, points.size() - 1));
    JsonNode counts = served.path("counts");
    double acted = number(counts, "truePositives") + number(counts, "falsePositives");
    double all = acted + number(counts, "falseNegatives") + number(counts, "trueNegatives");
    return new Reference(
        version,
        bundle.reference(),
        known(acted / all),
        known(number(bundle.evaluation().path("test").path("roc-auc"), "estimate")),
        known(number(served.path("recall"), "estimate")),
        known(number(served.path("precision"), "estimate")));
  }

  private static double number(JsonNode node, String name) {
    return node.path(name).asDouble(Double.NaN);
  }

  private static OptionalDouble known(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
