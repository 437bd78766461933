package dev.gnomon.training;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.TrainingSection.Validation;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.training.validation.Fold;
import dev.gnomon.training.validation.Folds;
import dev.gnomon.training.validation.TimeFolds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// The folds that `training.validation` states, over some rows of a training set.
///
/// By itself whole entities are dealt, those with and without a positive in equal shares, also
/// where rows have times: each row of the training part then has an out-of-fold score, and nothing
/// of its entity was seen by the model that gave it.
final class FoldPlan {
  private FoldPlan() {}

  /// @param rows positions in the training set; folds hold positions in this array
  /// @throws BadInput when no fold can be learned from and tested
  static List<Fold> of(UseCase useCase, TrainingSet set, int[] rows, long seed) {
    Validation stated = useCase.training().validation();
    if (stated.method() == Validation.Scheme.STRATIFIED_GROUPED) {
      return Folds.repeated(
          stated.repeats(),
          seed,
          s -> Folds.of(Splits.folds(set, rows, stated.folds(), s), stated.folds()));
    }
    // Nothing may depend on the order in which rows were read.
    Integer[] order = order(set, rows);
    List<Fold> found = new ArrayList<>();
    for (Fold fold : inOrder(useCase, set, rows, order, stated, seed)) {
      Fold own = new Fold(positions(fold.train(), order), positions(fold.test(), order));
      if (learnable(useCase, set, rows, own)) {
        found.add(own);
      }
    }
    if (found.isEmpty()) {
      throw new BadInput(
          useCase.name() + ": training.validation",
          "no fold has rows to learn from, of both classes, and rows to test",
          "fewer folds, a shorter window, more history, or method: stratified-grouped");
    }
    return found;
  }

  private static List<Fold> inOrder(
      UseCase useCase, TrainingSet set, int[] rows, Integer[] order, Validation stated, long seed) {
    boolean number = useCase.frame().task().isNumber();
    long[] times = new long[rows.length];
    int[] groups = new int[rows.length];
    int[] classes = new int[rows.length];
    int[] codes = Together.of(set).codes();
    Map<Integer, Integer> groupOfCode = new HashMap<>();
    for (int i = 0; i < rows.length; i++) {
      int row = rows[order[i]];
      times[i] = set.observedAt()[row];
      Integer group = groupOfCode.computeIfAbsent(codes[row], _ -> groupOfCode.size());
      groups[i] = group;
      classes[i] = number ? 0 : (int) set.labels()[row];
    }
    if (number) {
      tenths(set, rows, order, classes);
    }
    long purge = Math.max(set.horizonMicros(), stated.purge().map(FoldPlan::micros).orElse(0L));
    OptionalLong window =
        stated.window().isPresent()
            ? OptionalLong.of(micros(stated.window().get()))
            : OptionalLong.empty();
    int folds = stated.folds();
    return switch (stated.method()) {
      case K_FOLD ->
          Folds.repeated(stated.repeats(), seed, s -> Folds.kFold(rows.length, folds, s));
      case STRATIFIED ->
          Folds.repeated(stated.repeats(), seed, s -> Folds.stratified(classes, folds, s));
      case GROUPED -> Folds.repeated(stated.repeats(), seed, s -> Folds.grouped(groups, folds, s));
      case STRATIFIED_GROUPED ->
          Folds.repeated(
              stated.repeats(), seed, s -> Folds.stratifiedGrouped(groups, classes, folds, s));
      case EXPANDING -> TimeFolds.expanding(times, folds, purge);
      case ROLLING -> TimeFolds.rolling(times, folds, window, purge);
      case PURGED -> TimeFolds.purged(times, folds, purge, micros(stated.embargo()));
      case WALK_FORWARD ->
          TimeFolds.walkForward(
              times, micros(stated.every().orElse(Duration.ofDays(1))), window, purge);
    };
  }

  /// Numbers are stratified by their tenths.
  private static void tenths(TrainingSet set, int[] rows, Integer[] order, int[] classes) {
    Integer[] byLabel = new Integer[rows.length];
    Arrays.setAll(byLabel, i -> i);
    Arrays.sort(byLabel, Comparator.comparingDouble(i -> set.labels()[rows[order[i]]]));
    for (int i = 0; i < byLabel.length; i++) {
      classes[byLabel[i]] = (int) (10L * i / byLabel.length);
    }
  }

  private static Integer[] order(TrainingSet set, int[] rows) {
    String[] names = new String[rows.length];
    for (int i = 0; i < rows.length; i++) {
      String text = set.keys().dictionary().text(set.keys().codes()[rows[i]]);
      names[i] = text == null ? "" : text;
    }
    Integer[] order = new Integer[rows.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        Comparator.<Integer, String>comparing(i -> names[i])
            .thenComparingLong(i -> set.observedAt()[rows[i]]));
    return order;
  }

  private static int[] positions(int[] ordered, Integer[] order) {
    return Arrays.stream(ordered).map(i -> order[i]).sorted().toArray();
  }

  private static boolean learnable(UseCase useCase, TrainingSet set, int[] rows, Fold fold) {
    long positives = Arrays.stream(fold.train()).filter(i -> set.labels()[rows[i]] == 1).count();
    return fold.test().length > 0
        && (useCase.frame().task().isNumber()
            ? fold.train().length > 1
            : positives > 0 && positives < fold.train().length);
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1000;
  }
}
