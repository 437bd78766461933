package dev.gnomon.features.internal;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.Frame.Target;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.Column;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.features.internal.PartitionedRecords.MemoryBudget;
import dev.gnomon.operators.IndexSort;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Observations listed in a table: key, time and perhaps the label. A line that stands twice is two
/// observations.
final class ListedObservations implements AutoCloseable {
  private static final int WIDTH = 3;

  private final PartitionedRecords records;
  private long from = Long.MAX_VALUE;
  private long to = Long.MIN_VALUE;

  private ListedObservations(MemoryBudget budget) {
    this.records = new PartitionedRecords(WIDTH, budget);
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
      Observe.Listed listed,
      Target target,
      SourceOpener opener,
      KeyCodes keys,
      MemoryBudget budget,
      Progress progress) {
    SourceSpec spec = listed.table();
    String timeColumn = spec.eventTime().orElse("observed_at");
    Schema schema = opener.schema(spec);
    List<String> columns = new ArrayList<>(List.of(keyName(spec), timeColumn));
    Optional<Target.InColumn> labelled =
        target instanceof Target.InColumn column ? Optional.of(column) : Optional.empty();
    labelled.ifPresent(l -> columns.add(l.column()));
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
    ListedObservations result = new ListedObservations(budget);
    KeyCodes.Translation translation = keys.new Translation(true);
    long[] record = new long[WIDTH];
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
          result.from = Math.min(result.from, times[row]);
          result.to = Math.max(result.to, times[row]);
          result.records.add(key % PartitionedRecords.PARTITIONS, record);
        }
        batch = scan.next();
      }
    }
    return result;
  }

  /// Those of one partition, sorted by key, time and label.
  Sorted sorted(int partition) {
    long[] words = records.take(partition);
    int n = words.length / WIDTH;
    int[] order = new int[n];
    int[] scratch = new int[n];
    long[][] columns = new long[WIDTH][n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
      for (int c = 0; c < WIDTH; c++) {
        columns[c][i] = words[i * WIDTH + c];
      }
    }
    for (int c = WIDTH - 1; c >= 0; c--) {
      IndexSort.radix(order, scratch, n, columns[c]);
    }
    Sorted sorted = new Sorted(new int[n], new long[n], new double[n]);
    for (int i = 0; i < n; i++) {
      sorted.keys[i] = (int) (columns[0][order[i]] >>> 32);
      sorted.times[i] = columns[1][order[i]];
      sorted.labels[i] = Double.longBitsToDouble(columns[2][order[i]]);
    }
    return sorted;
  }

  record Sorted(int[] keys, long[] times, double[] labels) {}

  @Override
  public void close() {
    records.close();
  }
}
