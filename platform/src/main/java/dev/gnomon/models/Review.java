package dev.gnomon.models;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.usecase.Stakes;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// When a case goes to a person instead of being decided at once.
///
/// With costs: where the price of a review and of the reviewer's own errors is less than what
/// deciding at once is expected to cost. With G = FN - TP, what acting on a positive saves, and L =
/// FP - TN, what acting on a negative wastes, a review at price r by someone who is right about
/// positives with probability s and about negatives with t pays for
///
/// (r + (1 - t) L) / (s G + (1 - t) L) < p < (t L - r) / (t L + (1 - s) G)
///
/// which for s = t = 1 is r / G < p < 1 - r / L: the reject option of Chow (1970). The band is
/// empty where a review is dearer than any mistake it could prevent. It follows the costs of each
/// row. Without costs the band is stated.
///
/// @param cost of one review; NaN when the band is stated
/// @param sensitivity the reviewer's chance to say yes to a positive
/// @param specificity the reviewer's chance to say no to a negative
/// @param from the least probability reviewed; NaN unless stated
/// @param to the probability from which nothing is reviewed any more; NaN unless stated
public record Review(double cost, double sensitivity, double specificity, double from, double to) {

  static Review of(Stakes.Review stated) {
    return new Review(
        stated.cost().orElse(Double.NaN),
        stated.sensitivity(),
        stated.specificity(),
        stated.from().orElse(Double.NaN),
        stated.to().orElse(Double.NaN));
  }

  boolean stated() {
    return Double.isNaN(cost);
  }

  /// What a review is expected to cost in all, errors of the reviewer included.
  double expectedCost(double p, double tp, double fp, double fn, double tn) {
    return cost
        + p * (sensitivity * tp + (1 - sensitivity) * fn)
        + (1 - p) * (specificity * tn + (1 - specificity) * fp);
  }

  /// Whether to review rather than to decide at once.
  ///
  /// @param atOnce the expected cost of that; ignored when the band is stated
  boolean takes(double p, double reviewed, double atOnce) {
    return stated() ? p >= from && p < to : reviewed < atOnce;
  }

  /// The probabilities between which a review pays at these costs; empty when it never does.
  public Optional<double[]> band(double tp, double fp, double fn, double tn) {
    if (stated()) {
      return Optional.of(new double[] {from, to});
    }
    double gain = fn - tp;
    double loss = fp - tn;
    double low =
        (cost + (1 - specificity) * loss) / (sensitivity * gain + (1 - specificity) * loss);
    double high = (specificity * loss - cost) / (specificity * loss + (1 - sensitivity) * gain);
    low = Math.clamp(low, 0, 1);
    return high > low ? Optional.of(new double[] {low, Math.min(1, high)}) : Optional.empty();
  }

  void write(ObjectNode json) {
    ObjectNode node = json.putObject("review");
    if (stated()) {
      node.put("from", from).put("to", to);
    } else {
      node.put("cost", cost).put("sensitivity", sensitivity).put("specificity", specificity);
    }
  }

  static Review read(JsonNode json) {
    JsonNode cost = json.path("cost");
    return cost.isMissingNode()
        ? new Review(
            Double.NaN,
            1,
            1,
            json.required("from").doubleValue(),
            json.required("to").doubleValue())
        : new Review(
            cost.doubleValue(),
            json.required("sensitivity").doubleValue(),
            json.required("specificity").doubleValue(),
            Double.NaN,
            Double.NaN);
  }

  /// The JSON object alone.
  public JsonNode toJson() {
    ObjectNode json = CanonicalJson.object();
    write(json);
    return json.required("review");
  }
}
