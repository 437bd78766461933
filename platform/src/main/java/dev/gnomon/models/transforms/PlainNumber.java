package dev.gnomon.models.transforms;

import dev.gnomon.schema.Row;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A number as it is.
///
/// @param finite whether an infinite value counts as missing; in bundles of earlier releases it
///   stays what it is
record PlainNumber(int index, boolean finite) implements ColumnStep {
  static final String KIND = "number";
  static final String SINGLE = "raw";

  @Override
  public List<Input> inputs(String column) {
    return List.of(Input.of(column, index, Input.Kind.QUANTITY));
  }

  @Override
  public int apply(Row row, double[] out, int at) {
    double value = row.number(index);
    out[at] = finite && Double.isInfinite(value) ? Double.NaN : value;
    return at + 1;
  }

  @Override
  public ObjectNode toJson() {
    return Json.kind(finite ? KIND : SINGLE);
  }
}
