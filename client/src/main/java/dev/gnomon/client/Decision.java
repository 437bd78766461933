package dev.gnomon.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// What was decided, and how good the decision is.
///
/// @param predictionId under which its outcome is told
/// @param score probability of a yes, or the predicted number
/// @param decision the word of the use case for it; empty where a number is predicted
/// @param band `low`, `medium` or `high`; empty where a number is predicted
/// @param threshold from which score on the answer is yes; NaN where there is none
/// @param expectedCost in the currency of the use case; NaN where costs are not stated
/// @param version of the model; empty where the fallback rules decided
/// @param variant who decided: `champion`, `fallback` and what else the server knows
/// @param degraded whether something was missing on the way; `cause` says what
/// @param cause what overruled model and policy, or was not as it should be
/// @param featuresAge how old the features are that stood in for a store that was away; zero
///   otherwise
/// @param cached whether the score was kept from an earlier request
/// @param reasons what spoke for the score, strongest first; where they were asked for
public record Decision(
    String predictionId,
    String key,
    double score,
    Optional<String> decision,
    Optional<String> band,
    double threshold,
    double expectedCost,
    OptionalInt version,
    String variant,
    boolean degraded,
    Optional<String> cause,
    Duration featuresAge,
    boolean cached,
    List<Reason> reasons) {

  public Decision {
    reasons = List.copyOf(reasons);
  }

  /// What one feature contributed.
  ///
  /// @param value a Double, a String, or null where it is missing
  /// @param contribution to the score, on the model's scale
  public record Reason(String feature, @Nullable Object value, double contribution, String text) {}

  static Decision of(Fields json) {
    double age = json.number("featuresAgeSeconds");
    return new Decision(
        json.text("predictionId"),
        json.text("key"),
        json.number("score"),
        json.maybeText("decision"),
        json.maybeText("band"),
        json.number("threshold"),
        json.number("expectedCost"),
        json.maybeInt("version"),
        json.text("variant"),
        json.flag("degraded"),
        json.maybeText("cause"),
        Double.isNaN(age) ? Duration.ZERO : Duration.ofNanos((long) (age * 1e9)),
        json.flag("cached"),
        json.list("reasons").stream()
            .map(one ->
                new Reason(
                    one.text("feature"),
                    one.value("value"),
                    one.number("contribution"),
                    one.text("text")))
            .toList());
  }
}
