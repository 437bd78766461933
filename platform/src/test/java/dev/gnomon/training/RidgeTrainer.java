package dev.gnomon.training;

import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;

/// Logistic regression by a few steps of gradient descent, with a penalty and a rate to be
/// searched.
final class RidgeTrainer implements Trainer {
  /// Called before each fit.
  private final Runnable before;

  RidgeTrainer(Runnable before) {
    this.before = before;
  }

  @Override
  public String name() {
    return "ridge";
  }

  @Override
  public boolean needsCompleteScaledInputs() {
    return true;
  }

  @Override
  public Model train(Fit fit) {
    before.run();
    Settings settings = new Settings(name(), fit.settings());
    double l2 = settings.number("l2", 100, 0, 1e6);
    double rate = settings.number("rate", 0.1, 0, 10);
    settings.check();
    Matrix inputs = fit.rows().inputs();
    int width = inputs.width();
    double[] beta = new double[width];
    double intercept = 0;
    for (int step = 0; step < 20; step++) {
      double[] gradient = new double[width];
      double first = 0;
      for (int i = 0; i < inputs.rows(); i++) {
        double margin = intercept;
        for (int j = 0; j < width; j++) {
          margin += beta[j] * inputs.values()[i * width + j];
        }
        double error = fit.rows().targets()[i] - 1 / (1 + StrictMath.exp(-margin));
        first += error;
        for (int j = 0; j < width; j++) {
          gradient[j] += error * inputs.values()[i * width + j];
        }
      }
      intercept += rate * first / inputs.rows();
      for (int j = 0; j < width; j++) {
        beta[j] += rate * (gradient[j] - l2 * beta[j]) / inputs.rows();
      }
    }
    return new LinearModel(intercept, beta, new double[width]);
  }
}
