package dev.gnomon.learners;

import dev.gnomon.stats.RandomStream;
import java.util.Arrays;

/// Support vector machines without a kernel in the dual, one row at a time: |b|^2 / 2 + cost x sum
/// of weight x loss, with the intercept as the weight of one more input that is always 1.
///
/// Hsieh and others 2008 (hinge), Ho and Lin 2012 (distance beyond epsilon): the rows are visited
/// in a new random order in each pass until no row's dual gradient is off by more than the
/// tolerance.
final class DualDescent {
  private final SparseRows rows;
  private final double cost;
  private final double tolerance;
  private final int passes;
  private final RandomStream random;

  DualDescent(SparseRows rows, double cost, double tolerance, int passes, RandomStream random) {
    this.rows = rows;
    this.cost = cost;
    this.tolerance = tolerance;
    this.passes = passes;
    this.random = random;
  }

  /// The weights of the inputs, and the intercept last.
  double[] hinge(float[] labels, float[] weights) {
    int n = rows.size();
    double[] beta = new double[rows.width() + 1];
    double[] alpha = new double[n];
    double[] squares = squares();
    int[] order = order(n);
    for (int pass = 0; pass < passes; pass++) {
      random.shuffle(order);
      double worst = 0;
      for (int i : order) {
        double y = labels[i] > 0.5 ? 1 : -1;
        double most = cost * weights[i];
        double slope = y * rows.margin(beta, i) - 1;
        double projected =
            alpha[i] <= 0 ? Math.min(slope, 0) : alpha[i] >= most ? Math.max(slope, 0) : slope;
        worst = Math.max(worst, Math.abs(projected));
        if (projected != 0) {
          double next = Math.clamp(alpha[i] - slope / squares[i], 0, most);
          add(beta, i, y * (next - alpha[i]));
          alpha[i] = next;
        }
      }
      if (worst <= tolerance) {
        break;
      }
    }
    return beta;
  }

  /// The loss is the distance beyond `epsilon`.
  double[] tube(float[] targets, float[] weights, double epsilon) {
    int n = rows.size();
    double[] beta = new double[rows.width() + 1];
    double[] alpha = new double[n];
    double[] squares = squares();
    int[] order = order(n);
    for (int pass = 0; pass < passes; pass++) {
      random.shuffle(order);
      double worst = 0;
      for (int i : order) {
        double most = cost * weights[i];
        double slope = rows.margin(beta, i) - targets[i];
        double up = slope + epsilon;
        double down = slope - epsilon;
        worst = Math.max(worst, violation(alpha[i], most, up, down));
        double next;
        // Minimum of slope d + squares d^2 / 2 + epsilon |alpha + d|, by sides of 0.
        if (up < squares[i] * alpha[i]) {
          next = alpha[i] - up / squares[i];
        } else if (down > squares[i] * alpha[i]) {
          next = alpha[i] - down / squares[i];
        } else {
          next = 0;
        }
        next = Math.clamp(next, -most, most);
        if (next != alpha[i]) {
          add(beta, i, next - alpha[i]);
          alpha[i] = next;
        }
      }
      if (worst <= tolerance) {
        break;
      }
    }
    return beta;
  }

  private static double violation(double alpha, double most, double up, double down) {
    if (alpha == 0) {
      return Math.max(0, Math.max(-up, down));
    }
    if (alpha > 0) {
      return alpha >= most ? Math.max(0, up) : Math.abs(up);
    }
    return alpha <= -most ? Math.max(0, -down) : Math.abs(down);
  }

  private double[] squares() {
    double[] squares = new double[rows.size()];
    Arrays.fill(squares, 1);
    for (int i = 0; i < squares.length; i++) {
      for (int k = rows.starts()[i]; k < rows.starts()[i + 1]; k++) {
        squares[i] += (double) rows.values()[k] * rows.values()[k];
      }
    }
    return squares;
  }

  private static int[] order(int n) {
    int[] order = new int[n];
    Arrays.setAll(order, i -> i);
    return order;
  }

  private void add(double[] beta, int row, double factor) {
    beta[rows.width()] += factor;
    for (int k = rows.starts()[row]; k < rows.starts()[row + 1]; k++) {
      beta[rows.columns()[k]] += factor * rows.values()[k];
    }
  }
}
