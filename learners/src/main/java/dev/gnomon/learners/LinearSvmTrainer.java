package dev.gnomon.learners;

import dev.gnomon.core.Progress;
import dev.gnomon.models.ConstantModel;
import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.stats.PlattFit;
import dev.gnomon.stats.RandomStream;
import java.util.Arrays;

/// Support vector machine without a kernel (Cortes and Vapnik 1995): minimises
///
/// (sum b^2 + intercept^2) / 2 + cost x sum of weight x loss
///
/// the problem of LIBLINEAR (Fan and others 2008), whose intercept is the weight of one more input.
/// `cost` is 1. Losses of 0/1 targets: `squared-hinge` (default; by [ProximalNewton], exact) and
/// `hinge` (by [DualDescent], to `tolerance` 1e-4 within `passes` 1000). Losses of numbers, over
/// the target less its mean and divided by its standard deviation: `squared-epsilon-insensitive`
/// (default) and `epsilon-insensitive`, with `epsilon` 0.1 in standard deviations.
///
/// Of 0/1 targets its output is log-odds: Platt's curve over the decision values of five grouped
/// folds inside the rows. The result is a [LinearModel] in either case.
public final class LinearSvmTrainer implements Trainer {
  @Override
  public String name() {
    return "svm-linear";
  }

  @Override
  public boolean needsCompleteScaledInputs() {
    return true;
  }

  @Override
  public boolean fits(Fit.Target target) {
    return true;
  }

  /// @param epsilon half the width of the tube of a number
  private record Recipe(
      boolean squared,
      double cost,
      double epsilon,
      double tolerance,
      int passes,
      long seed,
      int threads) {

    /// The weights of the inputs, and the intercept last.
    double[] fit(Fit.Target target, SparseRows rows, float[] targets, float[] weights) {
      if (squared) {
        PointLoss loss =
            target == Fit.Target.BINARY
                ? new PointLoss.SquaredHinge()
                : new PointLoss.SquaredTube(epsilon);
        return new ProximalNewton(rows, targets, weights, loss, 0, 1 / cost)
            .withInterceptPenalty(1 / cost)
            .fit(0, threads, Progress.NONE);
      }
      DualDescent dual =
          new DualDescent(rows, cost, tolerance, passes, RandomStream.of(seed).split("svm-linear"));
      return target == Fit.Target.BINARY
          ? dual.hinge(targets, weights)
          : dual.tube(targets, weights, epsilon);
    }
  }

  @Override
  public Model train(Fit fit) {
    boolean binary = fit.target() == Fit.Target.BINARY;
    Settings read = new Settings(name(), fit.settings());
    String loss =
        binary
            ? read.choice("loss", "squared-hinge", "squared-hinge", "hinge")
            : read.choice(
                "loss",
                "squared-epsilon-insensitive",
                "squared-epsilon-insensitive",
                "epsilon-insensitive");
    double cost = read.number("cost", 1, 1e-9, 1e9);
    double epsilon = binary ? 0 : read.number("epsilon", 0.1, 0, 1e6);
    double tolerance = read.number("tolerance", 1e-4, 1e-12, 1);
    int passes = read.integer("passes", 1000, 1, 10_000_000);
    read.check();
    Recipe recipe =
        new Recipe(
            loss.startsWith("squared"),
            cost,
            epsilon,
            tolerance,
            passes,
            fit.seed(),
            fit.threads());
    Fit.Rows given = fit.rows();
    SparseRows rows = SparseRows.of(given.inputs());
    int width = rows.width();
    fit.progress().stage("fitting a linear support vector machine", 0);
    if (!binary) {
      Standard standard = Standard.of(given);
      double[] beta =
          recipe.fit(fit.target(), rows, standard.apply(given.targets()), given.weights());
      return model(Output.NUMBER, beta, rows.means(given.weights()))
          .stretched(standard.spread(), standard.mean());
    }
    if (CrossFit.oneClass(given.targets())) {
      return new ConstantModel(
          Output.LOG_ODDS, width, BaseRate.logOdds(given.targets(), given.weights()));
    }
    double[] beta = recipe.fit(fit.target(), rows, given.targets(), given.weights());
    PlattFit curve =
        CrossFit.platt(
            given,
            fit.seed(),
            part -> {
              double[] partBeta =
                  recipe.fit(
                      fit.target(), SparseRows.of(part.inputs()), part.targets(), part.weights());
              return (row, offset) -> decision(partBeta, row, offset);
            });
    return model(Output.LOG_ODDS, beta, rows.means(given.weights()))
        .stretched(-curve.a(), -curve.b());
  }

  private static double decision(double[] beta, float[] row, int offset) {
    double sum = beta[beta.length - 1];
    for (int j = 0; j < beta.length - 1; j++) {
      sum += beta[j] * row[offset + j];
    }
    return sum;
  }

  private static LinearModel model(Output output, double[] beta, double[] means) {
    return new LinearModel(
        output, beta[beta.length - 1], Arrays.copyOf(beta, beta.length - 1), means);
  }
}
