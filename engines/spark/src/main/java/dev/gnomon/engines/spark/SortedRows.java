package dev.gnomon.engines.spark;

import dev.gnomon.core.BadInput;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.features.spi.TrainingSetHash;
import dev.gnomon.observations.Outcomes;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;

/// The rows of a training set on their way from the executors into a file, batch by batch: counted
/// and hashed as they pass.
final class SortedRows implements Iterator<Table> {
  private static final int BATCH = 16_384;

  private final Iterator<Row> rows;
  private final Schema row;
  private final int inputs;
  private final Schema file;
  private final TrainingSetHash hash;
  private final long[] reasons = new long[Outcomes.REASONS.size()];
  private long count;
  private long labelled;
  private long positive;

  /// @param rows as [ComputeKeys] makes them, in order
  SortedRows(Iterator<Row> rows, String keyName, Schema row, int inputs) {
    this.rows = rows;
    this.row = row;
    this.inputs = inputs;
    this.hash = new TrainingSetHash(keyName, row);
    List<Field> fields = new ArrayList<>();
    fields.add(new Field(keyName, Type.TEXT));
    fields.add(new Field("observed_at", Type.TIME));
    fields.addAll(row.fields().subList(0, inputs));
    fields.add(new Field("label", Type.NUMBER));
    if (fields.stream().map(Field::name).distinct().count() != fields.size()) {
      throw new BadInput(
          "features",
          "a feature is called like the key, '%s'".formatted(keyName),
          "another name for the feature");
    }
    this.file = new Schema(fields);
  }

  /// The columns of the file.
  Schema file() {
    return file;
  }

  long count() {
    return count;
  }

  long labelled() {
    return labelled;
  }

  /// Labels that are 1.
  long positive() {
    return positive;
  }

  /// How many rows have no label, by the index of the reason.
  long[] reasons() {
    return reasons;
  }

  /// Of all rows; asked once, at the end.
  String hash() {
    return hash.finish();
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public Table next() {
    if (!rows.hasNext()) {
      throw new NoSuchElementException();
    }
    Batch batch = new Batch();
    while (batch.size < BATCH && rows.hasNext()) {
      batch.add(rows.next());
    }
    return batch.table();
  }

  private final class Batch {
    private int size;
    private final Dictionary keyTexts = new Dictionary();
    private final int[] keys = new int[BATCH];
    private final long[] times = new long[BATCH];
    private final double[] labels = new double[BATCH];
    private final int width = row.size();
    private final double[][] numbers = new double[width][];
    private final int[][] codes = new int[width][];
    private final long[][] moments = new long[width][];
    private final Dictionary[] texts = new Dictionary[width];

    Batch() {
      for (int c = 0; c < width; c++) {
        texts[c] = new Dictionary();
        switch (row.field(c).type()) {
          case NUMBER -> numbers[c] = new double[BATCH];
          case TEXT -> codes[c] = new int[BATCH];
          case TIME -> moments[c] = new long[BATCH];
        }
      }
    }

    void add(Row from) {
      keys[size] = keyTexts.code(from.getString(0));
      times[size] = from.getLong(1);
      double label = from.getDouble(3);
      labels[size] = label;
      labelled += Double.isNaN(label) ? 0 : 1;
      positive += label == 1 ? 1 : 0;
      reasons[from.getInt(4)]++;
      for (int c = 0; c < width; c++) {
        int at = ComputeKeys.OWN + c;
        switch (row.field(c).type()) {
          case NUMBER -> numbers[c][size] = from.getDouble(at);
          case TEXT ->
              codes[c][size] = texts[c].code(from.isNullAt(at) ? null : from.getString(at));
          case TIME -> moments[c][size] = from.getLong(at);
        }
      }
      size++;
      count++;
    }

    Table table() {
      Column.Texts keyColumn = new Column.Texts(Arrays.copyOf(keys, size), keyTexts);
      long[] at = Arrays.copyOf(times, size);
      double[] outcome = Arrays.copyOf(labels, size);
      List<Column> columns = new ArrayList<>();
      for (int c = 0; c < width; c++) {
        columns.add(
            switch (row.field(c).type()) {
              case NUMBER -> new Column.Numbers(Arrays.copyOf(numbers[c], size));
              case TEXT -> new Column.Texts(Arrays.copyOf(codes[c], size), texts[c]);
              case TIME -> new Column.Moments(Arrays.copyOf(moments[c], size));
            });
      }
      hash.add(keyColumn, at, new Table(row, columns, size), outcome);
      List<Column> written = new ArrayList<>();
      written.add(keyColumn);
      written.add(new Column.Moments(at));
      written.addAll(columns.subList(0, inputs));
      written.add(new Column.Numbers(outcome));
      return new Table(file, written, size);
    }
  }
}
