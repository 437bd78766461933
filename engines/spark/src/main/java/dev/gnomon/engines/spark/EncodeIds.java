package dev.gnomon.engines.spark;

import dev.gnomon.observations.SourcePart;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/// Turns the rows of a source with an id into [Records#ID].
record EncodeIds(SourcePart part) implements MapPartitionsFunction<Row, Row> {
  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Decoder decoder = new Decoder(part);
    return new Filtering(rows) {
      @Override
      boolean accept(Row row) {
        return decoder.read(row);
      }

      @Override
      Row made() {
        return RowFactory.create(decoder.encoder().tie(), decoder.encoder().content());
      }
    };
  }
}
