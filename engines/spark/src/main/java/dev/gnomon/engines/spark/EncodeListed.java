package dev.gnomon.engines.spark;

import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/// Turns listed observations into [Records#ROW], with the bits of the label as known-at: so they
/// are sorted as one process does.
record EncodeListed() implements MapPartitionsFunction<Row, Row> {
  private static final byte[] NONE = {};

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Filtering(rows) {
      private String key = "";
      private long time;
      private double label;

      @Override
      boolean accept(Row row) {
        key = row.getString(0);
        time = row.getLong(1);
        label = row.isNullAt(2) ? Double.NaN : row.getDouble(2);
        return true;
      }

      @Override
      Row made() {
        return RowFactory.create(
            key, Records.LISTED, time, Double.doubleToLongBits(label), NONE, NONE);
      }
    };
  }
}
