package dev.gnomon.features.internal;

import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Rows one by one into batches, under the dictionaries of the batches that came before them.
public final class PostedTables {
  private static final int BATCH = 4096;

  private final Schema schema;
  private final int[] from;
  private final double[][] numbers;
  private final int[][] codes;
  private final long[][] times;
  private final Dictionary[] dictionaries;
  private final long[] arrivals = new long[BATCH];
  private int size;

  /// @param whole the schema of the rows
  /// @param columns those that batches have
  public PostedTables(Schema whole, List<String> columns) {
    this.from = columns.stream().mapToInt(whole::require).toArray();
    this.schema = new Schema(columns.stream().map(c -> whole.field(whole.require(c))).toList());
    this.numbers = new double[from.length][BATCH];
    this.codes = new int[from.length][BATCH];
    this.times = new long[from.length][BATCH];
    this.dictionaries = new Dictionary[from.length];
    Arrays.setAll(dictionaries, i -> new Dictionary());
  }

  /// Later batches share the dictionaries of this one.
  public void under(Table batch) {
    for (int c = 0; c < dictionaries.length; c++) {
      if (batch.column(c) instanceof Column.Texts texts) {
        dictionaries[c] = texts.dictionary();
      }
    }
  }

  public void clear() {
    size = 0;
  }

  public boolean full() {
    return size == BATCH;
  }

  public void add(Row row, long arrival) {
    for (int c = 0; c < from.length; c++) {
      switch (schema.field(c).type()) {
        case NUMBER -> numbers[c][size] = row.number(from[c]);
        case TEXT -> codes[c][size] = dictionaries[c].code(row.text(from[c]));
        case TIME -> times[c][size] = row.time(from[c]);
      }
    }
    arrivals[size++] = arrival;
  }

  public long[] arrivals() {
    return Arrays.copyOf(arrivals, size);
  }

  /// What was added since [#clear]; empty if nothing.
  public Optional<Table> table() {
    if (size == 0) {
      return Optional.empty();
    }
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < from.length; c++) {
      columns.add(
          switch (schema.field(c).type()) {
            case NUMBER -> new Column.Numbers(Arrays.copyOf(numbers[c], size));
            case TEXT -> new Column.Texts(Arrays.copyOf(codes[c], size), dictionaries[c]);
            case TIME -> new Column.Moments(Arrays.copyOf(times[c], size));
          });
    }
    return Optional.of(new Table(schema, columns, size));
  }
}
