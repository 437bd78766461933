package dev.gnomon.models;

import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An own threshold for some levels of a text column; all others keep the common one.
///
/// @param index of the column in the rows that are decided
public record SegmentThresholds(String column, int index, Map<String, Double> byLevel) {
  public SegmentThresholds {
    byLevel = java.util.Collections.unmodifiableMap(new TreeMap<>(byLevel));
  }

  /// @throws IllegalArgumentException unless it is a text column of the schema
  public static SegmentThresholds of(String column, Schema schema, Map<String, Double> byLevel) {
    int index = schema.names().indexOf(column);
    if (index < 0 || schema.field(index).type() != Type.TEXT) {
      throw new IllegalArgumentException("'%s' is no text column of the rows".formatted(column));
    }
    return new SegmentThresholds(column, index, byLevel);
  }

  /// @param common for a missing or unknown level
  public double at(Row row, double common) {
    @Nullable String level = row.text(index);
    Double own = level == null ? null : byLevel.get(level);
    return own == null ? common : own;
  }

  void write(ObjectNode json) {
    ObjectNode levels = json.putObject("segments").put("column", column).putObject("thresholds");
    byLevel.forEach(levels::put);
  }

  static SegmentThresholds read(JsonNode json, Schema schema) {
    Map<String, Double> byLevel = new TreeMap<>();
    json.required("thresholds").forEachEntry((level, at) -> byLevel.put(level, at.doubleValue()));
    return of(json.required("column").stringValue(), schema, byLevel);
  }
}
