package dev.gnomon.schema;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The columns of a table, in order, with distinct names.
public record Schema(List<Field> fields) implements Serializable {
  public Schema {
    fields = List.copyOf(fields);
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      Integer before = seen.put(fields.get(i).name(), i);
      if (before != null) {
        throw new IllegalArgumentException(
            "column '%s' stands twice, at %d and %d"
                .formatted(fields.get(i).name(), before + 1, i + 1));
      }
    }
  }

  public static Schema of(Field... fields) {
    return new Schema(List.of(fields));
  }

  public int size() {
    return fields.size();
  }

  public Field field(int index) {
    return fields.get(index);
  }

  /// The position of a column, or -1. Linear: resolve once, not per row.
  public int indexOf(String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /// The position of a column.
  ///
  /// @throws IllegalArgumentException naming the columns there are
  public int require(String name) {
    int index = indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "no column '%s'; there are %s".formatted(name, String.join(", ", names())));
    }
    return index;
  }

  public boolean has(String name) {
    return indexOf(name) >= 0;
  }

  public List<String> names() {
    return fields.stream().map(Field::name).toList();
  }
}
