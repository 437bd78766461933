package dev.gnomon.engines.spark;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;

/// Makes a row of each that is accepted.
abstract class Filtering implements Iterator<Row> {
  private final Iterator<Row> rows;
  private boolean ready;

  Filtering(Iterator<Row> rows) {
    this.rows = rows;
  }

  abstract boolean accept(Row row);

  /// Of the row accepted last.
  abstract Row made();

  @Override
  public boolean hasNext() {
    while (!ready && rows.hasNext()) {
      ready = accept(rows.next());
    }
    return ready;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ready = false;
    return made();
  }
}
