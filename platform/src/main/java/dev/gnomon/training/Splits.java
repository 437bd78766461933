package dev.gnomon.training;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.TrainingSection.By;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Table;
import dev.gnomon.expression.Expression;
import dev.gnomon.expression.ExpressionException;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.schema.Times;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;

/// Cuts a training set into training, validation and test rows.
///
/// By time, cuts fall between observation times and each part ends at least one horizon (or the
/// stated gap, if longer) before the next begins, so that no outcome that one part learns from
/// happens in the time of a later one. By entity and at random, whole entities are dealt, with and
/// without positives in equal shares. Nothing depends on the order of rows.
public final class Splits {
  /// Fewer labelled rows than this are not split: every part would be noise.
  static final int MIN_ROWS = 50;

  /// Fewer of either class in the training part are not learned from, since five folds would not
  /// each hold some.
  static final int MIN_CLASS = 10;

  /// Models hold numbers of single precision, and squares of them must stay finite.
  private static final double MOST_NUMBER = 1e15;

  private Splits() {}

  /// @throws BadInput if there is nothing to learn from or to test on, with the remedy
  public static Split of(UseCase useCase, TrainingSet set) {
    TrainingSection.Split how = useCase.training().split();
    long seed = useCase.training().seed();
    int[] labelled = labelled(set);
    requireLearnable(useCase, set, labelled);
    long gap = Math.max(set.horizonMicros(), how.gap().map(d -> d.toNanos() / 1000).orElse(0L));

    int[] development;
    int[] test;
    OptionalLong testFrom = OptionalLong.empty();
    int gaps = 0;
    if (how.by() == By.TIME) {
      long from = cut(set, labelled, how.test());
      testFrom = OptionalLong.of(from);
      test = between(set, labelled, from, Long.MAX_VALUE);
      development = between(set, labelled, Long.MIN_VALUE, before(from, gap));
      gaps = labelled.length - test.length - development.length;
      if (development.length < MIN_ROWS || test.length == labelled.length) {
        throw tooShort(useCase, set, development.length, gap);
      }
    } else {
      int[][] parts =
          how.testRows()
              .map(rows -> chosen(set, labelled, rows))
              .orElseGet(() -> Units.of(set, labelled, seed, "test").deal(how.test()));
      test = parts[0];
      development = parts[1];
    }

    double share = how.validation() / (1 - how.test());
    int[] train;
    int[] validation;
    OptionalLong validationFrom = OptionalLong.empty();
    if (how.validationBy() == By.TIME && how.by() == By.TIME) {
      long from = cut(set, development, share);
      validationFrom = OptionalLong.of(from);
      validation = between(set, development, from, Long.MAX_VALUE);
      train = between(set, development, Long.MIN_VALUE, before(from, gap));
      gaps += development.length - validation.length - train.length;
      if (train.length < MIN_ROWS) {
        throw tooShort(useCase, set, train.length, gap);
      }
    } else {
      int[][] parts = Units.of(set, development, seed, "validation").deal(share);
      validation = parts[0];
      train = parts[1];
    }
    requireBothClasses(useCase, set, train, "training", MIN_CLASS);
    requireBothClasses(useCase, set, validation, "validation", 1);
    requireBothClasses(useCase, set, test, "test", 1);
    return new Split(
        train,
        validation,
        test,
        gaps,
        set.size() - labelled.length,
        validationFrom,
        testFrom,
        hash(set, test));
  }

  /// The fold, 0 to `folds - 1`, of each of `rows`; all rows of an entity share one. Out-of-fold
  /// predictions of time-ordered sets are blocked by entity too: each row of the training part then
  /// has one, and nothing of the entity itself was seen.
  static int[] folds(TrainingSet set, int[] rows, int folds, long seed) {
    return Units.of(set, rows, seed, "folds").folds(folds);
  }

  /// Holds a share of `rows` out for early stopping: first the held-out ones, then the rest.
  static int[][] inner(TrainingSet set, int[] rows, double share, long seed) {
    return Units.of(set, rows, seed, "inner").deal(share);
  }

  /// The rows for which a condition is true, then the rest.
  private static int[][] chosen(TrainingSet set, int[] rows, Expression condition) {
    Expression.Bound bound;
    try {
      bound = condition.bind(set.rows().schema());
    } catch (ExpressionException e) {
      throw new BadInput(
          "training.split.test.where", String.valueOf(e.getMessage()), "a condition over the row");
    }
    if (bound.kind() != Expression.Kind.TRUTH) {
      throw new BadInput(
          "training.split.test.where",
          "'%s' is no condition".formatted(condition.text()),
          "such as part = 'test'");
    }
    Table.Cursor cursor = set.rows().cursor();
    int[] test = new int[rows.length];
    int[] others = new int[rows.length];
    int tests = 0;
    for (int i = 0; i < rows.length; i++) {
      if (bound.holds(cursor.at(rows[i]))) {
        test[tests++] = rows[i];
      } else {
        others[i - tests] = rows[i];
      }
    }
    return new int[][] {Arrays.copyOf(test, tests), Arrays.copyOf(others, rows.length - tests)};
  }

  static int[] labelled(TrainingSet set) {
    int[] found = new int[set.size()];
    int n = 0;
    for (int i = 0; i < set.size(); i++) {
      if (!Double.isNaN(set.labels()[i])) {
        found[n++] = i;
      }
    }
    return Arrays.copyOf(found, n);
  }

  /// The observation time at which the last `share` of the rows begins: the one whose share comes
  /// nearest, but never the first time.
  private static long cut(TrainingSet set, int[] rows, double share) {
    long[] times = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      times[i] = set.observedAt()[rows[i]];
    }
    Arrays.sort(times);
    double wanted = share * times.length;
    long best = times[times.length - 1];
    double nearest = Double.POSITIVE_INFINITY;
    for (int i = times.length - 1; i > 0; i--) {
      if (times[i] != times[i - 1]) {
        double distance = Math.abs(times.length - i - wanted);
        if (distance < nearest) {
          nearest = distance;
          best = times[i];
        }
      }
    }
    return best;
  }

  /// The first time that comes too late for the part before: an outcome may still happen at the
  /// very time at which the next part begins, but where outcomes take no time a row is in one part
  /// only.
  private static long before(long from, long gap) {
    return gap > 0 ? from - gap + 1 : from;
  }

  private static int[] between(TrainingSet set, int[] rows, long from, long before) {
    return Arrays.stream(rows)
        .filter(r -> set.observedAt()[r] >= from && set.observedAt()[r] < before)
        .toArray();
  }

  private static void requireLearnable(UseCase useCase, TrainingSet set, int[] labelled) {
    boolean number = useCase.frame().task().isNumber();
    long positives = Arrays.stream(labelled).filter(r -> set.labels()[r] == 1).count();
    String place = useCase.name() + ": training set";
    if (labelled.length == 0) {
      throw new BadInput(
          place,
          "none of %d observations has a known outcome%s".formatted(set.size(), reasons(set)),
          outcomeRemedy(set));
    }
    if (number) {
      requireNumbers(place, set, labelled);
    } else if (positives == 0) {
      throw new BadInput(
          place,
          "not one of %d observations is positive%s"
              .formatted(
                  labelled.length,
                  set.horizonMicros() > 0 ? " within " + days(set.horizonMicros()) : ""),
          set.horizonMicros() > 0
              ? "a longer horizon (frame.target.within), an earlier frame.observe.from, or another"
                  + " target event"
              : "frame.target.positive with the text that the positive class has in the file");
    }
    if (!number && positives == labelled.length) {
      throw new BadInput(
          place,
          "all %d observations are positive, so there is nothing to tell apart"
              .formatted(labelled.length),
          set.horizonMicros() > 0
              ? "a shorter horizon (frame.target.within), or a wider population"
              : "frame.target.positive with the text of one of the classes");
    }
    if (labelled.length < MIN_ROWS) {
      throw new BadInput(
          place,
          "only %d observations have a known outcome%s".formatted(labelled.length, reasons(set)),
          "at least %d; ".formatted(MIN_ROWS) + outcomeRemedy(set));
    }
  }

  /// A target that varies, in numbers that a model can hold.
  private static void requireNumbers(String place, TrainingSet set, int[] labelled) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int row : labelled) {
      least = Math.min(least, set.labels()[row]);
      most = Math.max(most, set.labels()[row]);
    }
    if (least == most) {
      throw new BadInput(
          place,
          "the target is %s in all %d observations, so there is nothing to learn"
              .formatted(least, labelled.length),
          "frame.target.column with a column that varies");
    }
    if (Math.max(Math.abs(least), Math.abs(most)) > MOST_NUMBER) {
      throw new BadInput(
          place,
          "the target reaches from %s to %s".formatted(least, most),
          "numbers up to %s in size; compute another unit under data.columns"
              .formatted(MOST_NUMBER));
    }
  }

  private static void requireBothClasses(
      UseCase useCase, TrainingSet set, int[] rows, String part, int least) {
    if (useCase.frame().task().isNumber()) {
      if (rows.length < least) {
        throw new BadInput(
            useCase.name() + ": " + part + " part",
            rows.length + " observations",
            "at least %d; give training.split another share".formatted(least));
      }
      return;
    }
    long positives = Arrays.stream(rows).filter(r -> set.labels()[r] == 1).count();
    long negatives = rows.length - positives;
    if (Math.min(positives, negatives) < least) {
      throw new BadInput(
          useCase.name() + ": " + part + " part",
          "%d positive and %d negative observations".formatted(positives, negatives),
          "at least %d of each; give training.split another share, more history (frame.observe.from,"
                  .formatted(least)
              + " to), another horizon, or `validation: {by: entity}`");
    }
  }

  private static BadInput tooShort(UseCase useCase, TrainingSet set, int left, long gap) {
    long first = Arrays.stream(set.observedAt()).min().orElse(0);
    long last = Arrays.stream(set.observedAt()).max().orElse(0);
    if (first == last) {
      return new BadInput(
          useCase.name() + ": training.split",
          "by time, but all observations have the same time",
          "by: random, or by: entity");
    }
    return new BadInput(
        useCase.name() + ": training.split",
        "observations from %s to %s with gaps of %s leave %d training rows"
            .formatted(Times.instant(first), Times.instant(last), days(gap), left),
        "at least %d; an earlier frame.observe.from, a shorter horizon, a smaller share, or"
                .formatted(MIN_ROWS)
            + " `validation: {by: entity}`, which needs one gap less");
  }

  private static String outcomeRemedy(TrainingSet set) {
    if (set.horizonMicros() == 0) {
      return "rows whose target column is filled";
    }
    return ("outcomes are known up to %s and take %s: observations up to that time less the horizon"
            + " (frame.observe.from and to), a shorter horizon, or a later --as-of")
        .formatted(Times.instant(set.asOfMicros()), days(set.horizonMicros()));
  }

  private static String reasons(TrainingSet set) {
    if (set.unlabelled().isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder(" (");
    set.unlabelled().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(e ->
            text.append(text.length() > 2 ? ", " : "")
                .append(e.getKey())
                .append(": ")
                .append(e.getValue()));
    return text.append(')').toString();
  }

  static String days(long micros) {
    if (micros % Times.DAY == 0) {
      return micros / Times.DAY + "d";
    }
    return micros % Times.HOUR == 0 ? micros / Times.HOUR + "h" : micros / Times.SECOND + "s";
  }

  private static String hash(TrainingSet set, int[] rows) {
    String[] lines =
        Arrays.stream(rows)
            .mapToObj(r ->
                set.keys().dictionary().text(set.keys().codes()[r])
                    + "\t"
                    + set.observedAt()[r]
                    + "\n")
            .sorted()
            .toArray(String[]::new);
    MessageDigest digest = Units.sha256();
    for (String line : lines) {
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
