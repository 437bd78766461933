package dev.gnomon.models.transforms;

import dev.gnomon.schema.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One-hot: one input per level, which is 1 for that level and else 0.
final class LevelFlags implements ColumnStep {
  static final String KIND = "levels";

  private final int index;
  private final List<String> levels;
  private final boolean other;
  private final boolean flagged;
  private final int imputed;
  private final Map<String, Integer> positions;
  private final int width;

  /// @param other whether rare and unseen levels have an input
  /// @param flagged whether missing has an input
  /// @param imputed the level a missing value also counts for, or -1
  LevelFlags(int index, List<String> levels, boolean other, boolean flagged, int imputed) {
    this.index = index;
    this.levels = List.copyOf(levels);
    this.other = other;
    this.flagged = flagged;
    this.imputed = imputed;
    this.positions = positions(levels);
    this.width = levels.size() + (other ? 1 : 0) + (flagged ? 1 : 0);
  }

  /// Positions by text.
  static Map<String, Integer> positions(List<String> levels) {
    Map<String, Integer> positions = HashMap.newHashMap(levels.size());
    for (int i = 0; i < levels.size(); i++) {
      positions.put(levels.get(i), i);
    }
    return positions;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public List<Input> inputs(String column) {
    List<String> names = new ArrayList<>();
    levels.forEach(level -> names.add(column + "=" + level));
    if (other) {
      names.add(column + "=other");
    }
    if (flagged) {
      names.add(column + MissingFlag.SUFFIX);
    }
    return names.stream().map(name -> Input.of(name, index, Input.Kind.INDICATOR)).toList();
  }

  @Override
  public int apply(Row row, double[] out, int at) {
    int size = levels.size();
    Arrays.fill(out, at, at + width, 0);
    String text = row.text(index);
    if (text == null) {
      if (flagged) {
        out[at + width - 1] = 1;
      }
      if (imputed >= 0) {
        out[at + imputed] = 1;
      }
    } else {
      Integer position = positions.get(text);
      if (position != null) {
        out[at + position] = 1;
      } else if (other) {
        out[at + size] = 1;
      }
    }
    return at + width;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node =
        Json.kind(KIND).put("other", other).put("flagged", flagged).put("imputed", imputed);
    Json.put(node, "levels", levels);
    return node;
  }

  static LevelFlags fromJson(int index, JsonNode node) {
    return new LevelFlags(
        index,
        Json.texts(node, "levels"),
        node.required("other").booleanValue(),
        node.required("flagged").booleanValue(),
        node.required("imputed").intValue());
  }
}
