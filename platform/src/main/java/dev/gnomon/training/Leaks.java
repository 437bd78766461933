package dev.gnomon.training;

import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.FeatureSection;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.PreprocessingSection;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Column;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.stats.RankedScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Refuses training sets in which the answer stands among the inputs.
///
/// A model trained on such a set shines in evaluation and fails in use, and nothing later in the
/// loop can tell: hence a refusal, not a warning. Every rule looks at the training part only,
/// except the search for rows that stand on both sides of the split. `features.admit` admits a
/// column.
public final class Leaks {
  /// A single column that tells the classes apart this well is the answer in disguise.
  static final double MAX_SINGLE_AUC = 0.995;

  /// A single column that explains this much of a number is the number in another unit.
  static final double MAX_SINGLE_R2 = 0.999;

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

  /// The word in `features.admit` that admits a table that was oversampled before it was split.
  static final String RESAMPLED = "resampled-rows";

  /// The word in `features.admit` that admits encodings by the target fitted on the rows they are
  /// for.
  static final String IN_SAMPLE = "target-encoding-in-sample";

  /// Share of the rarer class in the test part that may also stand in the training part, when the
  /// commoner class does so a third as often.
  static final double MAX_RARE_COPIES = 0.2;

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
    boolean number = useCase.frame().task().isNumber();
    int[] rows = sample(set, split.train(), number);
    boolean[] positive = new boolean[rows.length];
    double[] labels = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      labels[i] = set.labels()[rows[i]];
      positive[i] = labels[i] == 1;
    }
    int[] folds = Splits.folds(set, rows, Levels.FOLDS, useCase.training().seed());
    List<Levels> free = new ArrayList<>();
    Set<String> passed = new HashSet<>(admitted);
    List<String> names = set.plan().inputNames();
    for (int c = 0; c < names.size(); c++) {
      String name = names.get(c);
      if (admitted.contains(name)) {
        notes.add("'%s' was admitted without looking for a leak (features.admit)".formatted(name));
        continue;
      }
      Column column = set.rows().column(c);
      Levels levels = Levels.of(name, column, rows, positive);
      double[] means =
          number && !(column instanceof Column.Texts)
              ? ValueCurve.outOfFold(values(column, rows), labels, folds)
              : levels.outOfFoldMeans(labels, folds);
      Optional<String> alone = alone(means, labels, number);
      if (alone.isPresent()) {
        passed.add(name);
        found.add(new Problem("feature '" + name + "'", alone.get(), remedy(useCase, name)));
      } else {
        free.add(levels);
      }
    }
    if (!number) {
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
    }
    LinearIdentity.find(set, rows, labels, folds, admitted)
        .ifPresent(l ->
            found.add(
                new Problem(
                    "features " + String.join(", ", l.columns()),
                    "%s: out-of-fold R2 is %.4f, limit %.3f"
                        .formatted(
                            l.sum()
                                ? "their sum is the target"
                                : "a linear combination of them is the target",
                            Math.floor(l.r2() * 10_000) / 10_000,
                            MAX_LINEAR_R2),
                    remedy(useCase, String.join(", ", l.columns())))));
    inSampleEncodings(useCase, admitted, found);
    entities(useCase, set, split, passed, found);
    duplicates(useCase, set, split, admitted, found, notes);
    if (!found.isEmpty()) {
      throw new Refusal(found);
    }
    return notes;
  }

  private static double[] values(Column column, int[] rows) {
    double[] values = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      values[i] = Levels.number(column, rows[i]);
    }
    return values;
  }

  /// What a single column says about the target, when that is too much.
  private static Optional<String> alone(double[] means, double[] labels, boolean number) {
    if (!number) {
      double auc = RankedScores.of(means, labels).rocAuc();
      auc = Math.max(auc, 1 - auc);
      return auc < MAX_SINGLE_AUC
          ? Optional.empty()
          : Optional.of(
              "tells the classes apart almost alone: out-of-fold ROC-AUC of its bins is %s, limit %s"
                  .formatted(three(auc), three(MAX_SINGLE_AUC)));
    }
    double mean = Arrays.stream(labels).average().orElse(0);
    double residual = 0;
    double variance = 0;
    for (int i = 0; i < labels.length; i++) {
      residual += (labels[i] - means[i]) * (labels[i] - means[i]);
      variance += (labels[i] - mean) * (labels[i] - mean);
    }
    double r2 = 1 - residual / variance;
    return r2 < MAX_SINGLE_R2
        ? Optional.empty()
        : Optional.of(
            "gives the target almost alone: out-of-fold R2 of its values is %.4f, limit %s"
                .formatted(Math.floor(r2 * 10_000) / 10_000, three(MAX_SINGLE_R2)));
  }

  /// An encoding by the target that was fitted on the very rows it is for holds their own labels.
  private static void inSampleEncodings(
      UseCase useCase, Set<String> admitted, List<Problem> found) {
    PreprocessingSection stated = useCase.models().preprocessing();
    if (stated.crossFit() || admitted.contains(IN_SAMPLE)) {
      return;
    }
    Map<String, PreprocessingSection.Rule> rules = new TreeMap<>(stated.columns());
    rules.put("every text column", stated.all());
    rules.forEach((column, rule) -> {
      PreprocessingSection.Encode.Method method =
          rule.encode().map(PreprocessingSection.Encode::method).orElse(null);
      if (method == PreprocessingSection.Encode.Method.TARGET
          || method == PreprocessingSection.Encode.Method.ORDERED_TARGET
          || method == PreprocessingSection.Encode.Method.WEIGHT_OF_EVIDENCE) {
        found.add(
            new Problem(
                "models.preprocessing.cross-fit",
                ("false, while %s is encoded by the target (%s): each training row would be encoded"
                        + " with its own label")
                    .formatted(
                        column.equals("every text column") ? column : "'" + column + "'",
                        method.name().toLowerCase(Locale.ROOT).replace('_', '-')),
                "cross-fit left out, which is true; to admit it: features.admit: ["
                    + IN_SAMPLE
                    + "]"));
      }
    });
  }

  /// Entities that are not the key, with rows on both sides. In a split by time they stand on both
  /// sides by nature.
  private static void entities(
      UseCase useCase, TrainingSet set, Split split, Set<String> passed, List<Problem> found) {
    TrainingSection.Split how = useCase.training().split();
    if (how.by() == TrainingSection.By.TIME) {
      return;
    }
    Set<String> left = new HashSet<>(passed);
    how.entity().ifPresent(left::add);
    for (EntityLeak e : EntityLeak.find(set, split, left)) {
      found.add(
          new Problem(
              "column '" + e.column() + "'",
              ("names an entity that the split tears apart: %.0f %% of the test rows share one of its"
                      + " %,d values with the training part, and with it the label: intraclass"
                      + " correlation %.2f +- %.2f, limit %.2f")
                  .formatted(
                      100 * e.shared(), e.levels(), e.agreement(), e.error(), EntityLeak.LEAST),
              "training.split: {by: entity, entity: %s}; or, if new rows come with values known in training, features.admit: [%s]"
                  .formatted(e.column(), e.column())));
    }
  }

  /// A table that was oversampled before it came here: the rarer class stands on both sides far
  /// more often than the commoner one, as copies or as mixtures.
  private static void resampled(
      TrainingSet set, Split split, DuplicateRows d, List<Problem> found) {
    String remedy =
        "the table as it was before; training.imbalance resamples inside each fit. To admit it:"
            + " features.admit: ["
            + RESAMPLED
            + "]";
    int positives = (int) Arrays.stream(split.test()).filter(r -> set.labels()[r] == 1).count();
    int negatives = split.test().length - positives;
    boolean rare = positives <= negatives;
    int copies = rare ? d.positives() : d.withoutKey() - d.positives();
    int others = d.withoutKey() - copies;
    double ofRare = (double) copies / Math.max(1, Math.min(positives, negatives));
    double ofCommon = (double) others / Math.max(1, Math.max(positives, negatives));
    if (copies >= 10 && ofRare >= MAX_RARE_COPIES && ofRare >= 3 * ofCommon) {
      found.add(
          new Problem(
              "test part",
              ("%.0f %% of the rarer class (%d rows) equal a training row in every input, of the"
                      + " commoner class %.1f %%: the table was oversampled before the split")
                  .formatted(100 * ofRare, copies, 100 * ofCommon),
              remedy));
    }
    MixedRows.find(set, split)
        .ifPresent(m ->
            found.add(
                new Problem(
                    "test part",
                    ("%d of %d rows of the rarer class lie exactly between two training rows of it,"
                            + " of the commoner class %.1f %%: the table was oversampled by mixing"
                            + " rows (SMOTE) before the split")
                        .formatted(m.mixed(), m.rows(), 100 * m.common()),
                    remedy)));
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
    if (flat && !useCase.frame().task().isNumber() && !admitted.contains(RESAMPLED)) {
      resampled(set, split, d, found);
    }
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
  private static int[] sample(TrainingSet set, int[] rows, boolean number) {
    if (rows.length <= MAX_ROWS) {
      return rows;
    }
    if (number) {
      int[] chosen = new int[MAX_ROWS];
      for (int i = 0; i < MAX_ROWS; i++) {
        chosen[i] = rows[(int) ((long) i * rows.length / MAX_ROWS)];
      }
      return chosen;
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
