package dev.gnomon.server.feast;

import dev.gnomon.features.FeatureRow;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer: one column per key column, then one per feature, each with a value, a status and an
/// event time for every row of entities.
///
/// @param keys as they were sent
record FeatureColumns(int rows, List<EntityColumn> keys, List<Column> features) {

  /// What a value is; the numbers are those of the wire.
  enum Status {
    /// The row has no usable key.
    INVALID(0),
    PRESENT(1),
    /// The key is known and the value missing.
    NULL_VALUE(2),
    /// Nothing is known of the key.
    NOT_FOUND(3),
    /// There is a value, and it is older than the feature's ttl.
    OUTSIDE_MAX_AGE(4);

    private final int number;

    Status(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  /// The values of one feature, in primitive arrays: only those of its type are there.
  static final class Column {
    private final String name;
    private final Type type;
    private final double[] numbers;
    private final @Nullable String[] texts;
    private final long[] times;
    private final Status[] statuses;
    private final long[] eventTimes;

    Column(String name, Type type, int rows) {
      this.name = name;
      this.type = type;
      this.numbers = new double[type == Type.NUMBER ? rows : 0];
      this.texts = new @Nullable String[type == Type.TEXT ? rows : 0];
      this.times = new long[type == Type.TIME ? rows : 0];
      this.statuses = new Status[rows];
      this.eventTimes = new long[rows];
      Arrays.fill(statuses, Status.INVALID);
      Arrays.fill(eventTimes, Times.MISSING);
    }

    String name() {
      return name;
    }

    Type type() {
      return type;
    }

    void take(int row, FeatureRow from, int column) {
      switch (type) {
        case NUMBER -> numbers[row] = from.number(column);
        case TEXT -> texts[row] = from.text(column);
        case TIME -> times[row] = from.time(column);
      }
      statuses[row] = Status.PRESENT;
    }

    void status(int row, Status status) {
      statuses[row] = status;
    }

    void eventTime(int row, long micros) {
      eventTimes[row] = micros;
    }

    Status status(int row) {
      return statuses[row];
    }

    /// Microseconds; `Times.MISSING` when it is not known.
    long eventTime(int row) {
      return eventTimes[row];
    }

    double number(int row) {
      return numbers[row];
    }

    String text(int row) {
      String text = String.valueOf(texts[row]);
      for (int i = 0; i < text.length(); i++) {
        if (Character.isSurrogate(text.charAt(i))) {
          // Half of a pair has no form in UTF-8; whole pairs come through unharmed.
          return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        }
      }
      return text;
    }

    /// Whole seconds since the epoch, as Feast keeps points in time.
    long seconds(int row) {
      return Math.floorDiv(times[row], Times.SECOND);
    }
  }
}
