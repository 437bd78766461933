package dev.gnomon.stats;

/// Whether one way of training is better than another, from their difference on repeated splits of
/// one data set.
///
/// The training parts of the splits overlap, so the differences are not independent and the plain
/// paired t test calls ties better far too often. The variance is raised by the ratio of test to
/// training rows: t = mean / sqrt((1/k + test/training) variance), k - 1 degrees of freedom. Nadeau
/// and Bengio 2003; Bouckaert and Frank 2004, who advise ten times ten folds. It speaks of the way
/// of training on such data; for two given models on given rows take [DeLong], [McNemar] or a
/// paired bootstrap.
public final class ResampledT {
  private ResampledT() {}

  /// @param differences first minus second, one per split, at least two
  /// @param testRows of one split
  /// @param trainingRows of one split
  public static Samples.Welch test(
      double[] differences, double testRows, double trainingRows, double level) {
    if (differences.length < 2 || !(testRows > 0) || !(trainingRows > 0)) {
      throw new IllegalArgumentException(
          "%d differences of %s test and %s training rows; at least 2, each above 0"
              .formatted(differences.length, testRows, trainingRows));
    }
    double variance = Samples.variance(differences);
    double factor = 1.0 / differences.length + testRows / trainingRows;
    return Samples.student(
        Samples.mean(differences), Math.sqrt(variance * factor), differences.length - 1, level);
  }
}
