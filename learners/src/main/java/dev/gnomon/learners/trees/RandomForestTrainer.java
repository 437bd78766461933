package dev.gnomon.learners.trees;

import dev.gnomon.models.Model;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.models.trees.ForestReader;

/// Random forest: trees on bootstrap samples that try a random part of the inputs at each node,
/// averaged (Breiman: Random forests, 2001). Probabilities are means of leaf shares, not votes.
///
/// Each row is also predicted by the trees that did not draw it; these out-of-bag figures are kept
/// in the model, over at most `out-of-bag-rows` evenly spaced rows. Rows of one group are drawn
/// together.
///
/// Settings: `trees` (300), `max-features` (sqrt; for a number third; all, log2 or a share),
/// `min-leaf` (3 rows; for a number 2; or a twenty-thousandth of all if that is more, which bounds
/// the memory), `bootstrap` (yes), `out-of-bag-rows` (100,000; 0 for none), and `criterion`,
/// `max-depth` (64), `max-leaves`, `min-split`, `max-bin`, `exact-up-to` as for [a single
/// tree][DecisionTreeTrainer].
public final class RandomForestTrainer implements Trainer {
  @Override
  public String name() {
    return ForestReader.RandomForest.KIND;
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
    return ForestTraining.read(name(), fit, false).train(fit);
  }
}
