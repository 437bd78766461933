package dev.gnomon.models.transforms;

import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Parts of a time on the calendar of UTC, by the functions that expressions have for them, so that
/// a part means the same everywhere. A missing time has missing parts.
final class TimeParts implements ColumnStep {
  static final String KIND = "times";

  private final int index;
  private final List<String> parts;
  private final Expression.Bound[] bound;

  /// @param parts the words of the file: `day-of-year`
  TimeParts(int index, List<String> parts, Schema schema) {
    this.index = index;
    this.parts = List.copyOf(parts);
    String column = "[" + schema.field(index).name() + "]";
    this.bound =
        parts.stream()
            .map(part -> expression(part, column).bind(schema))
            .toArray(Expression.Bound[]::new);
  }

  private static Expression expression(String part, String column) {
    String function = part.toLowerCase(Locale.ROOT).replace('-', '_');
    return Expression.parse(function + "(" + column + ")");
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public List<Input> inputs(String column) {
    return parts.stream()
        .map(part -> Input.of(column + " " + part, index, Input.Kind.QUANTITY))
        .toList();
  }

  @Override
  public int apply(Row row, double[] out, int start) {
    int at = start;
    for (Expression.Bound part : bound) {
      out[at++] = part.number(row);
    }
    return at;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node = Json.kind(KIND);
    Json.put(node, "parts", parts);
    return node;
  }

  static TimeParts fromJson(int index, JsonNode node, Schema schema) {
    return new TimeParts(index, Json.texts(node, "parts"), schema);
  }
}
