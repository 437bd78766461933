package dev.gnomon.models.transforms;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.PreprocessingSection.Select;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Chooses which inputs stay. Where a value is missing, the mean of its column stands for it while
/// choosing. Rows count alike, whatever their weights.
final class Selection {
  /// How many inputs stay where neither number nor threshold is stated.
  private static final int KEPT = 20;

  /// For methods that look at all pairs of inputs.
  private static final int MOST = 1_000;

  private static final String PLACE = "models.preprocessing.select";

  private Selection() {}

  static Keep fit(Columns columns, Select how, Supervision told, List<String> notes) {
    int width = columns.width();
    boolean pairs =
        switch (how.method()) {
          case CORRELATION, VIF, RECURSIVE, L1 -> true;
          case VARIANCE, CHI_SQUARE, ANOVA_F, MUTUAL_INFORMATION, IMPORTANCE -> false;
        };
    if (pairs && width > MOST) {
      throw new BadInput(
          PLACE,
          "%s among %,d inputs".formatted(word(how), width),
          "at most %,d; or variance, anova-f, mutual-information".formatted(MOST));
    }
    int[] kept =
        switch (how.method()) {
          case CORRELATION -> Redundancy.uncorrelated(columns, how.threshold().orElse(0.9));
          case VIF -> Redundancy.byInflation(columns, how.threshold().orElse(10));
          case RECURSIVE ->
              Regressions.recursive(columns, told, how.keep().orElse(Math.max(1, (width + 1) / 2)));
          case L1 -> {
            double[] weights = Regressions.lasso(columns, told, how.threshold().orElse(0.01));
            for (int i = 0; i < weights.length; i++) {
              weights[i] = Math.abs(weights[i]);
            }
            yield best(weights, how.keep().orElse(width), Double.MIN_VALUE);
          }
          case VARIANCE, CHI_SQUARE, ANOVA_F, MUTUAL_INFORMATION, IMPORTANCE ->
              best(
                  scores(columns, how, told),
                  how.keep()
                      .orElse(
                          how.threshold().isPresent() || how.method() == Select.Method.VARIANCE
                              ? width
                              : KEPT),
                  how.threshold().orElse(Double.MIN_VALUE));
        };
    if (kept.length == 0) {
      throw new BadInput(
          PLACE, "%s keeps none of %d inputs".formatted(word(how), width), "a lower threshold");
    }
    if (kept.length < width) {
      List<String> dropped =
          IntStream.range(0, width)
              .filter(i -> Arrays.binarySearch(kept, i) < 0)
              .mapToObj(i -> columns.input(i).name())
              .toList();
      notes.add(
          "Selection by %s keeps %d of %d inputs; dropped: %s"
              .formatted(
                  word(how),
                  kept.length,
                  width,
                  String.join(", ", dropped.subList(0, Math.min(10, dropped.size())))
                      + (dropped.size() > 10
                          ? " and %d more".formatted(dropped.size() - 10)
                          : "")));
    }
    return new Keep(kept);
  }

  private static String word(Select how) {
    return how.method().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static double[] scores(Columns columns, Select how, Supervision told) {
    if (how.method() == Select.Method.CHI_SQUARE && !told.classes()) {
      throw new BadInput(
          PLACE, "chi-square for a target that is a number", "anova-f or mutual-information");
    }
    if (how.method() == Select.Method.IMPORTANCE) {
      return TreeImportance.of(columns, told);
    }
    double[] scores = new double[columns.width()];
    for (int i = 0; i < scores.length; i++) {
      double[] values = filled(columns, i);
      scores[i] =
          switch (how.method()) {
            case VARIANCE -> {
              double deviation = Moments.of(values).deviation();
              yield deviation * deviation;
            }
            case CHI_SQUARE -> Relevance.chiSquare(values, told.targets());
            case ANOVA_F ->
                told.classes()
                    ? Relevance.anovaF(values, told.targets())
                    : Relevance.regressionF(values, told.targets());
            case MUTUAL_INFORMATION -> Relevance.mutualInformation(values, told);
            case CORRELATION, VIF, RECURSIVE, L1, IMPORTANCE -> throw new AssertionError(how);
          };
    }
    return scores;
  }

  static double[] filled(Columns columns, int column) {
    double[] values = columns.column(column);
    if (columns.missing(column) == 0) {
      return values;
    }
    double mean = Moments.of(values).mean();
    double[] filled = values.clone();
    for (int i = 0; i < filled.length; i++) {
      if (Double.isNaN(filled[i])) {
        filled[i] = mean;
      }
    }
    return filled;
  }

  /// The positions of the greatest scores, ascending; of equal ones the first.
  private static int[] best(double[] scores, int most, double least) {
    return IntStream.range(0, scores.length)
        .filter(i -> scores[i] >= least)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -scores[i]))
        .limit(most)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }
}
