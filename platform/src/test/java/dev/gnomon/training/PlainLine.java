package dev.gnomon.training;

import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;

/// Least squares by plain gradient descent on scaled inputs: enough to test what is around a
/// trainer of numbers.
record PlainLine(String name) implements Trainer {
  @Override
  public boolean needsCompleteScaledInputs() {
    return true;
  }

  @Override
  public boolean fits(Fit.Target target) {
    return target == Fit.Target.NUMBER;
  }

  @Override
  public Model train(Fit fit) {
    Matrix inputs = fit.rows().inputs();
    int width = inputs.width();
    int rows = inputs.rows();
    double[] beta = new double[width];
    double intercept = 0;
    for (float y : fit.rows().targets()) {
      intercept += y / (double) rows;
    }
    double rate = 1.0 / (width + 1);
    for (int step = 0; step < 400; step++) {
      double[] gradient = new double[width];
      double first = 0;
      for (int i = 0; i < rows; i++) {
        double error = fit.rows().targets()[i] - intercept;
        for (int j = 0; j < width; j++) {
          error -= beta[j] * inputs.values()[i * width + j];
        }
        first += error;
        for (int j = 0; j < width; j++) {
          gradient[j] += error * inputs.values()[i * width + j];
        }
      }
      intercept += rate * first / rows;
      for (int j = 0; j < width; j++) {
        beta[j] += rate * gradient[j] / rows;
      }
    }
    return new LinearModel(Output.NUMBER, intercept, beta, new double[width]);
  }
}
