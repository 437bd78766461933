package dev.gnomon.scoring;

import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A scan cut into tables of one size, whatever batches it comes in, so that a chunk is the same
/// rows in every run.
final class Slices implements AutoCloseable {
  private final TableScan scan;
  private final int size;
  private @Nullable Table rest;
  private int from;

  Slices(TableScan scan, int size) {
    this.scan = scan;
    this.size = size;
  }

  /// The next table; only the last has fewer rows.
  Optional<Table> next() {
    List<Table> parts = new ArrayList<>();
    int missing = size;
    while (missing > 0) {
      Table batch = rest;
      if (batch == null) {
        Optional<Table> read = scan.next();
        if (read.isEmpty()) {
          break;
        }
        batch = read.get();
        from = 0;
      }
      int take = Math.min(missing, batch.rows() - from);
      parts.add(slice(batch, from, from + take));
      missing -= take;
      from += take;
      rest = from < batch.rows() ? batch : null;
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(joined(parts));
  }

  /// Rows `from` to `to`, the latter exclusive.
  static Table slice(Table table, int from, int to) {
    if (from == 0 && to == table.rows()) {
      return table;
    }
    List<Column> columns = new ArrayList<>();
    for (Column column : table.columns()) {
      columns.add(
          switch (column) {
            case Column.Numbers c -> new Column.Numbers(Arrays.copyOfRange(c.values(), from, to));
            case Column.Texts c ->
                new Column.Texts(Arrays.copyOfRange(c.codes(), from, to), c.dictionary());
            case Column.Moments c -> new Column.Moments(Arrays.copyOfRange(c.micros(), from, to));
          });
    }
    return new Table(table.schema(), columns, to - from);
  }

  /// The given rows, in that order.
  static Table gather(Table table, int[] rows) {
    List<Column> columns = new ArrayList<>();
    for (Column column : table.columns()) {
      columns.add(
          switch (column) {
            case Column.Numbers c ->
                new Column.Numbers(Arrays.stream(rows).mapToDouble(r -> c.values()[r]).toArray());
            case Column.Texts c ->
                new Column.Texts(
                    Arrays.stream(rows).map(r -> c.codes()[r]).toArray(), c.dictionary());
            case Column.Moments c ->
                new Column.Moments(Arrays.stream(rows).mapToLong(r -> c.micros()[r]).toArray());
          });
    }
    return new Table(table.schema(), columns, rows.length);
  }

  private static Table joined(List<Table> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    int rows = parts.stream().mapToInt(Table::rows).sum();
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < parts.getFirst().schema().size(); c++) {
      columns.add(joined(parts, c, rows));
    }
    return new Table(parts.getFirst().schema(), columns, rows);
  }

  private static Column joined(List<Table> parts, int c, int rows) {
    int at = 0;
    return switch (parts.getFirst().column(c)) {
      case Column.Numbers _ -> {
        double[] all = new double[rows];
        for (Table part : parts) {
          System.arraycopy(((Column.Numbers) part.column(c)).values(), 0, all, at, part.rows());
          at += part.rows();
        }
        yield new Column.Numbers(all);
      }
      case Column.Moments _ -> {
        long[] all = new long[rows];
        for (Table part : parts) {
          System.arraycopy(((Column.Moments) part.column(c)).micros(), 0, all, at, part.rows());
          at += part.rows();
        }
        yield new Column.Moments(all);
      }
      case Column.Texts first -> {
        Dictionary one = first.dictionary();
        boolean same =
            parts.stream().allMatch(part -> ((Column.Texts) part.column(c)).dictionary() == one);
        Dictionary texts = same ? one : new Dictionary();
        int[] all = new int[rows];
        for (Table part : parts) {
          Column.Texts column = (Column.Texts) part.column(c);
          if (same) {
            System.arraycopy(column.codes(), 0, all, at, part.rows());
          } else {
            recode(column, texts, all, at);
          }
          at += part.rows();
        }
        yield new Column.Texts(all, texts);
      }
    };
  }

  /// Codes of one dictionary as those of another.
  private static void recode(Column.Texts from, Dictionary to, int[] out, int at) {
    int[] known = new int[from.dictionary().size()];
    Arrays.fill(known, Dictionary.MISSING);
    int[] codes = from.codes();
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] == Dictionary.MISSING) {
        out[at + i] = Dictionary.MISSING;
        continue;
      }
      if (known[codes[i]] == Dictionary.MISSING) {
        known[codes[i]] = to.code(from.dictionary().text(codes[i]));
      }
      out[at + i] = known[codes[i]];
    }
  }

  /// The next table, for another thread: texts that come later do not touch its dictionaries, and
  /// those that never repeat are not kept.
  Optional<Table> nextApart() {
    Optional<Table> next = next();
    if (next.isEmpty()) {
      return next;
    }
    Table table = next.get();
    List<Column> columns = new ArrayList<>();
    for (Column column : table.columns()) {
      columns.add(
          column instanceof Column.Texts texts
              ? new Column.Texts(texts.codes(), texts.dictionary().frozen())
              : column);
    }
    scan.forgetTexts();
    return Optional.of(new Table(table.schema(), columns, table.rows()));
  }

  @Override
  public void close() {
    scan.close();
  }
}
