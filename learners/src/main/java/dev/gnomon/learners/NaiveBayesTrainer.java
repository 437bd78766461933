package dev.gnomon.learners;

import dev.gnomon.models.ConstantModel;
import dev.gnomon.models.Model;
import dev.gnomon.models.NaiveBayesModel;
import dev.gnomon.models.Output;
import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;

/// Naive Bayes: Gaussian for numbers, Bernoulli for inputs that are 0 or 1 in every training row.
///
/// `var-smoothing` (1e-9) times the largest variance of a number is added to all variances; `alpha`
/// (1) is added to the counts of 0 and of 1 (Laplace); `prior` is the share of positives, that of
/// the training rows unless stated. With numbers alone it is scikit-learn's GaussianNB, with 0/1
/// inputs alone its BernoulliNB. One pass, closed form; inputs that repeat each other are counted
/// again each time, so that its scores are too sure until calibrated.
public final class NaiveBayesTrainer implements Trainer {
  @Override
  public String name() {
    return NaiveBayesModel.KIND;
  }

  @Override
  public boolean needsCompleteScaledInputs() {
    return true;
  }

  @Override
  public Model train(Fit fit) {
    Settings read = new Settings(name(), fit.settings());
    double smoothing = read.number("var-smoothing", 1e-9, 0, 1);
    double alpha = read.number("alpha", 1, 1e-10, 1e6);
    double prior = read.number("prior", 0.5, 1e-9, 1 - 1e-9);
    boolean stated = read.states("prior");
    read.check();
    SparseRows.requireFinite(fit.rows().inputs());
    float[] values = fit.rows().inputs().values();
    float[] labels = fit.rows().targets();
    float[] weights = fit.rows().weights();
    int rows = fit.rows().size();
    int width = fit.rows().inputs().width();
    double[] mass = new double[2];
    for (int i = 0; i < rows; i++) {
      mass[labels[i] > 0.5 ? 1 : 0] += weights[i];
    }
    if (mass[0] == 0 || mass[1] == 0) {
      // Without the other class there is no density to compare with.
      return new ConstantModel(Output.LOG_ODDS, width, BaseRate.logOdds(labels, weights));
    }
    fit.progress().stage("fitting naive Bayes", 0);
    boolean[] binary = new boolean[width];
    java.util.Arrays.fill(binary, true);
    double[][] centres = new double[2][width];
    double[] overall = new double[width];
    for (int i = 0; i < rows; i++) {
      int c = labels[i] > 0.5 ? 1 : 0;
      for (int j = 0; j < width; j++) {
        float value = values[i * width + j];
        binary[j] &= value == 0 || value == 1;
        centres[c][j] += (double) weights[i] * value;
        overall[j] += value;
      }
    }
    for (int j = 0; j < width; j++) {
      centres[0][j] /= mass[0];
      centres[1][j] /= mass[1];
      overall[j] /= rows;
    }
    double[][] spreads = new double[2][width];
    double[] spread = new double[width];
    for (int i = 0; i < rows; i++) {
      int c = labels[i] > 0.5 ? 1 : 0;
      for (int j = 0; j < width; j++) {
        double value = values[i * width + j];
        double inClass = value - centres[c][j];
        double inAll = value - overall[j];
        spreads[c][j] += weights[i] * inClass * inClass;
        spread[j] += inAll * inAll;
      }
    }
    double largest = 0;
    for (int j = 0; j < width; j++) {
      if (!binary[j]) {
        largest = Math.max(largest, spread[j] / rows);
      }
    }
    // Numbers that never vary say nothing whatever their spread is taken for.
    double added = largest > 0 ? Math.max(smoothing * largest, Double.MIN_NORMAL) : 1;
    for (int j = 0; j < width; j++) {
      for (int c = 0; c < 2; c++) {
        if (binary[j]) {
          double ones = centres[c][j] * mass[c];
          centres[c][j] = (ones + alpha) / (mass[c] + 2 * alpha);
          spreads[c][j] = 0;
        } else {
          spreads[c][j] = spreads[c][j] / mass[c] + added;
        }
      }
    }
    double share = stated ? prior : mass[1] / (mass[0] + mass[1]);
    NaiveBayesModel.Classes learnt =
        new NaiveBayesModel.Classes(binary, centres[0], centres[1], spreads[0], spreads[1]);
    double odds = Math.log(share) - Math.log1p(-share);
    NaiveBayesModel plain = new NaiveBayesModel(odds, learnt, new double[width]);
    double[] means = new double[width];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < width; j++) {
        means[j] += weights[i] * plain.term(j, values[i * width + j]);
      }
    }
    for (int j = 0; j < width; j++) {
      means[j] /= mass[0] + mass[1];
    }
    return new NaiveBayesModel(odds, learnt, means);
  }
}
