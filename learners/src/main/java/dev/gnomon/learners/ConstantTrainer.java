package dev.gnomon.learners;

import dev.gnomon.models.ConstantModel;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;

/// The base rate, or the weighted mean, of the training rows for everybody.
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
  public boolean fits(Fit.Target target) {
    return true;
  }

  @Override
  public Model train(Fit fit) {
    new Settings(name(), fit.settings()).check();
    Fit.Rows rows = fit.rows();
    int width = rows.inputs().width();
    return switch (fit.target()) {
      case BINARY ->
          new ConstantModel(
              Output.LOG_ODDS, width, BaseRate.logOdds(rows.targets(), rows.weights()));
      case NUMBER ->
          new ConstantModel(Output.NUMBER, width, BaseRate.mean(rows.targets(), rows.weights()));
    };
  }
}
