package dev.gnomon.learners;

import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;

/// Logistic regression with elastic net: minimises
///
/// sum of weight x log loss + l1 x sum |b| + l2 / 2 x sum b^2
///
/// with a free intercept. `l2` is 1 unless stated, which is scikit-learn's C = 1: light against a
/// thousand rows, enough to keep separable data finite.
///
/// Proximal Newton steps (Lee, Sun, Saunders 2014; the scheme of glmnet, Friedman and others 2010):
/// the loss is replaced by its quadratic at the current weights, which is solved exactly, by
/// Cholesky without `l1`, else by coordinate descent; a line search makes every step go down. The
/// result does not depend on seed or threads.
public final class LogisticTrainer implements Trainer {
  private static final int STEPS = 100;

  @Override
  public String name() {
    return LinearModel.KIND;
  }

  @Override
  public boolean needsCompleteScaledInputs() {
    return true;
  }

  @Override
  public Model train(Fit fit) {
    Matrix inputs = fit.rows().inputs();
    float[] labels = fit.rows().targets();
    float[] weights = fit.rows().weights();
    Settings read = new Settings(name(), fit.settings());
    double l1 = read.number("l1", 0, 0, 1e12);
    double l2 = read.number("l2", 1, 0, 1e12);
    read.check();

    int width = inputs.width();
    SparseRows rows = SparseRows.of(inputs);
    double[] means = means(inputs, weights);
    double[] beta = new double[width + 1];
    double[] margins = new double[rows.size()];
    beta[width] = startIntercept(labels, weights);
    rows.margins(beta, margins);
    double objective = objective(margins, labels, weights, beta, l1, l2);

    fit.progress().stage("fitting logistic regression", 0);
    double[] gradient = new double[width + 1];
    double[][] hessian = new double[width + 1][width + 1];
    double[] next = new double[width + 1];
    double[] nextMargins = new double[rows.size()];
    for (int step = 0; step < STEPS; step++) {
      rows.quadratic(margins, labels, weights, gradient, hessian);
      double[] direction = QuadraticStep.solve(gradient, hessian, beta, l1, l2);
      double size = 1;
      double reached = Double.POSITIVE_INFINITY;
      while (size > 1e-12) {
        for (int i = 0; i < beta.length; i++) {
          next[i] = beta[i] + size * direction[i];
        }
        rows.margins(next, nextMargins);
        reached = objective(nextMargins, labels, weights, next, l1, l2);
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
      fit.progress().advance(1);
      if (moved <= 1e-10) {
        break;
      }
    }
    return new LinearModel(beta[width], java.util.Arrays.copyOf(beta, width), means);
  }

  private static double startIntercept(float[] labels, float[] weights) {
    double positives = 0;
    double negatives = 0;
    for (int i = 0; i < labels.length; i++) {
      positives += (double) weights[i] * labels[i];
      negatives += (double) weights[i] * (1 - labels[i]);
    }
    return Math.log((positives + 0.5) / (negatives + 0.5));
  }

  private static double[] means(Matrix inputs, float[] weights) {
    int width = inputs.width();
    double[] means = new double[width];
    double total = 0;
    for (int i = 0; i < inputs.rows(); i++) {
      total += weights[i];
      for (int j = 0; j < width; j++) {
        means[j] += (double) weights[i] * inputs.values()[i * width + j];
      }
    }
    for (int j = 0; j < width; j++) {
      means[j] = total > 0 ? means[j] / total : 0;
    }
    return means;
  }

  private static double objective(
      double[] margins, float[] labels, float[] weights, double[] beta, double l1, double l2) {
    double sum = 0;
    for (int i = 0; i < margins.length; i++) {
      double z = margins[i];
      double softplus = Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
      sum += weights[i] * (softplus - labels[i] * z);
    }
    for (int j = 0; j < beta.length - 1; j++) {
      sum += l1 * Math.abs(beta[j]) + l2 / 2 * beta[j] * beta[j];
    }
    return sum;
  }
}
