package dev.gnomon.observations;

import dev.gnomon.operators.FeatureSink;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The values of one row; mutable, so that one serves all rows of a thread.
public final class ValueRow implements Row, FeatureSink {
  private final Schema schema;
  private final double[] numbers;
  private final @Nullable String[] texts;
  private final long[] times;

  public ValueRow(Schema schema) {
    this.schema = schema;
    this.numbers = new double[schema.size()];
    this.texts = new @Nullable String[schema.size()];
    this.times = new long[schema.size()];
    clear();
  }

  public Schema schema() {
    return schema;
  }

  /// Makes every value missing.
  public void clear() {
    Arrays.fill(numbers, Double.NaN);
    Arrays.fill(texts, null);
    Arrays.fill(times, Times.MISSING);
  }

  @Override
  public void number(int column, double value) {
    numbers[column] = value;
  }

  @Override
  public void text(int column, @Nullable String value) {
    texts[column] = value;
  }

  public void time(int column, long micros) {
    times[column] = micros;
  }

  @Override
  public double number(int column) {
    return numbers[column];
  }

  @Override
  public @Nullable String text(int column) {
    return texts[column];
  }

  @Override
  public long time(int column) {
    return times[column];
  }

  boolean missing(int column) {
    return switch (type(column)) {
      case NUMBER -> Double.isNaN(numbers[column]);
      case TEXT -> texts[column] == null;
      case TIME -> times[column] == Times.MISSING;
    };
  }

  Type type(int column) {
    return schema.field(column).type();
  }
}
