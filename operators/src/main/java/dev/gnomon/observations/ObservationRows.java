package dev.gnomon.observations;

import dev.gnomon.operators.FeatureSink;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The observations of one key: time, label and every value of the row, as columns. The arrays may
/// be longer than there are observations; those of another type than the column's are null.
public final class ObservationRows {
  private final Schema schema;
  private int size;
  private int capacity;
  private long[] times = {};
  private double[] labels = {};
  private byte[] reasons = {};
  private final double[][] numbers;
  private final @Nullable String[][] texts;
  private final long[][] moments;

  ObservationRows(Schema schema) {
    this.schema = schema;
    numbers = new double[schema.size()][];
    texts = new @Nullable String[schema.size()][];
    moments = new long[schema.size()][];
    room(16);
  }

  public int size() {
    return size;
  }

  /// Observation times, microseconds, ascending.
  public long[] times() {
    return times;
  }

  /// NaN without one.
  public double[] labels() {
    return labels;
  }

  /// Index into [Outcomes#REASONS].
  public byte[] reasons() {
    return reasons;
  }

  /// By column of the row.
  public double[][] numbers() {
    return numbers;
  }

  /// By column of the row.
  public @Nullable String[][] texts() {
    return texts;
  }

  /// By column of the row.
  public long[][] moments() {
    return moments;
  }

  void clear() {
    size = 0;
  }

  /// Makes room for times and labels to be set; the values stay what they were.
  void room(int count) {
    if (count <= capacity) {
      return;
    }
    capacity = Math.max(count, capacity * 2);
    times = Arrays.copyOf(times, capacity);
    labels = Arrays.copyOf(labels, capacity);
    reasons = Arrays.copyOf(reasons, capacity);
    for (int c = 0; c < schema.size(); c++) {
      switch (schema.field(c).type()) {
        case NUMBER -> numbers[c] = new double[capacity];
        case TEXT -> texts[c] = new @Nullable String[capacity];
        case TIME -> moments[c] = new long[capacity];
      }
    }
  }

  void listed(long time, double label) {
    room(size + 1);
    times[size] = time;
    labels[size] = label;
    size++;
  }

  /// Says how many there are, once their times are set; every value is missing.
  void begin(int count) {
    size = count;
    Arrays.fill(reasons, 0, count, Outcomes.LABELLED);
    for (int c = 0; c < schema.size(); c++) {
      switch (schema.field(c).type()) {
        case NUMBER -> Arrays.fill(numbers[c], 0, count, Double.NaN);
        case TEXT -> Arrays.fill(texts[c], 0, count, null);
        case TIME -> Arrays.fill(moments[c], 0, count, Times.MISSING);
      }
    }
  }

  /// Reads and writes one observation at a time.
  final class Cursor implements Row, FeatureSink {
    int at;

    @Override
    public double number(int column) {
      return numbers[column][at];
    }

    @Override
    public @Nullable String text(int column) {
      return texts[column][at];
    }

    @Override
    public long time(int column) {
      return moments[column][at];
    }

    @Override
    public void number(int column, double value) {
      numbers[column][at] = value;
    }

    @Override
    public void text(int column, @Nullable String value) {
      texts[column][at] = value;
    }
  }
}
