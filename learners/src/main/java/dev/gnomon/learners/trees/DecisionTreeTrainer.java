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
import dev.gnomon.stats.RandomStream;
import java.util.List;

/// One tree, grown by [TreeGrower] and cut back by [Pruning]; a leaf says the weighted mean of its
/// rows.
///
/// Unless `ccp-alpha` is stated, it is the one with the least squared error in an inner
/// cross-validation of five folds (of Breiman's path, at the geometric means of neighbouring
/// alphas; one fold held out beyond 200,000 rows). Rows of one group stay in one fold.
///
/// Settings: `criterion` (gini; entropy; variance for a number), `max-depth` (30), `max-leaves` (0:
/// any number; else the node that gains most is split next), `min-split` (2 rows), `min-leaf` (5
/// rows, or a twenty-thousandth of all if that is more), `max-features` (all; sqrt, log2, third or
/// a share: inputs tried per node), `max-bin` (255), `exact-up-to` (10,000 rows: no binning up to
/// there), `ccp-alpha` (chosen).
public final class DecisionTreeTrainer implements Trainer {
  @Override
  public String name() {
    return ForestReader.DecisionTree.KIND;
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
    Settings read = new Settings(name(), fit.settings());
    TreeSettings settings =
        TreeSettings.read(
            read, fit, new TreeSettings.Standard(30, TreeSettings.minLeaf(5, fit), "all", false));
    boolean stated = read.states("ccp-alpha");
    double alpha = read.number("ccp-alpha", 0, 0, 1e300);
    read.check();
    Fit.Rows rows = fit.rows();
    RandomStream random = RandomStream.of(fit.seed()).split(name());
    fit.progress().stage("growing a tree", 0);
    try (Workers workers = new Workers(fit.threads())) {
      Bins bins = Bins.of(rows.inputs(), settings.bins(), settings.exactUpTo(), workers);
      TreeGrower grower = new TreeGrower(bins, settings.growth(), workers);
      GrownTree tree = grower.grow(rows.targets(), rows.weights(), random.split("tree"));
      Pruning pruning = new Pruning(tree);
      double chosen =
          stated || tree.size() == 1
              ? alpha
              : AlphaChoice.choose(rows, grower, pruning.alphas(), random.split("folds"));
      Tree kept = tree.tree(pruning.cut(stated && alpha == 0 ? -1 : chosen), tree::mean);
      return new Forest(
          name(),
          fit.target() == Fit.Target.NUMBER ? Output.NUMBER : Output.PROBABILITY,
          Forest.Combination.MEAN,
          0,
          rows.inputs().width(),
          List.of(kept),
          OutOfBag.none());
    }
  }
}
