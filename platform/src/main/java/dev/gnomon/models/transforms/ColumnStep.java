package dev.gnomon.models.transforms;

import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How the values of one feature become numbers; fitted, immutable, safe for use by several
/// threads.
public sealed interface ColumnStep
    permits HashedLevels,
        HashedTerms,
        LevelFlags,
        LevelOrder,
        LevelValues,
        MissingFlag,
        PlainNumber,
        ScaledNumber,
        TermWeights,
        TimeParts {
  /// The feature, by position.
  int index();

  /// @param column the name of the feature
  List<Input> inputs(String column);

  /// Writes its numbers from `at` on and returns the position behind them. Allocates nothing.
  int apply(Row row, double[] out, int at);

  /// Its kind, and what it learnt.
  ObjectNode toJson();

  /// @param schema of the features
  /// @throws IllegalArgumentException when it is none
  static ColumnStep fromJson(JsonNode node, Schema schema) {
    int index = node.required("index").intValue();
    schema.field(index);
    return switch (node.required("kind").stringValue()) {
      case PlainNumber.SINGLE -> new PlainNumber(index, false);
      case PlainNumber.KIND -> new PlainNumber(index, true);
      case ScaledNumber.KIND -> ScaledNumber.fromJson(index, node);
      case MissingFlag.KIND -> MissingFlag.fromJson(index, schema.field(index).type());
      case LevelFlags.KIND -> LevelFlags.fromJson(index, node);
      case LevelOrder.KIND -> LevelOrder.fromJson(index, node);
      case LevelValues.KIND -> LevelValues.fromJson(index, node);
      case HashedLevels.KIND -> HashedLevels.fromJson(index, node);
      case TimeParts.KIND -> TimeParts.fromJson(index, node, schema);
      case TermWeights.KIND -> TermWeights.fromJson(index, node);
      case HashedTerms.KIND -> HashedTerms.fromJson(index, node);
      case String kind -> throw new IllegalArgumentException("transform '" + kind + "'");
    };
  }
}
