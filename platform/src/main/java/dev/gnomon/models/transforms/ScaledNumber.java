package dev.gnomon.models.transforms;

import dev.gnomon.schema.Row;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// (value - mean) / scale, the median where missing: what bundles of earlier releases hold. New
/// ones impute and scale in the matrix stage.
///
/// @param flagged whether an input says that it was missing
/// @param varies false for a number that only has one value besides missing: then only the flag
record ScaledNumber(
    int index, double median, double mean, double scale, boolean flagged, boolean varies)
    implements ColumnStep {
  static final String KIND = "scaled";

  @Override
  public List<Input> inputs(String column) {
    List<Input> inputs = new ArrayList<>();
    if (varies) {
      inputs.add(Input.of(column, index, Input.Kind.QUANTITY));
    }
    if (flagged) {
      inputs.add(Input.of(column + MissingFlag.SUFFIX, index, Input.Kind.INDICATOR));
    }
    return inputs;
  }

  @Override
  public int apply(Row row, double[] out, int start) {
    int at = start;
    double value = row.number(index);
    boolean missing = Double.isNaN(value);
    if (varies) {
      out[at++] = ((missing ? median : value) - mean) / scale;
    }
    if (flagged) {
      out[at++] = missing ? 1 : 0;
    }
    return at;
  }

  @Override
  public ObjectNode toJson() {
    return Json.kind(KIND)
        .put("median", median)
        .put("mean", mean)
        .put("scale", scale)
        .put("flagged", flagged)
        .put("varies", varies);
  }

  static ScaledNumber fromJson(int index, JsonNode node) {
    return new ScaledNumber(
        index,
        node.required("median").doubleValue(),
        node.required("mean").doubleValue(),
        node.required("scale").doubleValue(),
        node.required("flagged").booleanValue(),
        node.required("varies").booleanValue());
  }
}
