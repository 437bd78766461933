package dev.gnomon.features.internal;

import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.observations.Outcomes;
import dev.gnomon.operators.CanonicalOrder;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Merges the runs of all partitions into the order of a training set, batch by batch, holding one
/// block of each run and one batch.
public final class RunMerge implements AutoCloseable {
  private static final int BATCH_VALUES = 1 << 19;

  private final Schema schema;
  private final RunFile file;
  private final List<RunFile.Reader> readers;
  private final long matureUntil;
  private final int batchRows;
  private final RunFile.Reader[] heap;
  private int size;
  private long[] unlabelled = new long[Outcomes.REASONS.size()];

  /// Rows in order, under the schema of the feature row.
  ///
  /// @param observedAt one per row
  public record Batch(Column.Texts keys, long[] observedAt, Table rows, double[] labels) {}

  /// @param matureUntil the last time whose label is known
  RunMerge(RunFile file, Schema schema, long matureUntil) {
    this.file = file;
    this.schema = schema;
    this.matureUntil = matureUntil;
    this.batchRows = Math.clamp(BATCH_VALUES / (schema.size() + 3), 64, 16_384);
    this.readers = file.readers();
    this.heap = new RunFile.Reader[readers.size()];
    for (RunFile.Reader reader : readers) {
      if (reader.next()) {
        heap[size++] = reader;
      }
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  /// All rows there are and will be.
  public long rows() {
    return readers.stream().mapToLong(RunFile.Reader::rows).sum();
  }

  private static boolean before(RunFile.Reader a, RunFile.Reader b) {
    return a.time() != b.time()
        ? a.time() < b.time()
        : CanonicalOrder.compare(a.key(), b.key()) < 0;
  }

  private void sink(int from) {
    int i = from;
    RunFile.Reader one = heap[i];
    while (true) {
      int child = 2 * i + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], one)) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = one;
  }

  /// The time of the next row, or empty at the end.
  public Optional<Long> nextTime() {
    return size == 0 ? Optional.empty() : Optional.of(heap[0].time());
  }

  /// The next rows before a time; empty when there is none.
  public Optional<Batch> next(long before) {
    if (size == 0 || heap[0].time() >= before) {
      return Optional.empty();
    }
    int width = schema.size();
    Object[] arrays = new Object[width];
    Dictionary[] texts = new Dictionary[width];
    for (int c = 0; c < width; c++) {
      texts[c] = new Dictionary();
      arrays[c] =
          switch (schema.field(c).type()) {
            case NUMBER -> new double[batchRows];
            case TIME -> new long[batchRows];
            case TEXT -> new int[batchRows];
          };
    }
    Dictionary keys = new Dictionary();
    int[] keyCodes = new int[batchRows];
    long[] times = new long[batchRows];
    double[] labels = new double[batchRows];
    int n = 0;
    while (n < batchRows && size > 0 && heap[0].time() < before) {
      RunFile.Reader row = heap[0];
      keyCodes[n] = keys.code(row.key());
      times[n] = row.time();
      int reason = row.time() > matureUntil ? Outcomes.NOT_YET : row.reason();
      unlabelled[reason]++;
      labels[n] = reason == Outcomes.LABELLED ? row.label() : Double.NaN;
      for (int c = 0; c < width; c++) {
        long word = row.word(c);
        switch (arrays[c]) {
          case double[] numbers -> numbers[n] = Double.longBitsToDouble(word);
          case long[] moments -> moments[n] = word;
          case int[] codes -> codes[n] = texts[c].code(row.text(word));
          default -> throw new AssertionError();
        }
      }
      n++;
      if (!row.next()) {
        heap[0] = heap[--size];
      }
      if (size > 0) {
        sink(0);
      }
    }
    return Optional.of(
        batch(arrays, texts, new Column.Texts(cut(keyCodes, n), keys), times, labels, n));
  }

  private Batch batch(
      Object[] arrays,
      Dictionary[] texts,
      Column.Texts keys,
      long[] times,
      double[] labels,
      int n) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < arrays.length; c++) {
      columns.add(
          switch (arrays[c]) {
            case double[] numbers -> new Column.Numbers(cut(numbers, n));
            case long[] moments -> new Column.Moments(cut(moments, n));
            case int[] codes -> new Column.Texts(cut(codes, n), texts[c]);
            default -> throw new AssertionError();
          });
    }
    return new Batch(keys, cut(times, n), new Table(schema, columns, n), cut(labels, n));
  }

  private static int[] cut(int[] all, int n) {
    return n == all.length ? all : Arrays.copyOf(all, n);
  }

  private static long[] cut(long[] all, int n) {
    return n == all.length ? all : Arrays.copyOf(all, n);
  }

  private static double[] cut(double[] all, int n) {
    return n == all.length ? all : Arrays.copyOf(all, n);
  }

  /// Why labels of the rows given out since the last call are missing, with counts.
  public Map<String, Long> takeUnlabelled() {
    Map<String, Long> reasons = new LinkedHashMap<>();
    for (int r = 1; r < unlabelled.length; r++) {
      if (unlabelled[r] > 0) {
        reasons.put(Outcomes.REASONS.get(r), unlabelled[r]);
      }
    }
    unlabelled = new long[unlabelled.length];
    return reasons;
  }

  @Override
  public void close() {
    file.close();
  }
}
