package dev.gnomon.models;

import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Small tables for tests.
final class Tables {
  private Tables() {}

  record Named(Field field, Column column) {}

  static Named numbers(String name, double... values) {
    return new Named(new Field(name, Type.NUMBER), new Column.Numbers(values));
  }

  static Named texts(String name, @Nullable String... values) {
    Dictionary dictionary = new Dictionary();
    int[] codes = new int[values.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = dictionary.code(values[i]);
    }
    return new Named(new Field(name, Type.TEXT), new Column.Texts(codes, dictionary));
  }

  static Named times(String name, long... values) {
    return new Named(new Field(name, Type.TIME), new Column.Moments(values));
  }

  static Table of(Named... columns) {
    return new Table(
        new Schema(Arrays.stream(columns).map(Named::field).toList()),
        Arrays.stream(columns).map(Named::column).toList(),
        columns[0].column().size());
  }
}
