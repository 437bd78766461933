package dev.gnomon.learners;

import dev.gnomon.models.ConstantModel;
import dev.gnomon.models.Model;
import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;

/// The base rate of the training rows for everybody.
public final class ConstantTrainer implements Trainer {
  @Override
  public String name() {
    return ConstantModel.KIND;
  }

  @Override
  public boolean needsCompleteScaledInputs() {
    return false;
  }

  @Override
  public Model train(Fit fit) {
    float[] labels = fit.rows().targets();
    float[] weights = fit.rows().weights();
    new Settings(name(), fit.settings()).check();
    double positives = 0;
    double negatives = 0;
    for (int i = 0; i < labels.length; i++) {
      positives += (double) weights[i] * labels[i];
      negatives += (double) weights[i] * (1 - labels[i]);
    }
    // Half a row on each side keeps the odds finite when a class is absent.
    return new ConstantModel(
        fit.rows().inputs().width(), Math.log((positives + 0.5) / (negatives + 0.5)));
  }
}
