package dev.gnomon.learners;

import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.Settings;
import dev.gnomon.models.ensembles.MeanModel;
import dev.gnomon.models.ensembles.MemberScale;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import java.util.List;
import java.util.Map;

/// The weighted mean of its members.
///
/// `scale` is `own` (default), `probability` or `log-odds`. On their own scale members are averaged
/// as they come when all put out the same (log-odds, probabilities, numbers), else as
/// probabilities. `weights` are equal unless stated, as in `"1, 2"`, or `learnt`: those with the
/// least log loss (squared error of numbers) over the out-of-fold scores of `folds` (5) grouped
/// folds inside the rows (Breiman 1996, with weights that are not negative and add up to 1).
///
/// Members and their settings are stated as [MemberTrainers] says.
public final class AveragingTrainer implements Trainer {
  @Override
  public String name() {
    return MeanModel.KIND;
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
    boolean binary = fit.target() == Fit.Target.BINARY;
    MemberTrainers members = MemberTrainers.of(name(), fit.settings());
    Settings read = new Settings(name(), members.own());
    read.text("members", "");
    String scaleWord =
        binary ? read.choice("scale", "own", "own", "probability", "log-odds") : "own";
    String text = read.text("weights", "");
    boolean learn = text.strip().equals("learnt");
    int folds = read.integer("folds", 5, 2, 100);
    int count = members.members().size();
    double[] weights = MemberWeights.stated(read, learn ? "" : text, count);
    read.check();
    members.requireFit(name(), fit.target());
    fit.progress().stage("fitting the members of an average", 0);
    List<Model> models = members.train(fit, fit.rows());
    MemberScale scale =
        switch (scaleWord) {
          case "probability" -> MemberScale.PROBABILITY;
          case "log-odds" -> MemberScale.LOG_ODDS;
          default ->
              models.stream().map(Model::output).distinct().count() == 1
                      && models.getFirst().output() != Output.LOG_NUMBER
                  ? MemberScale.OWN
                  : MemberScale.PROBABILITY;
        };
    if (learn && count > 1) {
      PointLoss loss =
          switch (new MeanModel(models, weights, scale).output()) {
            case LOG_ODDS -> new PointLoss.Log();
            case PROBABILITY, SIDE -> new PointLoss.LogOfProbability();
            case NUMBER, LOG_NUMBER -> new PointLoss.Squared();
          };
      weights =
          MemberWeights.learnt(
              members.outOfFold(name(), fit, folds, scale),
              count,
              fit.rows().targets(),
              fit.rows().weights(),
              loss);
    }
    return new MeanModel(models, weights, scale);
  }
}
