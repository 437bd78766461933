package dev.gnomon.learners;

import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import java.util.Arrays;

/// Linear regression with elastic net: minimises
///
/// sum of weight x (target - prediction)^2 / 2 + l1 x sum |b| + l2 / 2 x sum b^2
///
/// with a free intercept, to convergence, by [ProximalNewton]. `l2` is 1 and `l1` 0 unless stated
/// (scikit-learn's Ridge with alpha = 1); `l2: 0` is ordinary least squares, `l1` alone the lasso
/// (Tibshirani 1996), both the elastic net (Zou and Hastie 2005). The penalties are sums over rows:
/// scikit-learn's Lasso with alpha has l1 = alpha x sum of weights.
///
/// Inputs that are sums of others leave ordinary least squares without a single answer; one of the
/// equally good ones is taken. The result does not depend on seed or threads.
public final class LinearTrainer implements Trainer {
  @Override
  public String name() {
    return LinearModel.NUMBER_KIND;
  }

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
    float[] targets = fit.rows().targets();
    float[] weights = fit.rows().weights();
    Settings read = new Settings(name(), fit.settings());
    double l1 = read.number("l1", 0, 0, 1e12);
    double l2 = read.number("l2", 1, 0, 1e12);
    read.check();
    SparseRows rows = SparseRows.of(fit.rows().inputs());
    fit.progress().stage("fitting linear regression", 0);
    double[] beta =
        new ProximalNewton(rows, targets, weights, new PointLoss.Squared(), l1, l2)
            .fit(BaseRate.mean(targets, weights), fit.threads(), fit.progress());
    return new LinearModel(
        Output.NUMBER, beta[rows.width()], Arrays.copyOf(beta, rows.width()), rows.means(weights));
  }
}
