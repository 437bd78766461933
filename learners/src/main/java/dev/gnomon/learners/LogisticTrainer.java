package dev.gnomon.learners;

import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import java.util.Arrays;

/// Logistic regression with elastic net: minimises
///
/// sum of weight x loss + l1 x sum |b| + l2 / 2 x sum b^2
///
/// with a free intercept, by [ProximalNewton]. `l2` is 1 unless stated, which is scikit-learn's C =
/// 1: light against a thousand rows, enough to keep separable data finite.
///
/// `loss` is `log`, or `focal` with `alpha` (0.25) and `gamma` (2) (Lin and others 2017), which
/// spends less on rows that are easy already. Focal loss is not convex; what is found is the
/// minimum reached from the base rate, and its scores are no probabilities until calibrated. A cost
/// per row is its weight. The result does not depend on seed or threads.
public final class LogisticTrainer implements Trainer {
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
    float[] labels = fit.rows().targets();
    float[] weights = fit.rows().weights();
    Settings read = new Settings(name(), fit.settings());
    double l1 = read.number("l1", 0, 0, 1e12);
    double l2 = read.number("l2", 1, 0, 1e12);
    String word = read.choice("loss", "log", "log", "focal");
    PointLoss.Focal focal =
        new PointLoss.Focal(
            read.number("alpha", 0.25, 1e-6, 1 - 1e-6), read.number("gamma", 2, 0, 20));
    read.check();
    PointLoss loss = word.equals("focal") ? focal : new PointLoss.Log();

    SparseRows rows = SparseRows.of(fit.rows().inputs());
    fit.progress().stage("fitting logistic regression", 0);
    double[] beta =
        new ProximalNewton(rows, labels, weights, loss, l1, l2)
            .fit(BaseRate.logOdds(labels, weights), fit.threads(), fit.progress());
    return new LinearModel(
        Output.LOG_ODDS,
        beta[rows.width()],
        Arrays.copyOf(beta, rows.width()),
        rows.means(weights));
  }
}
