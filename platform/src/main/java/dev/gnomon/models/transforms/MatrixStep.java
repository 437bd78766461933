package dev.gnomon.models.transforms;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A step from a row of numbers to a row of numbers; fitted, immutable, safe for use by several
/// threads.
public sealed interface MatrixStep
    permits Clip,
        OutlierFlags,
        MissingFlags,
        Fill,
        NeighbourFill,
        IterativeFill,
        Affine,
        QuantileScale,
        PowerScale,
        Products,
        Keep,
        Components {
  /// What stands in the row behind this step.
  List<Input> outputs(List<Input> inputs);

  /// How many doubles it needs in the row, besides its inputs and outputs.
  default int spare() {
    return 0;
  }

  /// Replaces the inputs, which stand at the beginning of `row`, by the outputs. Allocates nothing.
  void apply(double[] row);

  ObjectNode toJson();

  /// @param inputs what stands in the row before it
  /// @throws IllegalArgumentException when it is none
  static MatrixStep fromJson(JsonNode node, int inputs) {
    MatrixStep step =
        switch (node.required("kind").stringValue()) {
          case Clip.KIND -> Clip.fromJson(node);
          case OutlierFlags.KIND -> OutlierFlags.fromJson(inputs, node);
          case MissingFlags.KIND -> MissingFlags.fromJson(inputs, node);
          case Fill.KIND -> Fill.fromJson(node);
          case NeighbourFill.KIND -> NeighbourFill.fromJson(inputs, node);
          case IterativeFill.KIND -> IterativeFill.fromJson(inputs, node);
          case Affine.KIND -> Affine.fromJson(node);
          case QuantileScale.KIND -> QuantileScale.fromJson(node);
          case PowerScale.KIND -> PowerScale.fromJson(node);
          case Products.KIND -> Products.fromJson(inputs, node);
          case Keep.KIND -> Keep.fromJson(node);
          case Components.KIND -> Components.fromJson(inputs, node);
          case String kind -> throw new IllegalArgumentException("step '" + kind + "'");
        };
    return step;
  }

  /// @throws IllegalArgumentException when a position is none of the inputs
  static void within(int[] columns, int inputs) {
    for (int column : columns) {
      if (column < 0 || column >= inputs) {
        throw new IllegalArgumentException("position %d of %d".formatted(column, inputs));
      }
    }
  }
}
