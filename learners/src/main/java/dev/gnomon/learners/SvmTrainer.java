package dev.gnomon.learners;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.ConstantModel;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.Settings;
import dev.gnomon.models.instances.Kernel;
import dev.gnomon.models.instances.KernelModel;
import dev.gnomon.models.instances.RowBlocks;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.stats.PlattFit;
import java.util.Locale;

/// Support vector machine with a kernel (Boser, Guyon, Vapnik 1992), by [Smo]: of 0/1 targets the
/// soft-margin classifier with hinge loss, of numbers the regression with a tube of half-width
/// `epsilon` (0.1 standard deviations of the target).
///
/// `kernel` is `rbf`, `polynomial` (`degree` 3, `shift` 0) or `sigmoid` (`shift` 0); `gamma` is 1 /
/// (inputs x variance of all input values) unless stated; `cost` (1) times the weight bounds what
/// one row may count; `tolerance` (1e-3) is the largest violation left; `cache-mb` (200) the memory
/// for kernel rows. Time grows faster than the square of the rows, so more than [#MOST] are
/// refused.
///
/// Of 0/1 targets its output is log-odds: Platt's curve over the decision values of five grouped
/// folds inside the rows, which costs five more fits.
public final class SvmTrainer implements Trainer {
  /// The most rows it takes.
  public static final int MOST = 30_000;

  @Override
  public String name() {
    return KernelModel.KIND;
  }

  @Override
  public boolean needsCompleteScaledInputs() {
    return true;
  }

  @Override
  public boolean fits(Fit.Target target) {
    return true;
  }

  private record Recipe(
      Kernel kernel, double cost, double epsilon, double tolerance, long cacheBytes, int threads) {

    /// @param targets 0 and 1, or standardised numbers
    Surface fit(Fit.Target target, Fit.Rows rows, float[] targets) {
      int n = rows.size();
      int width = rows.inputs().width();
      int count = target == Fit.Target.BINARY ? n : 2 * n;
      byte[] signs = new byte[count];
      double[] linear = new double[count];
      double[] bounds = new double[count];
      for (int i = 0; i < n; i++) {
        bounds[i] = cost * rows.weights()[i];
        if (target == Fit.Target.BINARY) {
          signs[i] = (byte) (targets[i] > 0.5 ? 1 : -1);
          linear[i] = -1;
        } else {
          signs[i] = 1;
          linear[i] = epsilon - targets[i];
          signs[n + i] = -1;
          linear[n + i] = epsilon + targets[i];
          bounds[n + i] = bounds[i];
        }
      }
      KernelRows kernelRows =
          new KernelRows(kernel, rows.inputs().values(), n, width, cacheBytes, threads);
      Smo smo = new Smo(kernelRows, kernelRows.diagonal(), signs, linear, bounds);
      double intercept = smo.solve(tolerance, Math.max(10_000_000L, 100L * count));
      double[] coefficients = new double[n];
      int support = 0;
      for (int i = 0; i < n; i++) {
        coefficients[i] =
            target == Fit.Target.BINARY ? signs[i] * smo.alpha(i) : smo.alpha(i) - smo.alpha(n + i);
        support += coefficients[i] != 0 ? 1 : 0;
      }
      float[] kept = new float[support * width];
      double[] counts = new double[support];
      int at = 0;
      for (int i = 0; i < n; i++) {
        if (coefficients[i] != 0) {
          System.arraycopy(rows.inputs().values(), i * width, kept, at * width, width);
          counts[at++] = coefficients[i];
        }
      }
      return new Surface(RowBlocks.of(kept, support, width), counts, intercept);
    }
  }

  /// Support rows, their coefficients and the intercept.
  private record Surface(RowBlocks rows, double[] coefficients, double intercept) {
    KernelModel model(Output output, Kernel kernel, double scale, double shift, float[] means) {
      return new KernelModel(output, kernel, rows, coefficients, intercept, scale, shift, means);
    }
  }

  @Override
  public Model train(Fit fit) {
    boolean binary = fit.target() == Fit.Target.BINARY;
    Fit.Rows rows = fit.rows();
    Settings read = new Settings(name(), fit.settings());
    String shape = read.choice("kernel", "rbf", "rbf", "polynomial", "sigmoid");
    double gamma = read.number("gamma", 0, 1e-12, 1e12);
    boolean gammaStated = read.states("gamma");
    double shift = read.number("shift", 0, -1e6, 1e6);
    int degree = read.integer("degree", 3, 1, 10);
    double cost = read.number("cost", 1, 1e-9, 1e9);
    double epsilon = binary ? 0 : read.number("epsilon", 0.1, 0, 1e6);
    double tolerance = read.number("tolerance", 1e-3, 1e-12, 1);
    int cache = read.integer("cache-mb", 200, 1, 100_000);
    read.check();
    if (rows.size() > MOST) {
      throw new BadInput(
          "models.candidates." + name(),
          "%,d rows".formatted(rows.size()),
          "at most %,d: its time grows with more than their square; svm-linear takes any number"
              .formatted(MOST));
    }
    SparseRows.requireFinite(rows.inputs());
    Kernel kernel =
        new Kernel(
            Kernel.Shape.valueOf(shape.toUpperCase(Locale.ROOT)),
            gammaStated ? gamma : scaleOf(rows),
            shift,
            degree);
    Recipe recipe = new Recipe(kernel, cost, epsilon, tolerance, cache * 1_000_000L, fit.threads());
    float[] means = MeanRow.of(rows);
    fit.progress().stage("fitting a support vector machine", 0);
    if (!binary) {
      Standard standard = Standard.of(rows);
      return recipe
          .fit(fit.target(), rows, standard.apply(rows.targets()))
          .model(Output.NUMBER, kernel, standard.spread(), standard.mean(), means);
    }
    if (CrossFit.oneClass(rows.targets())) {
      return new ConstantModel(
          Output.LOG_ODDS, rows.inputs().width(), BaseRate.logOdds(rows.targets(), rows.weights()));
    }
    PlattFit curve =
        CrossFit.platt(
            rows,
            fit.seed(),
            part -> {
              KernelModel partly =
                  recipe
                      .fit(fit.target(), part, part.targets())
                      .model(Output.LOG_ODDS, kernel, 1, 0, means);
              return partly::decision;
            });
    return recipe
        .fit(fit.target(), rows, rows.targets())
        .model(Output.LOG_ODDS, kernel, -curve.a(), -curve.b(), means);
  }

  /// 1 / (inputs x variance of all values), as scikit-learn's `scale`.
  private static double scaleOf(Fit.Rows rows) {
    float[] values = rows.inputs().values();
    double mean = 0;
    for (float value : values) {
      mean += value;
    }
    mean /= Math.max(1, values.length);
    double sum = 0;
    for (float value : values) {
      sum += (value - mean) * (value - mean);
    }
    double variance = sum / Math.max(1, values.length);
    int width = Math.max(1, rows.inputs().width());
    return variance > 0 ? 1 / (width * variance) : 1.0 / width;
  }
}
