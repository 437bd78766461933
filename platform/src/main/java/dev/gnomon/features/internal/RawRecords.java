package dev.gnomon.features.internal;

import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.features.internal.PartitionedRecords.MemoryBudget;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rows of one source as the serving path takes them in, partitioned by key, each with its
/// arrival.
///
/// Texts are kept once per distinct value, ids included.
final class RawRecords implements AutoCloseable {
  /// When the row arrived; [Times#MISSING] for rows of files.
  static final int ARRIVAL = 1;

  private static final int KEY = 0;
  private static final int FIRST = 2;

  private final List<String> columns;
  private final Schema schema;
  private final PartitionedRecords records;
  private final @Nullable Dictionary[] texts;

  private RawRecords(Schema schema, List<String> columns, MemoryBudget budget) {
    this.schema = schema;
    this.columns = columns;
    this.records = new PartitionedRecords(FIRST + columns.size(), budget);
    this.texts = new @Nullable Dictionary[columns.size()];
  }

  /// Reads the rows of known keys.
  ///
  /// @param byKnownAt whether a row arrives when it becomes known, instead of when it was posted
  static RawRecords read(
      SourceProgram program,
      SourceOpener opener,
      KeyCodes keys,
      boolean byKnownAt,
      MemoryBudget budget) {
    RecordLayout layout = new RecordLayout(program);
    RawRecords result = new RawRecords(program.schema(), layout.columns(), budget);
    KeyCodes.Translation translation = keys.new Translation(false);
    int key = layout.inScan(program.spec().key());
    int known =
        layout.inScan(
            program.spec().knownAt().isPresent()
                ? program.spec().knownAt()
                : program.spec().eventTime());
    long[] record = new long[result.records.width()];
    boolean whole = false;
    try (TableScan scan = opener.open(program.spec(), layout.columns())) {
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        Table table = next.get();
        long @Nullable [] posted = scan.posted().orElse(null);
        long @Nullable [] unstated = scan.arrivals().orElse(null);
        for (int row = 0; row < table.rows(); row++) {
          int code = translation.code(table.column(key), row);
          if (code < 0) {
            continue;
          }
          record[KEY] = code;
          record[ARRIVAL] = posted == null ? Times.MISSING : posted[row];
          if (byKnownAt) {
            record[ARRIVAL] =
                program.spec().isStatic() || known < 0
                    ? Times.MISSING
                    : unstated != null
                        ? unstated[row]
                        : ((Column.Moments) table.column(known)).micros()[row];
          }
          result.values(table, row, record);
          result.records.add(translation.partition(code), record);
        }
      }
      whole = true;
    } finally {
      if (!whole) {
        result.close();
      }
    }
    return result;
  }

  private void values(Table table, int row, long[] record) {
    for (int c = 0; c < columns.size(); c++) {
      record[FIRST + c] =
          switch (table.column(c)) {
            case Column.Numbers numbers -> Double.doubleToRawLongBits(numbers.values()[row]);
            case Column.Moments moments -> moments.micros()[row];
            case Column.Texts some -> {
              texts[c] = some.dictionary();
              yield some.codes()[row];
            }
          };
    }
  }

  int width() {
    return records.width();
  }

  long[] take(int partition) {
    return records.take(partition);
  }

  @Override
  public void close() {
    records.close();
  }

  /// Reads records as rows of the source's schema; columns that were not read are missing.
  ///
  /// @param shift added to event times: 0, but in a test of what a wrong time does
  Cursor cursor(long[] words, Optional<String> eventTime, long shift) {
    return new Cursor(words, eventTime.map(schema::indexOf).orElse(-1), shift);
  }

  final class Cursor implements Row {
    private final long[] words;
    private final int[] places;
    private final int shifted;
    private final long shift;
    private int at;

    private Cursor(long[] words, int shifted, long shift) {
      this.words = words;
      this.shifted = shifted;
      this.shift = shift;
      this.places = schema.names().stream().mapToInt(columns::indexOf).toArray();
    }

    Cursor at(int record) {
      at = record * width() + FIRST;
      return this;
    }

    @Override
    public double number(int column) {
      return places[column] < 0 ? Double.NaN : Double.longBitsToDouble(words[at + places[column]]);
    }

    @Override
    public @Nullable String text(int column) {
      if (places[column] < 0 || schema.field(column).type() != Type.TEXT) {
        return null;
      }
      Dictionary dictionary = texts[places[column]];
      return dictionary == null ? null : dictionary.text((int) words[at + places[column]]);
    }

    @Override
    public long time(int column) {
      if (places[column] < 0) {
        return Times.MISSING;
      }
      long time = words[at + places[column]];
      return column == shifted && time != Times.MISSING ? time + shift : time;
    }
  }
}
