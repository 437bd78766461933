package dev.gnomon.features;

import dev.gnomon.operators.FeatureSink;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// The features of one key at one time; mutable so that one per thread serves all requests.
public final class FeatureRow implements Row, FeatureSink {
  private final Schema schema;
  private final double[] numbers;
  private final @Nullable String[] texts;
  private final long[] times;
  private @Nullable BitSet given;

  public FeatureRow(Schema schema) {
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
    given = null;
  }

  /// Says that the value of a column came with the request.
  public void give(int column) {
    BitSet set = given;
    if (set == null) {
      set = new BitSet(schema.size());
      given = set;
    }
    set.set(column);
  }

  /// Whether the value of a column came with the request, and not from what is kept.
  public boolean isGiven(int column) {
    return given != null && given.get(column);
  }

  /// How many values came with the request.
  public int givenCount() {
    return given == null ? 0 : given.cardinality();
  }

  /// Takes over all values of another row under the same schema.
  public void copy(FeatureRow from) {
    System.arraycopy(from.numbers, 0, numbers, 0, numbers.length);
    System.arraycopy(from.texts, 0, texts, 0, texts.length);
    System.arraycopy(from.times, 0, times, 0, times.length);
    given = from.given == null ? null : (BitSet) from.given.clone();
  }

  /// Makes one column missing.
  public void clear(int column) {
    numbers[column] = Double.NaN;
    texts[column] = null;
    times[column] = Times.MISSING;
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

  public boolean missing(int column) {
    Type type = schema.field(column).type();
    return switch (type) {
      case NUMBER -> Double.isNaN(numbers[column]);
      case TEXT -> texts[column] == null;
      case TIME -> times[column] == Times.MISSING;
    };
  }
}
