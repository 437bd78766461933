package dev.gnomon.engines.spark;

import dev.gnomon.observations.KeyComputation;
import dev.gnomon.observations.ObservationProgram;
import dev.gnomon.observations.ObservationRows;
import dev.gnomon.schema.Schema;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/// Computes the observations of all keys of a partition, whose rows come sorted by key, source and
/// canonical order. Holds one key in memory.
record ComputeKeys(ObservationProgram program) implements MapPartitionsFunction<Row, Row> {
  /// Columns before the values of an observation.
  static final int OWN = 5;

  /// Key, time, the place among those of one key and time, label and why there is none; then the
  /// values of the row by number. Missing numbers are NaN, missing times the smallest long.
  static StructType shape(Schema row) {
    StructType shape =
        new StructType()
            .add("key", DataTypes.StringType, false)
            .add("observed_at", DataTypes.LongType, false)
            .add("place", DataTypes.IntegerType, false)
            .add("label", DataTypes.DoubleType, false)
            .add("reason", DataTypes.IntegerType, false);
    for (int c = 0; c < row.size(); c++) {
      shape =
          switch (row.field(c).type()) {
            case NUMBER -> shape.add("v" + c, DataTypes.DoubleType, false);
            case TEXT -> shape.add("v" + c, DataTypes.StringType, true);
            case TIME -> shape.add("v" + c, DataTypes.LongType, false);
          };
    }
    return shape;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Keys(program, rows);
  }

  private static final class Keys implements Iterator<Row> {
    private final Schema schema;
    private final Iterator<Row> rows;
    private final KeyComputation computation;
    private @Nullable Row ahead;
    private String key = "";
    private @Nullable ObservationRows computed;
    private int at;

    Keys(ObservationProgram program, Iterator<Row> rows) {
      this.schema = program.row();
      this.rows = rows;
      this.computation = new KeyComputation(program);
    }

    @Override
    public boolean hasNext() {
      while (computed == null || at == computed.size()) {
        if (!nextKey()) {
          return false;
        }
      }
      return true;
    }

    private boolean nextKey() {
      Row row = ahead == null && rows.hasNext() ? rows.next() : ahead;
      if (row == null) {
        return false;
      }
      key = row.getString(0);
      computation.begin();
      while (row != null && row.getString(0).equals(key)) {
        int source = row.getInt(1);
        if (source == Records.LISTED) {
          computation.observe(row.getLong(2), Double.longBitsToDouble(row.getLong(3)));
        } else {
          computation.add(
              source, row.getLong(2), row.getLong(3), row.<byte[]>getAs(4), row.<byte[]>getAs(5));
        }
        row = rows.hasNext() ? rows.next() : null;
      }
      ahead = row;
      computed = computation.compute();
      at = 0;
      return true;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      ObservationRows from = computed;
      if (from == null) {
        throw new NoSuchElementException();
      }
      @Nullable Object[] values = new @Nullable Object[OWN + schema.size()];
      values[0] = key;
      values[1] = from.times()[at];
      values[2] = at;
      values[3] = from.labels()[at];
      values[4] = (int) from.reasons()[at];
      for (int c = 0; c < schema.size(); c++) {
        values[OWN + c] =
            switch (schema.field(c).type()) {
              case NUMBER -> (Object) from.numbers()[c][at];
              case TEXT -> from.texts()[c][at];
              case TIME -> (Object) from.moments()[c][at];
            };
      }
      at++;
      return RowFactory.create(values);
    }
  }
}
