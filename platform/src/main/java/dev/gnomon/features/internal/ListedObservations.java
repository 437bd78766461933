package dev.gnomon.features.internal;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.Frame.Target;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.features.internal.FeatureProgram.Observed;
import dev.gnomon.features.internal.PartitionedRecords.MemoryBudget;
import dev.gnomon.operators.CanonicalOrder;
import dev.gnomon.operators.IndexSort;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// Observations listed in a table: key, time, perhaps the label, and what else comes with them. A
/// line that stands twice is two observations.
final class ListedObservations implements AutoCloseable {
  /// Key, time and label; further columns follow.
  private static final int OWN = 3;

  private final FeatureProgram program;
  private final PartitionedRecords records;
  private final List<Observed> observed;
  private final Dictionary[] texts;
  private long from = Long.MAX_VALUE;
  private long to = Long.MIN_VALUE;

  private ListedObservations(FeatureProgram program, MemoryBudget budget) {
    this.program = program;
    this.observed = program.observed();
    this.texts = new Dictionary[observed.size()];
    Arrays.setAll(texts, i -> new Dictionary());
    this.records = new PartitionedRecords(OWN + observed.size(), budget);
  }

  /// The texts of a column of the row that came with the observations; null for other columns.
  @Nullable Dictionary dictionary(int column) {
    for (int i = 0; i < texts.length; i++) {
      if (observed.get(i).column() == column) {
        return texts[i];
      }
    }
    return null;
  }

  /// The earliest time.
  long from() {
    return from;
  }

  /// The latest time.
  long to() {
    return to;
  }

  static String keyName(SourceSpec table) {
    return table.key().orElse("key");
  }

  static ListedObservations read(
      FeatureProgram program,
      Observe.Listed listed,
      SourceOpener opener,
      KeyCodes keys,
      MemoryBudget budget,
      Progress progress) {
    SourceSpec spec = listed.table();
    String timeColumn = spec.eventTime().orElse("observed_at");
    Schema schema = opener.schema(spec);
    List<String> columns = new ArrayList<>(List.of(keyName(spec), timeColumn));
    Optional<Target.InColumn> labelled =
        program.useCase().frame().target() instanceof Target.InColumn column
            ? Optional.of(column)
            : Optional.empty();
    labelled.ifPresent(l -> columns.add(l.column()));
    int ownColumns = columns.size();
    program.observed().forEach(column -> columns.add(column.name()));
    List<Problem> problems = new ArrayList<>();
    for (String column : columns) {
      if (!schema.has(column)) {
        problems.add(
            new Problem(
                "frame.observe.table",
                "there is no column '%s'".formatted(column),
                "one of " + String.join(", ", schema.names())));
      }
    }
    if (problems.isEmpty() && schema.field(schema.require(timeColumn)).type() != Type.TIME) {
      problems.add(
          new Problem(
              "frame.observe.table",
              "'%s' holds no times".formatted(timeColumn),
              "a time in every row, such as 2024-03-01T00:00:00Z"));
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    progress.stage("reading observations", 0);
    ListedObservations result = new ListedObservations(program, budget);
    KeyCodes.Translation translation = keys.new Translation(true);
    long[] record = new long[OWN + result.observed.size()];
    long line = 0;
    try (TableScan scan = opener.open(spec, columns)) {
      Optional<Table> batch = scan.next();
      while (batch.isPresent()) {
        Table table = batch.get();
        long[] times = ((Column.Moments) table.column(1)).micros();
        for (int row = 0; row < table.rows(); row++) {
          line++;
          int key = translation.code(table.column(0), row);
          if (key < 0 || times[row] == Times.MISSING) {
            throw new BadInput(
                "frame.observe.table row " + line,
                "no key or no time",
                "both in every row: an observation is a (key, time)");
          }
          double label =
              labelled.isPresent()
                  ? Labels.of(table.column(2), row, labelled.get().positive())
                  : Double.NaN;
          record[0] = (long) key << 32;
          record[1] = times[row];
          record[2] = Double.doubleToLongBits(label);
          for (int i = 0; i < result.observed.size(); i++) {
            record[OWN + i] = result.word(i, table.column(ownColumns + i), row);
          }
          result.from = Math.min(result.from, times[row]);
          result.to = Math.max(result.to, times[row]);
          result.records.add(keys.partition(key), record);
        }
        batch = scan.next();
      }
    }
    return result;
  }

  private Type type(int i) {
    return program.row().field(observed.get(i).column()).type();
  }

  private long word(int i, Column column, int row) {
    if (type(i) == Type.NUMBER) {
      return Double.doubleToLongBits(
          column instanceof Column.Numbers numbers ? numbers.values()[row] : Double.NaN);
    }
    return texts[i].code(
        switch (column) {
          case Column.Texts found -> {
            int code = found.codes()[row];
            yield code < 0 ? null : found.dictionary().text(code);
          }
          case Column.Numbers numbers -> KeyCodes.text(numbers.values()[row]);
          case Column.Moments moments ->
              moments.missing(row) ? null : Times.instant(moments.micros()[row]).toString();
        });
  }

  PartitionedRecords records() {
    return records;
  }

  /// Those of one partition, sorted by key, time, label and what else they hold: never by where
  /// they stood in the files.
  ///
  /// @param needed times that are asked for
  Sorted sorted(int partition, LongPredicate needed) {
    return sorted(records.take(partition), needed);
  }

  /// @param words records of whole keys
  /// @param needed times that are asked for
  Sorted sorted(long[] words, LongPredicate needed) {
    int width = OWN + observed.size();
    int n = 0;
    for (int at = 0; at < words.length; at += width) {
      if (needed.test(words[at + 1])) {
        System.arraycopy(words, at, words, n++ * width, width);
      }
    }
    int[] order = new int[n];
    int[] scratch = new int[n];
    long[][] columns = new long[width][n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
      for (int c = 0; c < width; c++) {
        columns[c][i] = words[i * width + c];
      }
    }
    for (int c = width - 1; c >= 0; c--) {
      long[] by = columns[c];
      if (c >= OWN && type(c - OWN) == Type.TEXT) {
        Dictionary own = texts[c - OWN];
        IndexSort.merge(
            order,
            scratch,
            0,
            n,
            (a, b) -> CanonicalOrder.compare(own.text((int) by[a]), own.text((int) by[b])));
      } else {
        IndexSort.radix(order, scratch, n, by);
      }
    }
    int[] keys = new int[n];
    long[] times = new long[n];
    double[] labels = new double[n];
    long[][] further = new long[observed.size()][n];
    for (int i = 0; i < n; i++) {
      keys[i] = (int) (columns[0][order[i]] >>> 32);
      times[i] = columns[1][order[i]];
      labels[i] = Double.longBitsToDouble(columns[2][order[i]]);
      for (int c = 0; c < further.length; c++) {
        further[c][i] = columns[OWN + c][order[i]];
      }
    }
    return new Sorted(keys, times, labels, observed, further);
  }

  /// @param observed what else they hold, as words under `further`
  record Sorted(
      int[] keys, long[] times, double[] labels, List<Observed> observed, long[][] further) {
    /// Fills the columns that come with the observations.
    void fill(int at, int count, RowColumns out, int first) {
      for (int c = 0; c < further.length; c++) {
        int column = observed.get(c).column();
        for (int k = 0; k < count; k++) {
          long word = further[c][at + k];
          if (out.numbers[column] != null) {
            out.numbers[column][first + k] = Double.longBitsToDouble(word);
          } else {
            out.codes[column][first + k] = (int) word;
          }
        }
      }
    }
  }

  @Override
  public void close() {
    records.close();
  }
}
