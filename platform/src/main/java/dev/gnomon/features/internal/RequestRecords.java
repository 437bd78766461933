package dev.gnomon.features.internal;

import dev.gnomon.data.Dictionary;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.internal.PartitionedRecords.MemoryBudget;
import dev.gnomon.schema.Schema;
import org.jspecify.annotations.Nullable;

/// What was served of one source, request by request, partitioned by the key in that source.
///
/// A record is: key code; observation time; when it was answered; position; a bit per column whose
/// value came with the request; the values.
final class RequestRecords implements AutoCloseable {
  static final int KEY = 0;
  static final int AT = 1;
  static final int MADE_AT = 2;
  static final int POSITION = 3;
  private static final int GIVEN = 4;

  private final Schema schema;
  private final int[] columns;
  private final int valuesAt;
  private final PartitionedRecords records;
  private final Dictionary texts = new Dictionary();
  private final long[] record;
  private long from = Long.MAX_VALUE;
  private long to = Long.MIN_VALUE;

  /// @param narrow whose columns are kept
  RequestRecords(NarrowProgram narrow, MemoryBudget budget) {
    this.schema = narrow.program().row();
    this.columns = narrow.columns();
    this.valuesAt = GIVEN + (columns.length + 63) / 64;
    this.record = new long[valuesAt + columns.length];
    this.records = new PartitionedRecords(record.length, budget);
  }

  /// @param served under the whole row
  /// @param partition of the key
  void add(int partition, int key, long at, long madeAt, long position, FeatureRow served) {
    record[KEY] = key;
    record[AT] = at;
    record[MADE_AT] = madeAt;
    record[POSITION] = position;
    java.util.Arrays.fill(record, GIVEN, valuesAt, 0);
    for (int c = 0; c < columns.length; c++) {
      int column = columns[c];
      if (served.isGiven(column)) {
        record[GIVEN + (c >>> 6)] |= 1L << c;
      }
      record[valuesAt + c] =
          switch (schema.field(c).type()) {
            case NUMBER -> Double.doubleToLongBits(served.number(column));
            case TEXT -> texts.code(served.text(column));
            case TIME -> served.time(column);
          };
    }
    from = Math.min(from, at);
    to = Math.max(to, at);
    records.add(partition, record);
  }

  /// The earliest observation time.
  long from() {
    return from;
  }

  /// The latest.
  long to() {
    return to;
  }

  int width() {
    return record.length;
  }

  long[] take(int partition) {
    return records.take(partition);
  }

  /// @param at where the record begins
  boolean given(long[] words, int at, int column) {
    return (words[at + GIVEN + (column >>> 6)] >>> column & 1) != 0;
  }

  long word(long[] words, int at, int column) {
    return words[at + valuesAt + column];
  }

  @Nullable String text(long[] words, int at, int column) {
    return texts.text((int) words[at + valuesAt + column]);
  }

  @Override
  public void close() {
    records.close();
  }
}
