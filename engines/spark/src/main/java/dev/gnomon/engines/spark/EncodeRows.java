package dev.gnomon.engines.spark;

import dev.gnomon.observations.RowEncoder;
import dev.gnomon.observations.SourcePart;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/// Turns the rows of a source into [Records#ROW].
///
/// @param source its index in the program
/// @param valued whether the values are wanted, and not the times alone
record EncodeRows(SourcePart part, int source, boolean valued)
    implements MapPartitionsFunction<Row, Row> {
  private static final byte[] NONE = {};

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Decoder decoder = new Decoder(part);
    RowEncoder encoder = decoder.encoder();
    return new Filtering(rows) {
      @Override
      boolean accept(Row row) {
        return decoder.read(row) && encoder.useful();
      }

      @Override
      Row made() {
        return RowFactory.create(
            encoder.key(),
            source,
            encoder.eventTime(),
            encoder.knownAt(),
            encoder.tie(),
            valued ? encoder.values() : NONE);
      }
    };
  }
}
