package dev.gnomon.models.transforms;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Replaces the inputs by their principal components (Pearson: On lines and planes of closest fit,
/// 1901): the directions of greatest variance, centred, not scaled. The loading of greatest
/// absolute value of each is positive. A component counts for the features by their squared
/// loadings.
///
/// @param loadings per component one per input, of length 1
record Components(double[] means, double[][] loadings) implements MatrixStep {
  static final String KIND = "components";

  @Override
  public List<Input> outputs(List<Input> inputs) {
    if (inputs.size() != means.length) {
      throw new IllegalArgumentException(
          "%d means of %d inputs".formatted(means.length, inputs.size()));
    }
    List<Input> outputs = new ArrayList<>(loadings.length);
    for (int c = 0; c < loadings.length; c++) {
      TreeMap<Integer, Double> shares = new TreeMap<>();
      for (int i = 0; i < means.length; i++) {
        Input input = inputs.get(i);
        double square = loadings[c][i] * loadings[c][i];
        for (int s = 0; s < input.sources().length; s++) {
          shares.merge(input.sources()[s], square * input.shares()[s], Double::sum);
        }
      }
      outputs.add(
          new Input(
              "component " + (c + 1),
              shares.keySet().stream().mapToInt(Integer::intValue).toArray(),
              shares.values().stream().mapToDouble(Double::doubleValue).toArray(),
              Input.Kind.WEIGHT));
    }
    return outputs;
  }

  @Override
  public int spare() {
    return loadings.length;
  }

  @Override
  public void apply(double[] row) {
    int width = means.length;
    for (int i = 0; i < width; i++) {
      row[i] -= means[i];
    }
    for (int c = 0; c < loadings.length; c++) {
      double[] loading = loadings[c];
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += row[i] * loading[i];
      }
      row[width + c] = sum;
    }
    System.arraycopy(row, width, row, 0, loadings.length);
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node = Json.kind(KIND);
    Json.put(node, "means", means);
    Json.put(node, "loadings", loadings);
    return node;
  }

  static Components fromJson(int inputs, JsonNode node) {
    double[] means = Json.doubles(node, "means");
    double[][] loadings = Json.rows(node, "loadings");
    for (double[] loading : loadings) {
      if (loading.length != inputs) {
        throw new IllegalArgumentException(
            "%d loadings of %d inputs".formatted(loading.length, inputs));
      }
    }
    return new Components(means, loadings);
  }
}
