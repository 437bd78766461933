package dev.gnomon.models.transforms;

import dev.gnomon.schema.Row;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One number per level, learnt from the training rows: how frequent it is, or what its rows'
/// target tells.
final class LevelValues implements ColumnStep {
  static final String KIND = "values";

  private final int index;
  private final String suffix;
  private final List<String> levels;
  private final double[] values;
  private final double missing;
  private final double unseen;
  private final Map<String, Integer> positions;

  /// @param suffix follows the column in the name of the input: ` target`
  /// @param missing the value of a missing text
  /// @param unseen the value of a level that no training row had
  LevelValues(
      int index,
      String suffix,
      List<String> levels,
      double[] values,
      double missing,
      double unseen) {
    this.index = index;
    this.suffix = suffix;
    this.levels = List.copyOf(levels);
    this.values = values;
    this.missing = missing;
    this.unseen = unseen;
    this.positions = LevelFlags.positions(levels);
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public List<Input> inputs(String column) {
    return List.of(Input.of(column + suffix, index, Input.Kind.QUANTITY));
  }

  @Override
  public int apply(Row row, double[] out, int at) {
    String text = row.text(index);
    if (text == null) {
      out[at] = missing;
    } else {
      Integer position = positions.get(text);
      out[at] = position == null ? unseen : values[position];
    }
    return at + 1;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node =
        Json.kind(KIND).put("suffix", suffix).put("missing", missing).put("unseen", unseen);
    Json.put(node, "levels", levels);
    Json.put(node, "values", values);
    return node;
  }

  static LevelValues fromJson(int index, JsonNode node) {
    List<String> levels = Json.texts(node, "levels");
    double[] values = Json.doubles(node, "values");
    if (levels.size() != values.length) {
      throw new IllegalArgumentException(
          "%d levels, %d values".formatted(levels.size(), values.length));
    }
    return new LevelValues(
        index,
        node.required("suffix").stringValue(),
        levels,
        values,
        node.required("missing").doubleValue(),
        node.required("unseen").doubleValue());
  }
}
