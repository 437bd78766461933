package dev.gnomon.monitoring;

import dev.gnomon.stats.Interval;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What a use case decided within a window, what moved, and what came of it. Times are
/// microseconds; shares are 0 to 1; intervals have level 0.95.
///
/// @param version that is live; 0 when none is
/// @param madeAt when this report was made
/// @param headline the point, in one line
/// @param actionRate of the policy of the live version; empty when it decided nothing
/// @param score the scores of the live version against those of its evaluation
/// @param features the most moved first; empty without a live version
/// @param money empty when the use case states no costs
/// @param effect of the action; empty without a hold-out
/// @param alerts the most serious first
/// @param verified the last comparisons of served features with what training sees
public record MonitorReport(
    String useCase,
    int version,
    Window window,
    long madeAt,
    String headline,
    Traffic traffic,
    Optional<ActionRate> actionRate,
    Optional<FeatureDrift> score,
    List<FeatureDrift> features,
    Outcomes outcomes,
    Optional<Money> money,
    Optional<Effect> effect,
    List<Alert> alerts,
    List<Verified> verified) {
  public MonitorReport {
    features = List.copyOf(features);
    alerts = List.copyOf(alerts);
    verified = List.copyOf(verified);
  }

  /// A report of served features that nobody compared.
  public MonitorReport(
      String useCase,
      int version,
      Window window,
      long madeAt,
      String headline,
      Traffic traffic,
      Optional<ActionRate> actionRate,
      Optional<FeatureDrift> score,
      List<FeatureDrift> features,
      Outcomes outcomes,
      Optional<Money> money,
      Optional<Effect> effect,
      List<Alert> alerts) {
    this(
        useCase,
        version,
        window,
        madeAt,
        headline,
        traffic,
        actionRate,
        score,
        features,
        outcomes,
        money,
        effect,
        alerts,
        List.of());
  }

  /// What a comparison of served features found.
  ///
  /// @param at when it was made
  /// @param how what was compared with what, for people
  /// @param names of the features that differ
  public record Verified(String at, String how, long values, long differing, List<String> names) {
    public Verified {
      names = List.copyOf(names);
    }
  }

  /// The same, with what comparisons of served features found.
  public MonitorReport with(List<Verified> found) {
    return new MonitorReport(
        useCase,
        version,
        window,
        madeAt,
        headline,
        traffic,
        actionRate,
        score,
        features,
        outcomes,
        money,
        effect,
        alerts,
        found);
  }

  /// The level of the most serious alert; empty when all is well.
  public Optional<Alert.Level> level() {
    return alerts.stream().map(Alert::level).max(Alert.Level::compareTo);
  }

  /// @param yes answered with the action
  /// @param degraded answered worse than promised
  /// @param variants decisions by who decided
  /// @param causes decisions by why the answer is not simply the model's; `none` left out
  /// @param first the earliest observation time; empty without decisions
  /// @param slices the window cut into at most 62 parts of equal length, the empty ones left out
  /// @param sliceWidth microseconds
  public record Traffic(
      long decisions,
      long yes,
      long degraded,
      Map<String, Long> variants,
      Map<String, Long> causes,
      OptionalLong first,
      OptionalLong last,
      List<Slice> slices,
      long sliceWidth) {
    public Traffic {
      slices = List.copyOf(slices);
    }

    public double degradedShare() {
      return decisions == 0 ? 0 : (double) degraded / decisions;
    }
  }

  /// A part of the window.
  ///
  /// @param saving expected when deciding, against acting on nobody; 0 without costs
  public record Slice(long from, long decisions, long yes, long degraded, double saving) {}

  /// How often the policy says yes, hold-out and repeats included.
  ///
  /// @param reference on the test part of the evaluation, with the same policy
  public record ActionRate(OptionalDouble reference, Interval current, long decisions) {}

  /// How far a value moved from the training rows.
  ///
  /// @param psi population stability index over the frozen bins; NaN for times
  /// @param pValue of the index, by chi-square; of the mean where there is but one bin
  /// @param adjusted the same, adjusted for the number of features (Benjamini, Hochberg)
  /// @param rows current values that are not missing
  /// @param mean of numbers; NaN otherwise
  /// @param shift of the mean in units of the reference's spread; NaN for other than numbers
  /// @param unseen share of values whose category the reference never had
  /// @param topUnseen the most frequent of them
  /// @param since the first part of the window from which on it stayed moved
  /// @param words for people: `payments_amount mean up 23 % (PSI 0.41, 7,900 rows)`
  public record FeatureDrift(
      String name,
      Status status,
      double psi,
      double pValue,
      double adjusted,
      long referenceRows,
      long rows,
      double referenceMean,
      double mean,
      double shift,
      double referenceMissing,
      double missing,
      double unseen,
      List<Level> topUnseen,
      List<Bin> bins,
      OptionalLong since,
      String words) {
    public FeatureDrift {
      topUnseen = List.copyOf(topUnseen);
      bins = List.copyOf(bins);
    }

    public enum Status {
      /// Fewer than 200 values.
      TOO_FEW,
      /// No effect above the tolerance, or not more than chance would do.
      STABLE,
      /// Effect above the tolerance, with evidence.
      MOVED,
      /// Far above it.
      STRONG
    }
  }

  /// A category and how often it came.
  public record Level(String value, long count) {}

  /// One bin of a comparison, as shares of the values that are not missing.
  public record Bin(String label, double reference, double current) {}

  /// @param due decisions old enough for their outcome to be known
  /// @param known those among them whose outcome was reported
  /// @param positives those among them where it happened
  /// @param performance empty below 200 outcomes, 20 of them positive
  public record Outcomes(long due, long known, long positives, Optional<Performance> performance) {
    public double coverage() {
      return due == 0 ? Double.NaN : (double) known / due;
    }
  }

  /// How good scores and decisions turned out; entities are resampled.
  ///
  /// @param rows the outcomes it rests on
  /// @param untreated whether it rests on decisions without action, the hold-out standing in for
  ///   those acted on; if not, a saved customer looks like a false alarm
  public record Performance(
      long rows,
      boolean untreated,
      Interval rocAuc,
      Interval recall,
      Interval precision,
      OptionalDouble referenceRocAuc,
      OptionalDouble referenceRecall,
      OptionalDouble referencePrecision) {}

  /// In the currency of the use case; one outcome per key and period is counted once.
  ///
  /// @param units decisions that count
  /// @param expected when deciding, from score and stated costs
  /// @param realised from outcomes; empty while there are none
  public record Money(String currency, long units, Costs expected, Optional<Realised> realised) {}

  /// What it costs to do as decided, to act on nobody, and on everybody.
  public record Costs(double decided, double nobody, double everybody) {
    /// Against acting on nobody.
    public double saved() {
      return nobody - decided;
    }
  }

  /// @param outcomes units whose outcome is known
  /// @param saved against acting on nobody; bounds are NaN when the effect is assumed
  /// @param measured whether the effect of the action was measured on the hold-out; if not, costs
  ///   hold what the file assumes of it. What acting on everybody would cost is always assumed
  public record Realised(long outcomes, Costs costs, Interval saved, boolean measured) {}

  /// How often it happened with the action and without, among those the policy would act on.
  ///
  /// @param heldOut chosen by chance to go without
  /// @param difference outcome rate of the treated less that of the held out (Newcombe)
  /// @param saved share of the outcomes that the action prevented
  public record Effect(
      long treated,
      long treatedHappened,
      long heldOut,
      long heldOutHappened,
      Interval difference,
      Interval saved) {
    public double treatedRate() {
      return (double) treatedHappened / treated;
    }

    public double heldOutRate() {
      return (double) heldOutHappened / heldOut;
    }
  }
}
