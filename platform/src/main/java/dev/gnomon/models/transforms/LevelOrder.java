package dev.gnomon.models.transforms;

import dev.gnomon.schema.Row;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Ordinal: the position of the level in a stated order, or among the sorted texts; 0, 1, 2, …
///
/// Missing and levels outside of the order are missing.
final class LevelOrder implements ColumnStep {
  static final String KIND = "order";

  private final int index;
  private final List<String> levels;
  private final Map<String, Integer> positions;

  LevelOrder(int index, List<String> levels) {
    this.index = index;
    this.levels = List.copyOf(levels);
    this.positions = LevelFlags.positions(levels);
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public List<Input> inputs(String column) {
    return List.of(Input.of(column, index, Input.Kind.QUANTITY));
  }

  @Override
  public int apply(Row row, double[] out, int at) {
    String text = row.text(index);
    Integer position = text == null ? null : positions.get(text);
    out[at] = position == null ? Double.NaN : position;
    return at + 1;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node = Json.kind(KIND);
    Json.put(node, "levels", levels);
    return node;
  }

  static LevelOrder fromJson(int index, JsonNode node) {
    return new LevelOrder(index, Json.texts(node, "levels"));
  }
}
