package dev.gnomon.models.ensembles;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.Model;
import dev.gnomon.models.ModelFiles;
import dev.gnomon.models.Output;
import dev.gnomon.models.PathContributions;
import dev.gnomon.models.spi.ModelReader;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The share of members that vote for a positive, each by its weight: a member votes for it when
/// its own probability is at least one half.
///
/// Contributions are [PathContributions] from the mean training row.
public final class VoteModel implements Model {
  public static final String KIND = "voting";

  private final Model[] members;
  private final double[] weights;
  private final float[] means;

  /// @param weights not negative, adding up to 1
  /// @param means of the inputs over the training rows; NaN where an input was always missing
  public VoteModel(List<Model> members, double[] weights, float[] means) {
    Members.requireSameInputs(members);
    if (weights.length != members.size() || means.length != members.getFirst().inputs()) {
      throw new IllegalArgumentException("lists of different lengths");
    }
    for (Model member : members) {
      if (member.output().isNumber()) {
        throw new IllegalArgumentException("numbers are no votes");
      }
    }
    this.members = members.toArray(Model[]::new);
    this.weights = weights.clone();
    this.means = means.clone();
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int inputs() {
    return members[0].inputs();
  }

  @Override
  public Output output() {
    return Output.PROBABILITY;
  }

  @Override
  public double margin(float[] row, int offset) {
    double sum = 0;
    for (int m = 0; m < members.length; m++) {
      if (members[m].output().score(members[m].margin(row, offset)) >= 0.5) {
        sum += weights[m];
      }
    }
    // The weights add up to 1 but for rounding.
    return Math.min(sum, 1);
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    PathContributions.of(this, means, row, offset, out);
  }

  @Override
  public void write(Path directory) {
    ObjectNode json = CanonicalJson.object().put("kind", KIND);
    ModelFiles.add(weights, json.putArray("weights"));
    ModelFiles.add(means, json.putArray("means"));
    Members.write(json, List.of(members), directory);
  }

  /// Found with `ServiceLoader`.
  public static final class Reader implements ModelReader {
    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public Model read(Path directory) {
      return Members.read(
          directory,
          (json, members) ->
              new VoteModel(
                  members,
                  ModelFiles.doubles(json.required("weights")),
                  ModelFiles.row(json.required("means"))));
    }
  }
}
