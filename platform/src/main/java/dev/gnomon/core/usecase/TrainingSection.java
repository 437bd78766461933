package dev.gnomon.core.usecase;

import dev.gnomon.expression.Expression;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Step 6, `training`.
///
/// @param weights what each training row weighs in a fit; empty for all the same
public record TrainingSection(
    Split split,
    Imbalance imbalance,
    Optional<Weights> weights,
    Search search,
    Validation validation,
    long seed) {

  /// Without weights.
  public TrainingSection(
      Split split, Imbalance imbalance, Search search, Validation validation, long seed) {
    this(split, imbalance, Optional.empty(), search, validation, seed);
  }

  /// @param validation share of the observations (by time or by entity)
  /// @param gap at least the horizon; more when stated
  /// @param testRows which rows are the test part, in place of a share: for tables that come with
  ///   one; `test` is 0 then
  /// @param entity the column whose values stay on one side, instead of the key
  public record Split(
      By by,
      double validation,
      By validationBy,
      double test,
      Optional<Duration> gap,
      Optional<Expression> testRows,
      Optional<String> entity) {

    /// With a share of the rows as the test part, and the key as the entity.
    public Split(By by, double validation, By validationBy, double test, Optional<Duration> gap) {
      this(by, validation, validationBy, test, gap, Optional.empty(), Optional.empty());
    }
  }

  public enum By {
    /// Cuts between observation times.
    TIME,
    /// Whole entities on one side.
    ENTITY,
    /// Rows at random, stratified by class; repeated keys stay together.
    RANDOM
  }

  /// What is done about a rare class, inside each fit.
  ///
  /// @param ratio of the rarer to the commoner class afterwards: 0.5 is one to two, 1 is balanced
  /// @param neighbours how many neighbours a synthetic row is drawn from
  /// @param both whether both rows of a Tomek link go, or the one of the commoner class
  public record Imbalance(Treatment method, double ratio, int neighbours, boolean both) {
    public static final Imbalance NONE = of(Treatment.NONE);
    public static final Imbalance CLASS_WEIGHTS = of(Treatment.CLASS_WEIGHTS);

    /// With the method's defaults.
    public static Imbalance of(Treatment method) {
      return new Imbalance(
          method, method.ratio, method.neighbours, method == Treatment.SMOTE_TOMEK);
    }

    /// Whether rows are added or removed.
    public boolean resamples() {
      return method != Treatment.NONE && method != Treatment.CLASS_WEIGHTS;
    }

    /// The methods with the ratio and the neighbours that hold when none are stated; 0 where they
    /// mean nothing.
    public enum Treatment {
      NONE(0, 0),
      /// Both classes weigh the same.
      CLASS_WEIGHTS(0, 0),
      /// Rows of the rarer class again, drawn with replacement.
      OVERSAMPLE(0.5, 0),
      /// Rows of the commoner class left out at random.
      UNDERSAMPLE(0.5, 0),
      SMOTE(0.1, 5),
      BORDERLINE_SMOTE(0.1, 5),
      ADASYN(0.1, 3),
      TOMEK_LINKS(0, 0),
      SMOTE_TOMEK(0.1, 5);

      private final double ratio;
      private final int neighbours;

      Treatment(double ratio, int neighbours) {
        this.ratio = ratio;
        this.neighbours = neighbours;
      }

      public boolean hasRatio() {
        return ratio > 0;
      }

      public boolean hasNeighbours() {
        return neighbours > 0;
      }

      public boolean hasLinks() {
        return this == TOMEK_LINKS || this == SMOTE_TOMEK;
      }
    }
  }

  /// What a training row weighs.
  public sealed interface Weights {
    /// What the mistake on this row costs: |FN - TP| for a positive, |FP - TN| for a negative.
    record Costs() implements Weights {}

    /// The value of an expression over the row, positive.
    record Stated(Expression expression) implements Weights {}
  }

  /// @param method `none` trains each candidate once as stated
  /// @param trials over all candidates
  /// @param seconds no trial begins after them; empty for no bound
  /// @param objective a metric name: what chooses the candidate
  /// @param trialsBy a metric name: what is compared between trials
  /// @param parallel trials at once, each chosen without the results of the others
  /// @param resource what short trials get less of: `rows` or a setting; empty for the usual one
  /// @param space by candidate, then by setting, in the order of the file; candidates that are
  ///   absent have their usual space
  public record Search(
      Method method,
      int trials,
      Optional<Duration> seconds,
      String objective,
      String trialsBy,
      int parallel,
      Acquisition acquisition,
      boolean multivariate,
      boolean prune,
      boolean warmStart,
      Optional<String> resource,
      Map<String, Map<String, Range>> space) {
    public enum Method {
      NONE,
      GRID,
      RANDOM,
      BAYESIAN,
      TPE,
      GENETIC,
      HALVING,
      HYPERBAND
    }

    /// How Bayesian search weighs what is known against what is not.
    public enum Acquisition {
      /// Expected improvement.
      EI,
      /// Upper confidence bound.
      UCB,
      /// Probability of improvement.
      PI
    }

    public Search {
      Map<String, Map<String, Range>> copy = new LinkedHashMap<>();
      space.forEach((trainer, ranges) ->
          copy.put(trainer, Collections.unmodifiableMap(new LinkedHashMap<>(ranges))));
      space = Collections.unmodifiableMap(copy);
    }

    /// Each candidate once, as stated.
    public static Search none(String objective) {
      return of(Method.NONE, 1, objective, "log-loss");
    }

    public static Search of(Method method, int trials, String objective, String trialsBy) {
      return new Search(
          method,
          trials,
          Optional.empty(),
          objective,
          trialsBy,
          1,
          Acquisition.EI,
          false,
          true,
          false,
          Optional.empty(),
          Map.of());
    }
  }

  /// What one setting may be.
  ///
  /// @param bounds lowest and highest, or the values themselves, as written
  /// @param when the values of other searched settings under which this one is searched; all must
  ///   hold
  public record Range(Kind kind, List<String> bounds, Map<String, List<String>> when) {
    public enum Kind {
      RANGE,
      LOG,
      INTEGER,
      INTEGER_LOG,
      VALUES
    }

    public Range {
      bounds = List.copyOf(bounds);
      when = Collections.unmodifiableMap(new LinkedHashMap<>(when));
    }
  }

  /// How out-of-fold predictions of the training part are made.
  ///
  /// @param purge before the test rows of a fold, at least the horizon; empty for the horizon
  /// @param embargo after the test rows of a fold
  /// @param every the time between fits of a walk forward
  /// @param window how far back is learned from; empty for everything, or what the method says
  public record Validation(
      Scheme method,
      int folds,
      int repeats,
      Optional<Duration> purge,
      Duration embargo,
      Optional<Duration> every,
      Optional<Duration> window) {
    /// Five folds by entity, with and without a positive in equal shares.
    public static final Validation STANDARD =
        new Validation(
            Scheme.STRATIFIED_GROUPED,
            5,
            1,
            Optional.empty(),
            Duration.ZERO,
            Optional.empty(),
            Optional.empty());

    public enum Scheme {
      K_FOLD(false),
      STRATIFIED(false),
      GROUPED(false),
      STRATIFIED_GROUPED(false),
      EXPANDING(true),
      ROLLING(true),
      PURGED(true),
      WALK_FORWARD(true);

      private final boolean byTime;

      Scheme(boolean byTime) {
        this.byTime = byTime;
      }

      /// Whether folds follow the time of observation.
      public boolean byTime() {
        return byTime;
      }
    }
  }
}
