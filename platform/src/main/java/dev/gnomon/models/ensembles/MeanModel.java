package dev.gnomon.models.ensembles;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.Model;
import dev.gnomon.models.ModelFiles;
import dev.gnomon.models.Output;
import dev.gnomon.models.spi.ModelReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/// The weighted mean of its members on one scale: log-odds, probabilities or numbers.
///
/// Contributions are the weighted sums of the members' own, see [MemberParts].
public final class MeanModel implements Model {
  public static final String KIND = "averaging";

  private final Model[] members;
  private final double[] weights;
  private final MemberScale scale;
  private final Output output;

  /// @param weights not negative, adding up to 1
  /// @param scale [MemberScale#OWN] for members that agree on their output, else another one
  public MeanModel(List<Model> members, double[] weights, MemberScale scale) {
    Members.requireSameInputs(members);
    if (weights.length != members.size()) {
      throw new IllegalArgumentException(
          "%d weights for %d members".formatted(weights.length, members.size()));
    }
    this.members = members.toArray(Model[]::new);
    this.weights = weights.clone();
    this.scale = scale;
    this.output =
        switch (scale) {
          case OWN -> members.getFirst().output();
          case PROBABILITY ->
              members.getFirst().output().isNumber() ? Output.NUMBER : Output.PROBABILITY;
          case LOG_ODDS -> Output.LOG_ODDS;
        };
    for (Model member : members) {
      if (member.output().isNumber() != output.isNumber()
          || (scale == MemberScale.OWN && member.output() != output)) {
        throw new IllegalArgumentException("members of different outputs have no mean");
      }
    }
  }

  /// How many members.
  public int size() {
    return members.length;
  }

  /// The scale on which they meet.
  public MemberScale scale() {
    return scale;
  }

  public double weight(int member) {
    return weights[member];
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
    return output;
  }

  @Override
  public double margin(float[] row, int offset) {
    double sum = 0;
    for (int m = 0; m < members.length; m++) {
      sum += weights[m] * scale.of(members[m].output(), members[m].margin(row, offset));
    }
    return sum;
  }

  @Override
  public void margins(float[] rows, int count, double[] out) {
    double[] found = new double[count];
    java.util.Arrays.fill(out, 0, count, 0);
    for (int m = 0; m < members.length; m++) {
      members[m].margins(rows, count, found);
      for (int i = 0; i < count; i++) {
        out[i] += weights[m] * scale.of(members[m].output(), found[i]);
      }
    }
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    MemberParts.weighted(members, scale, weights, row, offset, out);
  }

  @Override
  public void write(Path directory) {
    ObjectNode json =
        CanonicalJson.object()
            .put("kind", KIND)
            .put("scale", scale.name().toLowerCase(Locale.ROOT));
    ModelFiles.add(weights, json.putArray("weights"));
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
              new MeanModel(
                  members,
                  ModelFiles.doubles(json.required("weights")),
                  MemberScale.valueOf(
                      json.required("scale").stringValue().toUpperCase(Locale.ROOT))));
    }
  }
}
