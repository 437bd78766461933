package dev.gnomon.learners;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.Settings;
import dev.gnomon.models.ensembles.MemberScale;
import dev.gnomon.models.ensembles.StackModel;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.stats.RandomStream;
import java.util.List;
import java.util.Map;

/// Stacking with one hold-out instead of folds: cheaper by the number of folds, and the final
/// learner sees fewer rows.
///
/// One part in `parts` (5) of the groups is held out; members are fitted on the others, the `final`
/// learner on the members' scores of the held-out rows, and the members again on all rows. The rest
/// is as in [StackingTrainer], whose model it gives.
public final class BlendingTrainer implements Trainer {
  @Override
  public String name() {
    return "blending";
  }

  @Override
  public boolean needsCompleteScaledInputs() {
    return true;
  }

  @Override
  public boolean needsCompleteScaledInputs(Map<String, String> settings) {
    return MemberTrainers.needComplete(name(), settings);
  }

  @Override
  public boolean fits(Fit.Target target) {
    return true;
  }

  @Override
  public Model train(Fit fit) {
    MemberTrainers members =
        MemberTrainers.of(name(), StackingTrainer.FinalLearner.membersOnly(fit.settings()));
    Settings read = new Settings(name(), members.own());
    read.text("members", "");
    int parts = read.integer("parts", 5, 2, 100);
    read.check();
    members.requireFit(name(), fit.target());
    StackingTrainer.FinalLearner last = StackingTrainer.FinalLearner.of(name(), fit);
    Fit.Rows rows = fit.rows();
    int[] dealt = GroupFolds.of(rows, parts, RandomStream.of(fit.seed()).split("blending"));
    if (GroupFolds.count(dealt) < 2) {
      throw new BadInput(
          "models.candidates." + name(),
          "all %,d rows are of one group".formatted(rows.size()),
          "rows of at least two entities, to hold some out");
    }
    fit.progress().stage("fitting the members of a blend", 2);
    Fit.Rows held = GroupFolds.take(rows, GroupFolds.positions(dealt, 0, true));
    List<Model> partly =
        members.train(fit, GroupFolds.take(rows, GroupFolds.positions(dealt, 0, false)));
    float[] scores = MemberTrainers.scores(partly, held, MemberScale.LOG_ODDS);
    Model weighing =
        last.train(
            fit,
            new Fit.Rows(
                new Matrix(StackingTrainer.names(members), scores, held.size()),
                held.targets(),
                held.weights(),
                held.groups()));
    return new StackModel(members.train(fit, rows), weighing, MeanRow.of(rows));
  }
}
