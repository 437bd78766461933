package dev.gnomon.models.ensembles;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Model;
import dev.gnomon.models.ModelFiles;
import dev.gnomon.models.Output;
import dev.gnomon.models.PathContributions;
import dev.gnomon.models.spi.ModelReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A final model over the scores of its members: log-odds where a class is predicted, else numbers.
///
/// With a linear final the contributions are its weights times the members' contributions, carried
/// to log-odds where a member gives probabilities ([MemberParts]): what each input moved through
/// all members, from the final's output at the members' own base values. With any other final they
/// are [PathContributions] of the whole, from the mean training row. Both add up to the margin.
public final class StackModel implements Model {
  /// Members fitted on all rows, the final on out-of-fold scores.
  public static final String KIND = "stacking";

  private final Model[] members;
  private final Model last;
  private final float[] means;
  private final ThreadLocal<float[]> scratch;

  /// @param last takes one input per member
  /// @param means of the inputs over the training rows; NaN where an input was always missing
  public StackModel(List<Model> members, Model last, float[] means) {
    Members.requireSameInputs(members);
    if (last.inputs() != members.size() || means.length != members.getFirst().inputs()) {
      throw new IllegalArgumentException("lists of different lengths");
    }
    this.members = members.toArray(Model[]::new);
    this.last = last;
    this.means = means.clone();
    this.scratch = ThreadLocal.withInitial(() -> new float[members.size()]);
  }

  /// The model that weighs the members.
  public Model last() {
    return last;
  }

  /// How many members.
  public int size() {
    return members.length;
  }

  public Model member(int number) {
    return members[number];
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
    return last.output();
  }

  @Override
  public double margin(float[] row, int offset) {
    float[] scores = scratch.get();
    for (int m = 0; m < members.length; m++) {
      scores[m] =
          (float) MemberScale.LOG_ODDS.of(members[m].output(), members[m].margin(row, offset));
    }
    return last.margin(scores, 0);
  }

  @Override
  public void margins(float[] rows, int count, double[] out) {
    int width = members.length;
    double[] found = new double[count];
    float[] scores = new float[count * width];
    for (int m = 0; m < width; m++) {
      members[m].margins(rows, count, found);
      for (int i = 0; i < count; i++) {
        scores[i * width + m] = (float) MemberScale.LOG_ODDS.of(members[m].output(), found[i]);
      }
    }
    last.margins(scores, count, out);
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    if (!(last instanceof LinearModel linear)) {
      PathContributions.of(this, means, row, offset, out);
      return;
    }
    double[] weights = new double[members.length];
    Arrays.setAll(weights, linear::weight);
    MemberParts.weighted(members, MemberScale.LOG_ODDS, weights, row, offset, out);
    // The members' scores are rounded to single precision on their way into the final; what that
    // changes belongs to no input.
    double sum = 0;
    for (int j = 0; j < inputs(); j++) {
      sum += out[j];
    }
    out[inputs()] = margin(row, offset) - sum;
  }

  @Override
  public void write(Path directory) {
    ObjectNode json = CanonicalJson.object().put("kind", KIND).put("final", last.kind());
    ModelFiles.add(means, json.putArray("means"));
    Members.write(json, List.of(members), directory);
    Members.write(last, directory.resolve("final"));
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
              new StackModel(
                  members,
                  ModelFiles.read(
                      json.required("final").stringValue(),
                      directory.resolve("final"),
                      directory.resolve(Members.FILE)),
                  ModelFiles.row(json.required("means"))));
    }
  }
}
