package dev.gnomon.models.transforms;

import dev.gnomon.core.usecase.PreprocessingSection.Impute;
import dev.gnomon.stats.RandomStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Fits what is put in the place of missing numbers: first the fixed values, then neighbours, then
/// chained equations, each on what the steps before it left.
final class ImputeFit {
  /// Rows that the regressions are fitted on, at most.
  private static final int MOST_ROWS = 10_000;

  private static final double RIDGE = 1;

  private ImputeFit() {}

  /// @param rule by column
  static void fit(Columns columns, IntFunction<Impute> rule, long seed, List<MatrixStep> steps) {
    int[] quantities = where(columns, i -> columns.input(i).isQuantity());
    int[] simple =
        Arrays.stream(quantities).filter(i -> isSimple(rule.apply(i).method())).toArray();
    if (simple.length > 0) {
      double[] values =
          Arrays.stream(simple)
              .mapToDouble(i -> value(columns.present(i), rule.apply(i)))
              .toArray();
      add(columns, new Fill(simple, values), steps);
    }
    for (int neighbours :
        Arrays.stream(quantities)
            .filter(i -> rule.apply(i).method() == Impute.Method.K_NN)
            .map(i -> rule.apply(i).neighbours())
            .sorted()
            .distinct()
            .toArray()) {
      int[] targets =
          Arrays.stream(quantities)
              .filter(i ->
                  rule.apply(i).method() == Impute.Method.K_NN
                      && rule.apply(i).neighbours() == neighbours)
              .toArray();
      add(columns, neighbours(columns, targets, quantities, neighbours, seed), steps);
    }
    int[] chained =
        Arrays.stream(quantities)
            .filter(i -> rule.apply(i).method() == Impute.Method.ITERATIVE)
            .toArray();
    if (chained.length > 0) {
      int rounds = Arrays.stream(chained).map(i -> rule.apply(i).rounds()).max().orElseThrow();
      // Columns that are filled by another rule, or by none, are only evidence.
      int[] evidence =
          Arrays.stream(quantities)
              .filter(
                  i -> rule.apply(i).method() == Impute.Method.ITERATIVE || columns.missing(i) == 0)
              .toArray();
      add(columns, chained(columns, evidence, rounds, seed), steps);
    }
  }

  static int[] where(Columns columns, java.util.function.IntPredicate wanted) {
    return IntStream.range(0, columns.width()).filter(wanted).toArray();
  }

  private static void add(Columns columns, MatrixStep step, List<MatrixStep> steps) {
    columns.apply(step);
    steps.add(step);
  }

  private static boolean isSimple(Impute.Method method) {
    return switch (method) {
      case MEDIAN, MEAN, MODE, CONSTANT -> true;
      case NONE, K_NN, ITERATIVE -> false;
    };
  }

  private static double value(double[] present, Impute how) {
    if (how.method() == Impute.Method.CONSTANT) {
      return how.value();
    }
    if (present.length == 0) {
      return 0;
    }
    return switch (how.method()) {
      case MEAN -> Moments.of(present).mean();
      case MODE -> mode(present);
      case MEDIAN, CONSTANT, NONE, K_NN, ITERATIVE -> Partition.quantile(present, 0.5);
    };
  }

  /// The most frequent value; of several the smallest.
  private static double mode(double[] present) {
    Arrays.sort(present);
    double best = present[0];
    int most = 0;
    int run = 0;
    for (int i = 0; i < present.length; i++) {
      run = i > 0 && present[i] == present[i - 1] ? run + 1 : 1;
      if (run > most) {
        most = run;
        best = present[i];
      }
    }
    return best;
  }

  /// Some rows, ascending: all of them, or that many drawn at random.
  private static int[] sample(int rows, int most, long seed, String purpose) {
    int[] all = new int[rows];
    Arrays.setAll(all, i -> i);
    if (rows <= most) {
      return all;
    }
    RandomStream.of(seed).split(purpose).shuffle(all);
    int[] drawn = Arrays.copyOf(all, most);
    Arrays.sort(drawn);
    return drawn;
  }

  private static NeighbourFill neighbours(
      Columns columns, int[] targets, int[] quantities, int neighbours, long seed) {
    int[] drawn = sample(columns.rows(), NeighbourFill.MOST, seed, "references");
    double[][] references = new double[drawn.length][quantities.length];
    double[] scales = new double[quantities.length];
    for (int i = 0; i < quantities.length; i++) {
      double[] column = columns.column(quantities[i]);
      scales[i] = Moments.of(column).scale();
      for (int r = 0; r < drawn.length; r++) {
        references[r][i] = column[drawn[r]];
      }
    }
    double[] means =
        Arrays.stream(targets).mapToDouble(i -> Moments.of(columns.column(i)).mean()).toArray();
    return new NeighbourFill(
        columns.width(), targets, quantities, scales, references, means, neighbours);
  }

  private static IterativeFill chained(Columns columns, int[] taking, int rounds, long seed) {
    int width = taking.length;
    int[] drawn = sample(columns.rows(), MOST_ROWS, seed, "chained equations");
    double[] means = new double[width];
    double[] scales = new double[width];
    double[][] rows = new double[drawn.length][width];
    boolean[][] missing = new boolean[drawn.length][width];
    int[] absent = new int[width];
    for (int i = 0; i < width; i++) {
      double[] column = columns.column(taking[i]);
      Moments moments = Moments.of(column);
      means[i] = moments.mean();
      scales[i] = moments.scale();
      absent[i] = columns.missing(taking[i]);
      for (int r = 0; r < drawn.length; r++) {
        double value = column[drawn[r]];
        missing[r][i] = Double.isNaN(value);
        rows[r][i] = missing[r][i] ? 0 : (value - means[i]) / scales[i];
      }
    }
    int[] order =
        IntStream.range(0, width)
            .filter(i -> absent[i] > 0)
            .boxed()
            .sorted(Comparator.comparingInt(i -> absent[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[][] weights = new double[order.length == 0 ? 0 : rounds * order.length][];
    for (int step = 0; step < weights.length; step++) {
      int target = order[step % order.length];
      weights[step] = ridge(rows, missing, target);
      for (int r = 0; r < rows.length; r++) {
        if (missing[r][target]) {
          rows[r][target] = IterativeFill.estimate(weights[step], rows[r], 0);
        }
      }
    }
    return new IterativeFill(columns.width(), taking, means, scales, order, weights);
  }

  /// Of one column on the others, over the rows that have it; the intercept is not shrunk.
  private static double[] ridge(double[][] rows, boolean[][] missing, int target) {
    int width = rows[0].length;
    double[] means = new double[width];
    int n = 0;
    for (int r = 0; r < rows.length; r++) {
      if (!missing[r][target]) {
        n++;
        for (int i = 0; i < width; i++) {
          means[i] += rows[r][i];
        }
      }
    }
    double[] weights = new double[width + 1];
    if (n == 0) {
      return weights;
    }
    for (int i = 0; i < width; i++) {
      means[i] /= n;
    }
    double[][] gram = new double[width][width];
    double[] right = new double[width];
    double[] centred = new double[width];
    for (int r = 0; r < rows.length; r++) {
      if (missing[r][target]) {
        continue;
      }
      for (int i = 0; i < width; i++) {
        centred[i] = i == target ? 0 : rows[r][i] - means[i];
      }
      double y = rows[r][target] - means[target];
      for (int i = 0; i < width; i++) {
        right[i] += centred[i] * y;
        for (int j = 0; j <= i; j++) {
          gram[i][j] += centred[i] * centred[j];
        }
      }
    }
    for (int i = 0; i < width; i++) {
      gram[i][i] += RIDGE;
    }
    Symmetric.factor(gram, 0);
    double[] solved = Symmetric.solve(gram, right);
    double intercept = means[target];
    for (int i = 0; i < width; i++) {
      weights[i] = i == target ? 0 : solved[i];
      intercept -= weights[i] * means[i];
    }
    weights[width] = intercept;
    return weights;
  }
}
