package dev.gnomon.engines.spark;

import dev.gnomon.observations.RowEncoder;
import dev.gnomon.observations.SourcePart;
import dev.gnomon.observations.ValueRow;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import org.apache.spark.sql.Row;

/// Hands the rows of a source to a [RowEncoder], as [SourceTable] selects them: doubles, texts and
/// microseconds, null when missing.
final class Decoder {
  private final SourcePart part;
  private final RowEncoder encoder;
  private final int[] columns;
  private final Type[] types;

  Decoder(SourcePart part) {
    this.part = part;
    this.encoder = new RowEncoder(part);
    this.columns = part.stored().stream().mapToInt(c -> c).toArray();
    this.types = new Type[columns.length];
    for (int i = 0; i < columns.length; i++) {
      types[i] = part.schema().field(columns[i]).type();
    }
  }

  RowEncoder encoder() {
    return encoder;
  }

  /// Reads a row; whether it counts.
  boolean read(Row from) {
    ValueRow row = encoder.row();
    for (int i = 0; i < columns.length; i++) {
      boolean missing = from.isNullAt(i);
      switch (types[i]) {
        case NUMBER -> row.number(columns[i], missing ? Double.NaN : finite(from.getDouble(i), i));
        case TEXT -> row.text(columns[i], missing ? null : from.getString(i));
        case TIME -> row.time(columns[i], missing ? Times.MISSING : from.getLong(i));
      }
    }
    return encoder.encode();
  }

  private double finite(double value, int i) {
    if (Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "source '%s', column '%s': an infinite number; a finite value, or a missing one"
              .formatted(part.name(), part.schema().field(columns[i]).name()));
    }
    return value;
  }
}
