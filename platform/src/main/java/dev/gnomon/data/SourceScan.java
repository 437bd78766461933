package dev.gnomon.data;

import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A pass over the rows of a [SourceSpec] that can be used, and the count of those that can't.
///
/// One thread at a time. The counts are final when [#next] has been empty.
public final class SourceScan implements TableScan {
  /// What a scan does.
  ///
  /// @param wanted the columns to give, in this order
  /// @param full the schema of the source, for their types
  /// @param stored columns that the engine reads
  /// @param computed further columns, in the order in which they are computed
  /// @param setAside rows (from 1) to leave out
  /// @param forgotten rows that are as if they were not there
  record Plan(
      List<String> wanted,
      Schema full,
      List<String> stored,
      Map<String, Expression> computed,
      Optional<Expression> where,
      Optional<String> key,
      Optional<String> eventTime,
      BitSet setAside,
      BitSet forgotten) {}

  private final TableScan source;
  private final BitSet setAside;
  private final BitSet forgotten;
  private final Schema working;
  private final Schema given;
  private final int[] projection;
  private final int storedColumns;
  private final Expression.Bound[] computed;
  private final Dictionary[] dictionaries;
  private final Expression.@Nullable Bound where;
  private final int key;
  private final int eventTime;
  private final boolean allKept;
  private long row;
  private long filtered;
  private long withoutKey;
  private long withoutTime;
  private long quarantined;

  SourceScan(TableScan source, Plan plan) {
    this.source = source;
    this.setAside = plan.setAside();
    this.forgotten = plan.forgotten();
    List<Field> fields = new ArrayList<>();
    for (String name : plan.stored()) {
      fields.add(plan.full().field(plan.full().require(name)));
    }
    for (String name : plan.computed().keySet()) {
      fields.add(plan.full().field(plan.full().require(name)));
    }
    boolean ownRow = plan.stored().contains(SourceReader.ROW);
    if (!ownRow && !plan.computed().containsKey(SourceReader.ROW)) {
      fields.add(new Field(SourceReader.ROW, Type.NUMBER));
    }
    this.working = new Schema(fields);
    this.storedColumns = plan.stored().size();
    this.computed =
        plan.computed().values().stream()
            .map(expression -> expression.bind(working))
            .toArray(Expression.Bound[]::new);
    this.dictionaries = new Dictionary[computed.length];
    Arrays.setAll(dictionaries, i -> new Dictionary());
    this.where = plan.where().map(where -> where.bind(working, Expression.Kind.TRUTH)).orElse(null);
    this.key = plan.key().map(working::require).orElse(-1);
    this.eventTime = plan.eventTime().map(working::require).orElse(-1);
    this.projection = plan.wanted().stream().mapToInt(working::require).toArray();
    this.given =
        new Schema(plan.wanted().stream().map(n -> working.field(working.require(n))).toList());
    this.allKept =
        where == null && key < 0 && eventTime < 0 && setAside.isEmpty() && forgotten.isEmpty();
  }

  /// The columns that batches have.
  public Schema schema() {
    return given;
  }

  /// Rows read so far, those left out included.
  public long rows() {
    return row;
  }

  /// Rows for which `where` is not true.
  public long filtered() {
    return filtered;
  }

  /// Rows that `where` keeps but that have no key.
  public long withoutKey() {
    return withoutKey;
  }

  /// Rows with a key but without event time.
  public long withoutTime() {
    return withoutTime;
  }

  /// Usable rows that are set aside.
  public long quarantined() {
    return quarantined;
  }

  @Override
  public Optional<Table> next() {
    while (true) {
      Optional<Table> read = source.next();
      if (read.isEmpty()) {
        return read;
      }
      Table table = work(read.get());
      int[] kept = allKept ? null : select(table);
      row += table.rows();
      int rows = kept == null ? table.rows() : kept.length;
      if (rows > 0) {
        return Optional.of(project(table, kept, rows));
      }
    }
  }

  /// The stored columns with the computed ones and the row number behind them.
  private Table work(Table read) {
    int rows = read.rows();
    List<Column> columns = new ArrayList<>(read.columns());
    for (int i = 0; i < computed.length; i++) {
      columns.add(
          working.field(storedColumns + i).type() == Type.TEXT
              ? new Column.Texts(new int[rows], dictionaries[i])
              : new Column.Numbers(new double[rows]));
    }
    if (columns.size() < working.size()) {
      double[] numbers = new double[rows];
      for (int i = 0; i < rows; i++) {
        numbers[i] = row + i + 1;
      }
      columns.add(new Column.Numbers(numbers));
    }
    Table table = new Table(working, columns, rows);
    if (computed.length > 0) {
      compute(table);
    }
    return table;
  }

  private void compute(Table table) {
    Table.Cursor cursor = table.cursor();
    for (int i = 0; i < computed.length; i++) {
      switch (table.column(storedColumns + i)) {
        case Column.Numbers numbers -> {
          for (int r = 0; r < table.rows(); r++) {
            numbers.values()[r] = computed[i].number(cursor.at(r));
          }
        }
        case Column.Texts texts -> {
          for (int r = 0; r < table.rows(); r++) {
            texts.codes()[r] = texts.dictionary().code(computed[i].text(cursor.at(r)));
          }
        }
        case Column.Moments moments -> throw new IllegalStateException("no expression is a time");
      }
    }
  }

  /// The rows that are used; null when all are.
  private int @Nullable [] select(Table table) {
    Table.Cursor cursor = table.cursor();
    int[] kept = new int[table.rows()];
    int count = 0;
    for (int r = 0; r < table.rows(); r++) {
      if (forgotten.get(Math.toIntExact(row + r + 1))) {
        continue;
      }
      if (where != null && !where.holds(cursor.at(r))) {
        filtered++;
      } else if (key >= 0 && table.column(key).missing(r)) {
        withoutKey++;
      } else if (eventTime >= 0 && table.column(eventTime).missing(r)) {
        withoutTime++;
      } else if (setAside.get(Math.toIntExact(row + r + 1))) {
        quarantined++;
      } else {
        kept[count++] = r;
      }
    }
    return count == table.rows() ? null : Arrays.copyOf(kept, count);
  }

  private Table project(Table table, int @Nullable [] kept, int rows) {
    List<Column> columns = new ArrayList<>(projection.length);
    for (int index : projection) {
      Column column = table.column(index);
      columns.add(kept == null ? column : gathered(column, kept));
    }
    return new Table(given, columns, rows);
  }

  static Column gathered(Column column, int[] kept) {
    return switch (column) {
      case Column.Numbers numbers -> {
        double[] values = new double[kept.length];
        for (int i = 0; i < kept.length; i++) {
          values[i] = numbers.values()[kept[i]];
        }
        yield new Column.Numbers(values);
      }
      case Column.Texts texts -> {
        int[] codes = new int[kept.length];
        for (int i = 0; i < kept.length; i++) {
          codes[i] = texts.codes()[kept[i]];
        }
        yield new Column.Texts(codes, texts.dictionary());
      }
      case Column.Moments moments -> {
        long[] micros = new long[kept.length];
        for (int i = 0; i < kept.length; i++) {
          micros[i] = moments.micros()[kept[i]];
        }
        yield new Column.Moments(micros);
      }
    };
  }

  @Override
  public void forgetTexts() {
    source.forgetTexts();
    Arrays.setAll(dictionaries, i -> new Dictionary());
  }

  @Override
  public void close() {
    source.close();
  }
}
