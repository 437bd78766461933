package dev.gnomon.learners;

import dev.gnomon.models.ConstantModel;
import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.stats.PlattFit;

/// A linear model by stochastic gradient descent: for streams, and for more rows than exact methods
/// like. On a table that fits into memory `logistic` and `linear` are exact and mostly faster.
///
/// | setting | default | meaning |
/// |---|---|---|
/// | `loss` | log, squared | of 0/1 targets log, focal (`alpha` 0.25, `gamma` 2), hinge; of numbers squared, huber (`delta` 1.35 standard deviations of the target) |
/// | `optimiser` | adam | plain, momentum, nesterov, adagrad, rmsprop, adam; with `momentum` 0.9, `rho` 0.999 (rmsprop 0.9), `epsilon` 1e-8 |
/// | `rate` | 0.01 | learning rate at the start |
/// | `schedule` | cosine | constant, step (x `schedule-drop` 0.5 after `schedule-every` 10 epochs), exponential (x `schedule-decay` 0.95 an epoch), cosine (to `schedule-least` 0 over all epochs), warm-restarts (first period `schedule-every`, then x `schedule-multiply` 2) |
/// | `batch`, `epochs` | 32, 50 | rows per step, passes at most |
/// | `l2` | 0.0001 | penalty per mean row: l2 / 2 x sum b^2 |
/// | `average-from` | 0 (never) | scores with the mean of the weights after all steps since this epoch (Polyak and Juditsky 1992) |
/// | `early-stopping-rounds`, `tolerance` | 5, 0.0001 | with inner rows, stops when their loss did not fall by the tolerance for so many epochs, and keeps the best epoch; 0 never stops |
///
/// Deterministic by seed; threads play no part. Margins of log and focal loss are log-odds as they
/// are, those of hinge through Platt's curve over five grouped folds.
public final class SgdTrainer implements Trainer {
  @Override
  public String name() {
    return SgdPlan.NAME;
  }

  @Override
  public boolean needsCompleteScaledInputs() {
    return true;
  }

  @Override
  public boolean fits(Fit.Target target) {
    return true;
  }

  @Override
  public Model train(Fit fit) {
    SgdPlan plan = SgdPlan.of(fit.target(), fit.settings(), fit.seed());
    Fit.Rows rows = fit.rows();
    fit.progress().stage("descending", plan.passes);
    if (fit.target() == Fit.Target.NUMBER) {
      return descend(plan, fit, rows).model(Output.NUMBER);
    }
    if (CrossFit.oneClass(rows.targets())) {
      return new ConstantModel(
          Output.LOG_ODDS, rows.inputs().width(), BaseRate.logOdds(rows.targets(), rows.weights()));
    }
    LinearModel model = descend(plan, fit, rows).model(Output.LOG_ODDS);
    if (!(plan.loss instanceof PointLoss.Hinge)) {
      return model;
    }
    PlattFit curve =
        CrossFit.platt(
            rows, fit.seed(), part -> descend(plan, fit, part).model(Output.LOG_ODDS)::margin);
    return model.stretched(-curve.a(), -curve.b());
  }

  private static SgdState descend(SgdPlan plan, Fit fit, Fit.Rows rows) {
    boolean stops = fit.inner().size() > 0 && plan.patience > 0;
    SgdState state = plan.start(rows);
    SgdState best = state;
    double least = Double.POSITIVE_INFINITY;
    int since = 0;
    for (int pass = 0; pass < plan.passes; pass++) {
      state = plan.pass(state, rows);
      fit.progress().advance(1);
      if (fit.curve().wanted()) {
        fit.curve().point("train/loss", pass + 1, plan.loss(state, rows));
      }
      if (!stops) {
        best = state;
        continue;
      }
      double loss = plan.loss(state, fit.inner());
      fit.curve().point("inner/loss", pass + 1, loss);
      since = loss < least - plan.tolerance ? 0 : since + 1;
      if (loss < least) {
        least = loss;
        best = state;
      }
      if (since >= plan.patience) {
        break;
      }
    }
    return best;
  }
}
