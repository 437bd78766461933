package dev.gnomon.learners;

import dev.gnomon.core.Progress;

/// Minimises sum of weight x loss + l1 x sum |b| + l2 / 2 x sum b^2 over linear margins with a free
/// intercept.
///
/// Proximal Newton steps (Lee, Sun, Saunders 2014; the scheme of glmnet, Friedman and others 2010):
/// the loss is replaced by its quadratic at the current weights, which is solved exactly, by
/// Cholesky without `l1`, else by coordinate descent; a line search makes every step go down.
/// Without `l1` and with more than 600 inputs (texts), the quadratic is solved by conjugate
/// gradients, which never form the matrix of second derivatives (truncated Newton, Lin, Weng,
/// Keerthi 2008). Where a loss is not convex, curvature is taken as its absolute value, which keeps
/// every step a descent and leads to the minimum nearest to the start.
///
/// The result does not depend on seed or threads.
final class ProximalNewton {
  private static final int STEPS = 100;

  /// From here on forming and factoring the matrix costs more than the products it saves.
  private static final int WIDE = 600;

  private final SparseRows rows;
  private final float[] targets;
  private final float[] weights;
  private final PointLoss loss;
  private final double l1;
  private final double l2;
  private final double interceptL2;

  ProximalNewton(
      SparseRows rows, float[] targets, float[] weights, PointLoss loss, double l1, double l2) {
    this(rows, targets, weights, loss, l1, l2, 0);
  }

  private ProximalNewton(
      SparseRows rows,
      float[] targets,
      float[] weights,
      PointLoss loss,
      double l1,
      double l2,
      double interceptL2) {
    this.rows = rows;
    this.targets = targets;
    this.weights = weights;
    this.loss = loss;
    this.l1 = l1;
    this.l2 = l2;
    this.interceptL2 = interceptL2;
  }

  /// Adds penalty / 2 x intercept^2, for problems whose intercept is not free.
  ProximalNewton withInterceptPenalty(double penalty) {
    return new ProximalNewton(rows, targets, weights, loss, l1, l2, penalty);
  }

  /// The weights of the inputs, and the intercept last.
  double[] fit(double startIntercept, int threads, Progress progress) {
    int width = rows.width();
    double[] beta = new double[width + 1];
    double[] margins = new double[rows.size()];
    beta[width] = startIntercept;
    rows.margins(beta, margins);
    double objective = objective(margins, beta);
    double[] gradient = new double[width + 1];
    double[] slopes = new double[rows.size()];
    double[] curvatures = new double[rows.size()];
    double[][] hessian = null;
    double[] next = new double[width + 1];
    double[] nextMargins = new double[rows.size()];
    for (int step = 0; step < STEPS; step++) {
      for (int i = 0; i < slopes.length; i++) {
        slopes[i] = weights[i] * loss.slope(margins[i], targets[i]);
      }
      rows.gradient(slopes, gradient);
      boolean moves = hessian == null || !loss.quadratic();
      if (moves) {
        for (int i = 0; i < curvatures.length; i++) {
          curvatures[i] = weights[i] * Math.abs(loss.curvature(margins[i], targets[i]));
        }
      }
      double[] direction;
      if (l1 == 0 && width > WIDE) {
        direction = ConjugateGradients.step(rows, curvatures, gradient, beta, l2, interceptL2);
      } else {
        hessian = moves || hessian == null ? rows.hessian(curvatures, threads) : hessian;
        direction = QuadraticStep.solve(gradient, hessian, beta, l1, l2, interceptL2);
      }
      double size = 1;
      double reached = Double.POSITIVE_INFINITY;
      while (size > 1e-12) {
        for (int i = 0; i < beta.length; i++) {
          next[i] = beta[i] + size * direction[i];
        }
        rows.margins(next, nextMargins);
        reached = objective(nextMargins, next);
        if (reached <= objective) {
          break;
        }
        size /= 2;
      }
      if (!(reached <= objective)) {
        break;
      }
      double moved = 0;
      for (int i = 0; i < beta.length; i++) {
        moved = Math.max(moved, Math.abs(next[i] - beta[i]) / (1 + Math.abs(beta[i])));
      }
      System.arraycopy(next, 0, beta, 0, beta.length);
      System.arraycopy(nextMargins, 0, margins, 0, margins.length);
      objective = reached;
      progress.advance(1);
      if (moved <= 1e-10) {
        break;
      }
    }
    return beta;
  }

  private double objective(double[] margins, double[] beta) {
    double sum = 0;
    for (int i = 0; i < margins.length; i++) {
      sum += weights[i] * loss.value(margins[i], targets[i]);
    }
    for (int j = 0; j < beta.length - 1; j++) {
      sum += l1 * Math.abs(beta[j]) + l2 / 2 * beta[j] * beta[j];
    }
    double intercept = beta[beta.length - 1];
    return sum + interceptL2 / 2 * intercept * intercept;
  }
}
