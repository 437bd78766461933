package dev.gnomon.learners.trees;

import dev.gnomon.models.Model;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.models.trees.ForestReader;

/// Extra trees: as a random forest, but each input tried gets one random threshold, and by default
/// every tree sees all rows (Geurts, Ernst, Wehenkel: Extremely randomized trees, 2006). Smoother
/// and faster to train. The threshold is drawn evenly between the least and the greatest value in
/// the node and moved to the next gap between bins.
///
/// Settings as for [random forest][RandomForestTrainer]; `bootstrap` is no, and `max-features` all
/// for a number.
public final class ExtraTreesTrainer implements Trainer {
  @Override
  public String name() {
    return ForestReader.ExtraTrees.KIND;
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
    return ForestTraining.read(name(), fit, true).train(fit);
  }
}
