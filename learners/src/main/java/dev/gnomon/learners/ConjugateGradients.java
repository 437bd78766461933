package dev.gnomon.learners;

/// Solves the quadratic of one Newton step without its matrix: each round is one pass over the rows
/// (Hestenes and Stiefel 1952), preconditioned by nothing but the penalty.
final class ConjugateGradients {
  private static final int ROUNDS = 1000;

  /// How small the rest must become against the gradient.
  private static final double REST = 1e-9;

  private ConjugateGradients() {}

  /// The step d for which (X' C X + L) d = -(gradient + L beta), with L the penalties.
  ///
  /// @param curvatures per row, at least 0
  /// @param gradient of the loss alone; the intercept last
  static double[] step(
      SparseRows rows,
      double[] curvatures,
      double[] gradient,
      double[] beta,
      double l2,
      double interceptL2) {
    int length = beta.length;
    double[] penalties = new double[length];
    java.util.Arrays.fill(penalties, l2);
    penalties[length - 1] = interceptL2;
    double[] step = new double[length];
    double[] rest = new double[length];
    for (int j = 0; j < length; j++) {
      rest[j] = -gradient[j] - penalties[j] * beta[j];
    }
    double[] search = rest.clone();
    double[] image = new double[length];
    double[] margins = new double[rows.size()];
    double square = dot(rest, rest);
    double enough = REST * REST * square;
    for (int round = 0; round < ROUNDS && square > enough && square > 0; round++) {
      rows.margins(search, margins);
      for (int i = 0; i < margins.length; i++) {
        margins[i] *= curvatures[i];
      }
      rows.gradient(margins, image);
      for (int j = 0; j < length; j++) {
        image[j] += penalties[j] * search[j];
      }
      double along = dot(search, image);
      if (!(along > 0)) {
        break;
      }
      double size = square / along;
      for (int j = 0; j < length; j++) {
        step[j] += size * search[j];
        rest[j] -= size * image[j];
      }
      double next = dot(rest, rest);
      double kept = next / square;
      for (int j = 0; j < length; j++) {
        search[j] = rest[j] + kept * search[j];
      }
      square = next;
    }
    return step;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
