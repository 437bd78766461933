package dev.gnomon.schema;

import java.io.Serializable;
import java.util.Objects;

/// A named, typed column.
public record Field(String name, Type type) implements Serializable {
  public Field {
    Objects.requireNonNull(type, "type");
    if (name.isBlank()) {
      throw new IllegalArgumentException("a column needs a name");
    }
  }
}
