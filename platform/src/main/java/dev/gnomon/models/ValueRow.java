package dev.gnomon.models;

import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One row of its own, for the requests a bundle carries. Times are always missing.
final class ValueRow implements Row {
  private final Schema schema;
  private final double[] numbers;
  private final @Nullable String[] texts;

  ValueRow(Schema schema) {
    this.schema = schema;
    this.numbers = new double[schema.size()];
    this.texts = new @Nullable String[schema.size()];
    Arrays.fill(numbers, Double.NaN);
  }

  void number(int column, double value) {
    numbers[column] = value;
  }

  void text(int column, @Nullable String value) {
    texts[column] = value;
  }

  @Override
  public double number(int column) {
    return numbers[column];
  }

  @Override
  public @Nullable String text(int column) {
    return texts[column];
  }

  @Override
  public long time(int column) {
    return Times.MISSING;
  }

  /// By column name, missing values left out.
  JsonNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < schema.size(); i++) {
      String text = texts[i];
      if (text != null) {
        json.put(schema.field(i).name(), text);
      } else if (!Double.isNaN(numbers[i])) {
        json.put(schema.field(i).name(), numbers[i]);
      }
    }
    return json;
  }

  static ValueRow fromJson(JsonNode json, Schema schema) {
    ValueRow row = new ValueRow(schema);
    for (String name : json.propertyNames()) {
      int column = schema.require(name);
      JsonNode value = json.required(name);
      switch (schema.field(column).type()) {
        case NUMBER -> row.number(column, value.doubleValue());
        case TEXT -> row.text(column, value.stringValue());
        case TIME -> throw new IllegalArgumentException("'" + name + "' is a time");
      }
    }
    return row;
  }
}
