package dev.gnomon.learners.trees;

import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.models.trees.Forest;
import dev.gnomon.models.trees.ForestReader;
import dev.gnomon.models.trees.OutOfBag;
import dev.gnomon.models.trees.Tree;
import dev.gnomon.models.trees.TreeMedian;
import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Adaptive boosting: small trees one after the other, each on rows weighted by how badly the
/// earlier ones do on them.
///
/// For a class, `algorithm: real` (standard) lets each leaf say its log-odds, as Real AdaBoost does
/// (Friedman, Hastie, Tibshirani: Additive logistic regression, 2000; the binary SAMME.R), with
/// half a row's weight of each class added to every leaf (Schapire, Singer 1999), so that pure
/// leaves stay finite. `algorithm: samme` lets each tree vote with log((1 - e) / e) for its error e
/// (Zhu, Zou, Rosset, Hastie: Multi-class AdaBoost, 2009). Either way the sum estimates the
/// log-odds of a positive, overstated when rounds are many: calibrate it.
///
/// For a number, AdaBoost.R2 (Drucker 1997): rows are reweighted by their linear, square or
/// exponential loss relative to the largest, and the weighted median of the trees predicts. Trees
/// see the weights themselves where Drucker resampled, so that nothing is left to chance.
///
/// Settings: `rounds` (100), `learning-rate` (1), `max-depth` (1; for a number 3), `algorithm`
/// (real; samme), `loss` of a number (linear; square, exponential), and `criterion`, `max-leaves`,
/// `min-split`, `min-leaf` (1), `max-features`, `max-bin`, `exact-up-to` as for [a single
/// tree][DecisionTreeTrainer].
public final class AdaBoostTrainer implements Trainer {
  @Override
  public String name() {
    return ForestReader.AdaBoost.KIND;
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
    boolean number = fit.target() == Fit.Target.NUMBER;
    Settings read = new Settings(name(), fit.settings());
    TreeSettings settings =
        TreeSettings.read(read, fit, new TreeSettings.Standard(number ? 3 : 1, 1, "all", false));
    int rounds = read.integer("rounds", 100, 1, 10_000);
    double rate = read.number("learning-rate", 1, 1e-6, 100);
    String loss = number ? read.choice("loss", "linear", "linear", "square", "exponential") : "";
    boolean real = !number && read.choice("algorithm", "real", "real", "samme").equals("real");
    read.check();
    fit.progress().stage("boosting trees", rounds);
    try (Workers workers = new Workers(fit.threads())) {
      Bins bins = Bins.of(fit.rows().inputs(), settings.bins(), settings.exactUpTo(), workers);
      Boosting boosting =
          new Boosting(fit, new TreeGrower(bins, settings.growth(), workers), rounds, rate, name());
      if (number) {
        return boosting.median(loss);
      }
      return real ? boosting.real() : boosting.votes();
    }
  }

  private static final class Boosting {
    private final Fit fit;
    private final Fit.Rows rows;
    private final TreeGrower grower;
    private final int rounds;
    private final double rate;
    private final String name;
    private final RandomStream random;
    private final double[] weights;
    private final List<Tree> trees = new ArrayList<>();

    Boosting(Fit fit, TreeGrower grower, int rounds, double rate, String name) {
      this.fit = fit;
      this.rows = fit.rows();
      this.grower = grower;
      this.rounds = rounds;
      this.rate = rate;
      this.name = name;
      this.random = RandomStream.of(fit.seed()).split(name);
      this.weights = new double[rows.size()];
      Arrays.setAll(weights, i -> rows.weights()[i]);
      normalise();
    }

    private void normalise() {
      double sum = 0;
      for (double weight : weights) {
        sum += weight;
      }
      for (int i = 0; i < weights.length; i++) {
        weights[i] /= sum;
      }
    }

    /// Weights add up to the number of rows for the tree, which counts in single precision.
    private GrownTree grow(int round) {
      float[] single = new float[weights.length];
      for (int i = 0; i < single.length; i++) {
        single[i] = (float) (weights[i] * weights.length);
      }
      fit.progress().advance(1);
      return grower.grow(rows.targets(), single, random.split(round));
    }

    private int[] leaves(GrownTree tree) {
      int width = rows.inputs().width();
      int[] leaves = new int[rows.size()];
      Arrays.setAll(leaves, i -> tree.leafOf(rows.inputs().values(), i * width));
      return leaves;
    }

    private Model sum() {
      return new Forest(
          name,
          Output.LOG_ODDS,
          Forest.Combination.SUM,
          0,
          rows.inputs().width(),
          trees,
          OutOfBag.none());
    }

    private static Tree scaled(GrownTree tree, GrownTree.LeafValue value) {
      return tree.tree(new boolean[tree.size()], value);
    }

    Model real() {
      for (int round = 0; round < rounds; round++) {
        GrownTree tree = grow(round);
        double[] odds = new double[tree.size()];
        for (int node = 0; node < odds.length; node++) {
          double positive = tree.mean(node) * tree.weight(node);
          odds[node] =
              Math.log((positive + 0.5) / (Math.max(0, tree.weight(node) - positive) + 0.5));
        }
        trees.add(scaled(tree, node -> rate * odds[node]));
        if (tree.size() == 1) {
          break;
        }
        int[] leaves = leaves(tree);
        for (int i = 0; i < leaves.length; i++) {
          double sign = rows.targets()[i] > 0.5 ? 1 : -1;
          weights[i] *= Math.exp(-0.5 * rate * sign * odds[leaves[i]]);
        }
        normalise();
      }
      return sum();
    }

    Model votes() {
      for (int round = 0; round < rounds; round++) {
        GrownTree tree = grow(round);
        int[] leaves = leaves(tree);
        double error = 0;
        boolean[] wrong = new boolean[leaves.length];
        for (int i = 0; i < leaves.length; i++) {
          wrong[i] = tree.mean(leaves[i]) > 0.5 != rows.targets()[i] > 0.5;
          error += wrong[i] ? weights[i] : 0;
        }
        fit.curve().point("train/weighted-error", round + 1, error);
        if (error >= 0.5 && !trees.isEmpty()) {
          break;
        }
        // A tree without a mistake would have all the say; it ends the training with a say of one,
        // as
        // in scikit-learn. One that is no better than chance says nothing.
        double say = error <= 0 ? 1 : error >= 0.5 ? 0 : rate * Math.log((1 - error) / error);
        trees.add(scaled(tree, node -> tree.mean(node) > 0.5 ? say : -say));
        if (error <= 0 || say == 0) {
          break;
        }
        for (int i = 0; i < leaves.length; i++) {
          if (wrong[i]) {
            weights[i] *= Math.exp(say);
          }
        }
        normalise();
      }
      return sum();
    }

    Model median(String loss) {
      double[] says = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        GrownTree tree = grow(round);
        int[] leaves = leaves(tree);
        double[] misses = new double[leaves.length];
        double worst = 0;
        for (int i = 0; i < leaves.length; i++) {
          misses[i] = Math.abs(rows.targets()[i] - tree.mean(leaves[i]));
          worst = Math.max(worst, misses[i]);
        }
        double error = 0;
        for (int i = 0; i < leaves.length; i++) {
          double share = worst > 0 ? misses[i] / worst : 0;
          misses[i] =
              switch (loss) {
                case "square" -> share * share;
                case "exponential" -> 1 - Math.exp(-share);
                default -> share;
              };
          error += weights[i] * misses[i];
        }
        fit.curve().point("train/weighted-error", round + 1, error);
        if (error >= 0.5 && !trees.isEmpty()) {
          break;
        }
        trees.add(tree.tree());
        if (error <= 0 || error >= 0.5) {
          says[trees.size() - 1] = 1;
          break;
        }
        double beta = error / (1 - error);
        says[trees.size() - 1] = -rate * Math.log(beta);
        for (int i = 0; i < leaves.length; i++) {
          weights[i] *= Math.pow(beta, (1 - misses[i]) * rate);
        }
        normalise();
      }
      return new TreeMedian(name, rows.inputs().width(), trees, Arrays.copyOf(says, trees.size()));
    }
  }
}
