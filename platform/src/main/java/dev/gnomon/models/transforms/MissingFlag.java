package dev.gnomon.models.transforms;

import dev.gnomon.schema.Row;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// 1 where the value is missing, else 0: all that a column says that is otherwise constant.
record MissingFlag(int index, Type type) implements ColumnStep {
  static final String KIND = "missing";
  static final String SUFFIX = " is missing";

  @Override
  public List<Input> inputs(String column) {
    return List.of(Input.of(column + SUFFIX, index, Input.Kind.INDICATOR));
  }

  @Override
  public int apply(Row row, double[] out, int at) {
    boolean missing =
        switch (type) {
          case NUMBER -> !Double.isFinite(row.number(index));
          case TEXT -> row.text(index) == null;
          case TIME -> row.time(index) == Times.MISSING;
        };
    out[at] = missing ? 1 : 0;
    return at + 1;
  }

  @Override
  public ObjectNode toJson() {
    return Json.kind(KIND);
  }

  static MissingFlag fromJson(int index, Type type) {
    return new MissingFlag(index, type);
  }
}
