package dev.gnomon.data;

import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Columns of equal length under a schema: a whole table, or one batch of a scan.
public record Table(Schema schema, List<Column> columns, int rows) {
  public Table {
    columns = List.copyOf(columns);
    if (columns.size() != schema.size()) {
      throw new IllegalArgumentException(
          "%d columns under a schema of %d".formatted(columns.size(), schema.size()));
    }
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).size() != rows || columns.get(i).type() != schema.field(i).type()) {
        throw new IllegalArgumentException(
            "column '%s' holds %d values of type %s, expected %d of type %s"
                .formatted(
                    schema.field(i).name(),
                    columns.get(i).size(),
                    columns.get(i).type(),
                    rows,
                    schema.field(i).type()));
      }
    }
  }

  /// Rows as columns, with dictionaries of their own.
  public static Table of(Schema schema, List<? extends Row> rows) {
    int n = rows.size();
    List<Column> columns = new ArrayList<>(schema.size());
    for (int c = 0; c < schema.size(); c++) {
      switch (schema.field(c).type()) {
        case NUMBER -> {
          double[] values = new double[n];
          for (int i = 0; i < n; i++) {
            values[i] = rows.get(i).number(c);
          }
          columns.add(new Column.Numbers(values));
        }
        case TEXT -> {
          Dictionary dictionary = new Dictionary();
          int[] codes = new int[n];
          for (int i = 0; i < n; i++) {
            codes[i] = dictionary.code(rows.get(i).text(c));
          }
          columns.add(new Column.Texts(codes, dictionary));
        }
        case TIME -> {
          long[] micros = new long[n];
          for (int i = 0; i < n; i++) {
            micros[i] = rows.get(i).time(c);
          }
          columns.add(new Column.Moments(micros));
        }
      }
    }
    return new Table(schema, columns, n);
  }

  public Column column(String name) {
    return columns.get(schema.require(name));
  }

  public Column column(int index) {
    return columns.get(index);
  }

  /// A cursor over the rows, at row 0. One cursor per thread.
  public Cursor cursor() {
    return new Cursor(this);
  }

  /// Reads one row at a time without allocating.
  public static final class Cursor implements Row {
    private final Column[] columns;
    private int row;

    private Cursor(Table table) {
      this.columns = table.columns.toArray(Column[]::new);
    }

    public Cursor at(int row) {
      this.row = row;
      return this;
    }

    @Override
    public double number(int column) {
      return ((Column.Numbers) columns[column]).values()[row];
    }

    @Override
    public @Nullable String text(int column) {
      Column.Texts texts = (Column.Texts) columns[column];
      return texts.dictionary().text(texts.codes()[row]);
    }

    @Override
    public long time(int column) {
      return ((Column.Moments) columns[column]).micros()[row];
    }
  }
}
