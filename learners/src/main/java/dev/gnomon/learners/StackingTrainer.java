package dev.gnomon.learners;

import dev.gnomon.core.Progress;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.Settings;
import dev.gnomon.models.ensembles.MemberScale;
import dev.gnomon.models.ensembles.StackModel;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Stacked generalisation (Wolpert 1992): a final learner over the members' out-of-fold scores.
///
/// The rows are scored in `folds` (5) grouped folds, stratified by positives, by members that saw
/// neither the row nor its group; on these scores (log-odds, or numbers) the `final` learner is
/// fitted, `logistic` for 0/1 targets and `linear` for numbers unless another trainer is named
/// (`final-l2: 10` is its setting `l2`). The members are then fitted again on all rows.
///
/// Members and their settings are stated as [MemberTrainers] says.
public final class StackingTrainer implements Trainer {
  @Override
  public String name() {
    return StackModel.KIND;
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
    MemberTrainers members = MemberTrainers.of(name(), FinalLearner.membersOnly(fit.settings()));
    Settings read = new Settings(name(), members.own());
    read.text("members", "");
    int folds = read.integer("folds", 5, 2, 100);
    read.check();
    members.requireFit(name(), fit.target());
    FinalLearner last = FinalLearner.of(name(), fit);
    fit.progress().stage("fitting the members of a stack", folds + 1);
    float[] scores = members.outOfFold(name(), fit, folds, MemberScale.LOG_ODDS);
    Fit.Rows rows = fit.rows();
    Model weighing =
        last.train(
            fit,
            new Fit.Rows(
                new Matrix(names(members), scores, rows.size()),
                rows.targets(),
                rows.weights(),
                rows.groups()));
    return new StackModel(members.train(fit, rows), weighing, MeanRow.of(rows));
  }

  static List<String> names(MemberTrainers members) {
    List<String> names = new ArrayList<>();
    for (MemberTrainers.Member member : members.members()) {
      names.add(names.size() + " " + member.trainer().name());
    }
    return names;
  }

  /// The learner over the members' scores.
  record FinalLearner(MemberTrainers.Member learner) {
    private static final String KEY = "final";

    /// The settings without those of the final learner.
    static Map<String, String> membersOnly(Map<String, String> settings) {
      Map<String, String> others = new java.util.TreeMap<>(settings);
      others.keySet().removeIf(key -> key.equals(KEY) || key.startsWith(KEY + "-"));
      return others;
    }

    static FinalLearner of(String ensemble, Fit fit) {
      String standard = fit.target() == Fit.Target.BINARY ? "logistic" : "linear";
      String name = fit.settings().getOrDefault(KEY, standard).strip();
      Map<String, String> settings = new java.util.TreeMap<>();
      settings.put("members", name);
      fit.settings()
          .forEach((key, value) -> {
            if (key.startsWith(KEY + "-")) {
              settings.put(name + key.substring(KEY.length()), value);
            }
          });
      MemberTrainers found = MemberTrainers.of(ensemble + "." + KEY, settings);
      found.requireFit(ensemble + "." + KEY, fit.target());
      return new FinalLearner(found.members().getFirst());
    }

    Model train(Fit fit, Fit.Rows scores) {
      return learner
          .trainer()
          .train(
              new Fit(
                  fit.target(),
                  scores,
                  Fit.Rows.none(scores.inputs().names()),
                  learner.settings(),
                  fit.seed(),
                  fit.threads(),
                  Progress.NONE));
    }
  }
}
