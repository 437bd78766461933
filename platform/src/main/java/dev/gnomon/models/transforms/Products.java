package dev.gnomon.models.transforms;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Adds an input per pair of inputs, their product. Half of it counts for each.
record Products(int width, int[] left, int[] right) implements MatrixStep {
  static final String KIND = "products";

  @Override
  public List<Input> outputs(List<Input> inputs) {
    MatrixStep.within(left, inputs.size());
    MatrixStep.within(right, inputs.size());
    List<Input> outputs = new ArrayList<>(inputs);
    for (int i = 0; i < left.length; i++) {
      outputs.add(product(inputs.get(left[i]), inputs.get(right[i])));
    }
    return outputs;
  }

  private static Input product(Input a, Input b) {
    int[] sources = new int[a.sources().length + b.sources().length];
    double[] shares = new double[sources.length];
    for (int i = 0; i < sources.length; i++) {
      boolean first = i < a.sources().length;
      int j = first ? i : i - a.sources().length;
      sources[i] = (first ? a : b).sources()[j];
      shares[i] = (first ? a : b).shares()[j] / 2;
    }
    boolean flags = a.kind() == Input.Kind.INDICATOR && b.kind() == Input.Kind.INDICATOR;
    return new Input(
        a.name() + " * " + b.name(),
        sources,
        shares,
        flags ? Input.Kind.INDICATOR : Input.Kind.QUANTITY);
  }

  @Override
  public void apply(double[] row) {
    for (int i = 0; i < left.length; i++) {
      row[width + i] = row[left[i]] * row[right[i]];
    }
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node = Json.kind(KIND);
    Json.put(node, "left", left);
    Json.put(node, "right", right);
    return node;
  }

  static Products fromJson(int inputs, JsonNode node) {
    return new Products(inputs, Json.ints(node, "left"), Json.ints(node, "right"));
  }
}
