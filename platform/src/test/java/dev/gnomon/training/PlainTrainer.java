package dev.gnomon.training;

import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;

/// Logistic regression by plain gradient descent: slow, simple, and enough to test what is around a
/// trainer.
final class PlainTrainer implements Trainer {
  @Override
  public String name() {
    return "plain";
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
    int width = inputs.width();
    double[] beta = new double[width];
    double intercept = 0;
    for (int step = 0; step < 300; step++) {
      double[] gradient = new double[width];
      double first = 0;
      double total = 0;
      for (int i = 0; i < inputs.rows(); i++) {
        double margin = intercept;
        for (int j = 0; j < width; j++) {
          margin += beta[j] * inputs.values()[i * width + j];
        }
        double error = weights[i] * (labels[i] - 1 / (1 + Math.exp(-margin)));
        first += error;
        total += weights[i];
        for (int j = 0; j < width; j++) {
          gradient[j] += error * inputs.values()[i * width + j];
        }
      }
      intercept += 2 * first / total;
      for (int j = 0; j < width; j++) {
        beta[j] += 2 * gradient[j] / total;
      }
    }
    return new LinearModel(intercept, beta, new double[width]);
  }
}
