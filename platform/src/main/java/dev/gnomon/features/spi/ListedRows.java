package dev.gnomon.features.spi;

import dev.gnomon.data.Table;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;

/// Observations that are listed in a table, checked.
///
/// @param batches under [#SCHEMA]; passed over once
/// @param from the earliest time, microseconds
/// @param to the latest time, microseconds
public record ListedRows(Iterable<Table> batches, long from, long to) {
  public static final Schema SCHEMA =
      Schema.of(
          new Field("key", Type.TEXT),
          new Field("observed_at", Type.TIME),
          new Field("label", Type.NUMBER));
}
