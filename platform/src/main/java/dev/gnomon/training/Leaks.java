package dev.gnomon.training;

import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.FeatureSection;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.stats.RankedScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Refuses training sets in which the answer stands among the inputs.
///
/// A model trained on such a set shines in evaluation and fails in use, and nothing later in the
/// loop can tell: hence a refusal, not a warning. Every rule looks at the training part only,
/// except the search for rows that stand on both sides of the split. `features.admit` admits a
/// column.
public final class Leaks {
  /// A single column that tells the classes apart this well is the answer in disguise.
  static final double MAX_SINGLE_AUC = 0.995;

  /// Coefficient of determination from which a linear combination counts as an identity.
  static final double MAX_LINEAR_R2 = 0.999;

  /// Share of the rarer class that a union of pure levels must cover, out of fold, to be refused.
  static final double UNION_COVERAGE = 0.95;

  /// Share of rows in that union that are of this class.
  static final double UNION_PURITY = 0.995;

  /// Share of the test part that may also stand in the training part before it is refused.
  static final double MAX_DUPLICATES = 0.05;

  /// The word in `features.admit` that admits rows standing on both sides of the split.
  static final String DUPLICATES = "duplicate-rows";

  private static final int MAX_ROWS = 50_000;

  private Leaks() {}

  /// Columns that the use case itself says are known only after the decision.
  ///
  /// @throws Refusal naming every such feature
  public static void refuseKnownAfter(UseCase useCase) {
    List<Problem> found = new ArrayList<>();
    Set<String> admitted = new HashSet<>(useCase.features().admit());
    for (SourceSpec source : useCase.data().sources().values()) {
      Set<String> after = new HashSet<>(source.knownAfter());
      after.removeAll(admitted);
      if (after.isEmpty()) {
        continue;
      }
      FeatureSection.Attributes attributes = useCase.features().columns().get(source.name());
      if (attributes != null) {
        attributes.names().stream()
            .filter(after::contains)
            .forEach(c -> found.add(knownAfter("features." + source.name() + ".columns", c)));
      }
      for (FeatureSection.Aggregate a : useCase.features().aggregates()) {
        if (a.source().equals(source.name())) {
          Set<String> used = new HashSet<>(a.where().map(Expression::columns).orElse(Set.of()));
          used.add(a.column());
          used.retainAll(after);
          used.stream()
              .sorted()
              .forEach(
                  c -> found.add(knownAfter("line %d, %s".formatted(a.line(), a.operator()), c)));
        }
      }
      if (useCase.data().isFlatTable()) {
        useCase
            .features()
            .derived()
            .forEach((name, expression) ->
                expression.columns().stream()
                    .filter(after::contains)
                    .sorted()
                    .forEach(c -> found.add(knownAfter("features.derived." + name, c))));
      }
    }
    if (!found.isEmpty()) {
      throw new Refusal(found);
    }
  }

  /// Looks for the answer among the inputs of the training rows and for rows on both sides.
  ///
  /// @return what was found but is not bad enough to refuse, for the report
  /// @throws Refusal naming every leak with its figure
  public static List<String> refuse(UseCase useCase, TrainingSet set, Split split) {
    List<Problem> found = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    Set<String> admitted = new HashSet<>(useCase.features().admit());
    int[] rows = sample(set, split.train());
    boolean[] positive = new boolean[rows.length];
    double[] labels = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      labels[i] = set.labels()[rows[i]];
      positive[i] = labels[i] == 1;
    }
    int[] folds = Splits.folds(set, rows, Levels.FOLDS, useCase.training().seed());
    List<Levels> free = new ArrayList<>();
    List<String> names = set.plan().inputNames();
    for (int c = 0; c < names.size(); c++) {
      String name = names.get(c);
      if (admitted.contains(name)) {
        notes.add("'%s' was admitted without looking for a leak (features.admit)".formatted(name));
        continue;
      }
      Levels levels = Levels.of(name, set.rows().column(c), rows, positive);
      double auc = RankedScores.of(levels.outOfFoldRates(positive, folds), labels).rocAuc();
      auc = Math.max(auc, 1 - auc);
      if (auc >= MAX_SINGLE_AUC) {
        found.add(
            new Problem(
                "feature '" + name + "'",
                "tells the classes apart almost alone: out-of-fold ROC-AUC of its bins is %s, limit %s"
                    .formatted(three(auc), three(MAX_SINGLE_AUC)),
                remedy(useCase, name)));
      } else {
        free.add(levels);
      }
    }
    PureLevels.union(free, positive, folds)
        .ifPresent(u ->
            found.add(
                new Problem(
                    "features " + String.join(", ", u.levels()),
                    ("one of these levels holds in %.1f %% of the rarer class and, where one"
                            + " holds, %.1f %% are of it, out of fold: together they spell the"
                            + " target")
                        .formatted(100 * u.coverage(), 100 * u.purity()),
                    remedy(useCase, String.join(", ", u.columns())))));
    LinearIdentity.find(set, rows, positive, admitted)
        .ifPresent(l ->
            found.add(
                new Problem(
                    "features " + String.join(", ", l.columns()),
                    "a linear combination of them is the target: R2 is %.4f, limit %.3f"
                        .formatted(l.r2(), MAX_LINEAR_R2),
                    remedy(useCase, String.join(", ", l.columns())))));
    duplicates(useCase, set, split, admitted, found, notes);
    if (!found.isEmpty()) {
      throw new Refusal(found);
    }
    return notes;
  }

  private static void duplicates(
      UseCase useCase,
      TrainingSet set,
      Split split,
      Set<String> admitted,
      List<Problem> found,
      List<String> notes) {
    DuplicateRows d = DuplicateRows.count(set, split);
    boolean flat = useCase.frame().observe() instanceof Frame.Observe.EachRow;
    double share = (double) d.withoutKey() / split.test().length;
    String remedy =
        "repeated rows removed, or data.key stated so that they stay on one side; to admit them:"
            + " features.admit: ["
            + DUPLICATES
            + "]";
    if (admitted.contains(DUPLICATES)) {
      notes.add(
          "%d test rows also stand in the training part (admitted)".formatted(d.withoutKey()));
    } else if (d.withKey() > 0) {
      found.add(
          new Problem(
              "test part",
              "%d of %d rows stand in the training part too, key and time included"
                  .formatted(d.withKey(), split.test().length),
              remedy));
    } else if (flat && share > MAX_DUPLICATES) {
      // Only records of a flat table are copies when they are equal; observations of quiet entities
      // on a grid are equal by nature.
      found.add(
          new Problem(
              "test part",
              "%.1f %% of the rows (%d) equal a training row in every input and the label, limit %.0f %%"
                  .formatted(100 * share, d.withoutKey(), 100 * MAX_DUPLICATES),
              remedy));
    } else if (d.withoutKey() > 0) {
      notes.add(
          "%d of %d test rows equal a training row in every input and the label, with another key"
              .formatted(d.withoutKey(), split.test().length));
    }
  }

  /// At most so many rows, evenly over the given order; the rarer class is kept whole as long as it
  /// fills no more than half, since a rank statistic does not mind.
  private static int[] sample(TrainingSet set, int[] rows) {
    if (rows.length <= MAX_ROWS) {
      return rows;
    }
    int[] positives = Arrays.stream(rows).filter(r -> set.labels()[r] == 1).toArray();
    int[] negatives = Arrays.stream(rows).filter(r -> set.labels()[r] == 0).toArray();
    int[] chosen = new int[MAX_ROWS];
    int fromPositives =
        Math.min(
            positives.length,
            Math.max(MAX_ROWS / 2, MAX_ROWS - Math.min(negatives.length, MAX_ROWS)));
    int fromNegatives = Math.min(negatives.length, MAX_ROWS - fromPositives);
    int n = 0;
    for (int i = 0; i < fromPositives; i++) {
      chosen[n++] = positives[(int) ((long) i * positives.length / fromPositives)];
    }
    for (int i = 0; i < fromNegatives; i++) {
      chosen[n++] = negatives[(int) ((long) i * negatives.length / fromNegatives)];
    }
    int[] result = Arrays.copyOf(chosen, n);
    Arrays.sort(result);
    return result;
  }

  private static Problem knownAfter(String place, String column) {
    return new Problem(
        place,
        "'%s' is known only after the decision (known-after)".formatted(column),
        "a feature that is known when the decision is made; to admit it: features.admit: [%s]"
            .formatted(column));
  }

  private static String remedy(UseCase useCase, String names) {
    String leaveOut =
        useCase.data().isFlatTable()
            ? "left out (features: {columns: all, except: [" + names + "]})"
            : "left out of features";
    return leaveOut + ", or, if known when the decision is made, features.admit: [" + names + "]";
  }

  /// Cut, not rounded: 0.9949 must not read as the limit.
  private static String three(double value) {
    return String.format(Locale.ROOT, "%.3f", Math.floor(value * 1000) / 1000);
  }
}
