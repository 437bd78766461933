package dev.gnomon.serving;

import dev.gnomon.features.FeatureRow;
import dev.gnomon.models.Decision;
import java.util.Optional;

/// One logged decision: everything needed to explain it, to join its outcome and to watch it.
///
/// @param position in the decision log; [PredictionId] makes the public identifier of it
/// @param at the observation time, microseconds
/// @param madeAt when the server decided, microseconds
/// @param requestId the caller's idempotency id
/// @param act what the policy said
/// @param yes what was answered: `act`, unless hold-out, repeat or capacity said no
/// @param version of the model; 0 when fallback rules decided
/// @param threshold the score from which the policy acts; NaN when costs are per row
/// @param expectedCost of the answered decision, in the currency of the use case; NaN without costs
/// @param costs true positive, false positive, false negative, true negative, evaluated at `at`;
///   NaN without costs
/// @param features the row the decision was made on
/// @param review whether a person is to decide; then neither `act` nor `yes`
/// @param featuresAge how long before `at` the features were read that the decision was made on,
///   microseconds; 0 unless the store was away and they had to stand in
/// @param cached whether the score was computed for another decision, before
public record DecisionRecord(
    long position,
    String key,
    long at,
    long madeAt,
    Optional<String> requestId,
    double score,
    boolean act,
    boolean yes,
    Variant variant,
    Cause cause,
    Decision.Band band,
    int version,
    double threshold,
    double expectedCost,
    double[] costs,
    FeatureRow features,
    boolean review,
    long featuresAge,
    boolean cached) {

  /// The same with its place in the log.
  DecisionRecord placed(long place) {
    return new DecisionRecord(
        place,
        key,
        at,
        madeAt,
        requestId,
        score,
        act,
        yes,
        variant,
        cause,
        band,
        version,
        threshold,
        expectedCost,
        costs,
        features,
        review,
        featuresAge,
        cached);
  }

  /// What was answered: `yes`, `no`, or `review` where a person is to decide.
  public String decision() {
    return review ? "review" : yes ? "yes" : "no";
  }

  /// Who decided, for the comparison of outcomes.
  public enum Variant {
    /// The version the alias points at.
    CHAMPION(1, "champion"),
    /// The policy said yes, and the action was withheld so that its effect can be measured.
    HOLD_OUT(2, "hold-out"),
    /// The fallback rules of the use-case file.
    FALLBACK(3, "fallback"),
    /// The fast version, outside of the band in which the champion decides.
    FAST(4, "fast");

    private final byte code;
    private final String word;

    Variant(int code, String word) {
      this.code = (byte) code;
      this.word = word;
    }

    /// The byte that stands for it in the log; never reused.
    byte code() {
      return code;
    }

    static Variant of(byte code) {
      for (Variant one : values()) {
        if (one.code == code) {
          return one;
        }
      }
      throw new IllegalArgumentException("no variant has the code " + code);
    }

    public String word() {
      return word;
    }
  }

  /// Why an answer is not simply what model and policy said.
  public enum Cause {
    NONE(1, "none", false),
    /// The key has had its positive decisions for this period.
    REPEAT(2, "repeat", false),
    /// The period's capacity is used up.
    CAPACITY(3, "capacity", false),
    /// No version is registered yet, or none could be loaded.
    NO_VERSION(4, "no version", true),
    /// Nothing is known about the key; values were imputed.
    UNKNOWN_KEY(5, "unknown key", true),
    /// The model failed on this row.
    MODEL_FAILED(6, "model failed", true),
    /// An input fails a check of its source.
    INPUT_CHECK(7, "input check", true),
    /// The store of features was away or not filled; the fallback rules decided.
    FEATURES_AWAY(8, "features away", true),
    /// The store of features was away; those that were read before stood in.
    STALE_FEATURES(9, "stale features", true),
    /// The champion's model failed, or is left alone since it kept failing; the version that
    /// decided before it did.
    PREVIOUS_VERSION(10, "previous version", true),
    /// The same, where a fast version is there: it decided within the band too.
    FAST_VERSION(11, "fast version", true);

    private final byte code;
    private final String word;
    private final boolean degraded;

    Cause(int code, String word, boolean degraded) {
      this.code = (byte) code;
      this.word = word;
      this.degraded = degraded;
    }

    /// The byte that stands for it in the log; never reused.
    byte code() {
      return code;
    }

    static Cause of(byte code) {
      for (Cause one : values()) {
        if (one.code == code) {
          return one;
        }
      }
      throw new IllegalArgumentException("no cause has the code " + code);
    }

    public String word() {
      return word;
    }

    /// Whether the answer is worse than the service promises.
    public boolean degraded() {
      return degraded;
    }
  }
}
