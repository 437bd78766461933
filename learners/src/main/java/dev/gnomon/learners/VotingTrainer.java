package dev.gnomon.learners;

import dev.gnomon.models.Model;
import dev.gnomon.models.Settings;
import dev.gnomon.models.ensembles.VoteModel;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import java.util.Map;

/// Members that vote, each by whether its own probability is at least one half; the output is the
/// share of the votes for a positive, by `weights` (equal unless stated).
///
/// Coarse by nature: three members give four scores. `averaging` keeps what the members know.
/// Members and their settings are stated as [MemberTrainers] says.
public final class VotingTrainer implements Trainer {
  @Override
  public String name() {
    return VoteModel.KIND;
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
  public Model train(Fit fit) {
    MemberTrainers members = MemberTrainers.of(name(), fit.settings());
    Settings read = new Settings(name(), members.own());
    read.text("members", "");
    double[] weights =
        MemberWeights.stated(read, read.text("weights", ""), members.members().size());
    read.check();
    members.requireFit(name(), fit.target());
    fit.progress().stage("fitting the members of a vote", 0);
    return new VoteModel(members.train(fit, fit.rows()), weights, MeanRow.of(fit.rows()));
  }
}
