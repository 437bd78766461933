package dev.gnomon.data;

import dev.gnomon.operators.ExactSum;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the values of one column are like, as a state that batches are added to and that merges:
/// parts of a source (files, batches, threads, days) give the same result as one pass, in any
/// order.
///
/// Sums are exact and rounded once. Numbers and times are counted by [ValueCounts], texts exactly
/// up to 16,384 distinct ones; beyond that the number of distinct values is estimated with a
/// standard error of 0.8 % (numbers beyond 4,096: 1.6 %) and the most frequent texts are not told.
/// Of long texts the first 200 characters are kept. At most about 4 MB whatever the number of rows.
/// For one thread.
public final class ColumnState {
  static final int TEXTS = 16_384;
  static final int NUMBERS = 4_096;
  private static final int LONGEST = 200;
  private static final double SQUARE = 1e140; // beyond it squares times rows may be no doubles

  private final Type type;
  private long rows;
  private long missing;
  private long infinite;
  private long huge;
  private long min = Long.MAX_VALUE;
  private long max = Long.MIN_VALUE;
  private final ExactSum sum = new ExactSum();
  private final ExactSum squares = new ExactSum();
  private final ValueCounts values;
  private final SmallestHashes distinct;

  private @Nullable Dictionary dictionary;
  private long[] hashOfCode = new long[0];
  private int[] lengthOfCode = new int[0];

  public ColumnState(Type type) {
    this(
        type,
        new ValueCounts(),
        new SmallestHashes(type == Type.TEXT ? TEXTS : NUMBERS, type == Type.TEXT));
  }

  private ColumnState(Type type, ValueCounts values, SmallestHashes distinct) {
    this.type = type;
    this.values = values;
    this.distinct = distinct;
  }

  public Type type() {
    return type;
  }

  public long rows() {
    return rows;
  }

  /// Rows without a value.
  public long missing() {
    return missing;
  }

  public long present() {
    return rows - missing;
  }

  /// Infinite numbers: counted, and left out of everything else.
  public long infinite() {
    return infinite;
  }

  /// @throws IllegalArgumentException for a column of another type
  public void add(Column column) {
    if (column.type() != type) {
      throw new IllegalArgumentException("a column of " + column.type() + " to one of " + type);
    }
    rows += column.size();
    switch (column) {
      case Column.Numbers numbers -> addNumbers(numbers.values());
      case Column.Moments moments -> addTimes(moments.micros());
      case Column.Texts texts -> addTexts(texts);
    }
  }

  private void addNumbers(double[] numbers) {
    for (double number : numbers) {
      if (Double.isNaN(number)) {
        missing++;
        continue;
      }
      if (Double.isInfinite(number)) {
        infinite++;
        continue;
      }
      sum.add(number);
      if (Math.abs(number) > SQUARE) {
        huge++;
      } else {
        double square = number * number;
        squares.add(square);
        squares.add(Math.fma(number, number, -square));
      }
      value(ValueCounts.ordered(number));
    }
  }

  private void addTimes(long[] micros) {
    for (long time : micros) {
      if (time == Times.MISSING) {
        missing++;
      } else {
        value(time);
      }
    }
  }

  private void value(long ordered) {
    min = Math.min(min, ordered);
    max = Math.max(max, ordered);
    values.add(ordered, 1);
    distinct.add(SmallestHashes.mix(ordered), null, 1);
  }

  @SuppressWarnings("ReferenceEquality") // codes belong to one dictionary object
  private void addTexts(Column.Texts texts) {
    if (dictionary != texts.dictionary()) {
      dictionary = texts.dictionary();
      hashOfCode = new long[0];
      lengthOfCode = new int[0];
    }
    Dictionary known = texts.dictionary();
    for (int code : texts.codes()) {
      if (code < 0) {
        missing++;
        continue;
      }
      if (code >= hashOfCode.length) {
        int capacity = Math.max(code + 1, Math.min(known.size(), 2 * hashOfCode.length));
        hashOfCode = Arrays.copyOf(hashOfCode, capacity);
        lengthOfCode = Arrays.copyOf(lengthOfCode, capacity);
      }
      if (lengthOfCode[code] == 0) {
        String text = Objects.requireNonNull(known.text(code));
        hashOfCode[code] = SmallestHashes.mix(text);
        lengthOfCode[code] = text.codePointCount(0, text.length()) + 1;
      }
      int length = lengthOfCode[code] - 1;
      min = Math.min(min, length);
      max = Math.max(max, length);
      sum.add(length);
      if (distinct.takes(hashOfCode[code])) {
        distinct.add(hashOfCode[code], shortened(known, code), 1);
      }
    }
  }

  private static String shortened(Dictionary known, int code) {
    String text = Objects.requireNonNull(known.text(code));
    if (text.length() <= LONGEST) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return text.substring(0, end) + "…";
  }

  /// @throws IllegalArgumentException for a state of another type
  public void merge(ColumnState other) {
    if (other.type != type) {
      throw new IllegalArgumentException("a state of " + other.type + " to one of " + type);
    }
    rows += other.rows;
    missing += other.missing;
    infinite += other.infinite;
    huge += other.huge;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    sum.merge(other.sum);
    squares.merge(other.squares);
    values.merge(other.values);
    distinct.merge(other.distinct);
  }

  /// Whether there is no value to tell of.
  public boolean empty() {
    return present() - infinite == 0;
  }

  /// The least number; of times see [#earliest], of texts the shortest length. NaN when [#empty].
  public double min() {
    return empty() ? Double.NaN : type == Type.NUMBER ? ValueCounts.number(min) : (double) min;
  }

  public double max() {
    return empty() ? Double.NaN : type == Type.NUMBER ? ValueCounts.number(max) : (double) max;
  }

  /// [Times#MISSING] without any.
  public long earliest() {
    return type != Type.TIME || empty() ? Times.MISSING : min;
  }

  public long latest() {
    return type != Type.TIME || empty() ? Times.MISSING : max;
  }

  /// Exact and rounded once; of texts the sum of their lengths. 0 when [#empty].
  public double sum() {
    return sum.value();
  }

  /// NaN when [#empty], and for times.
  public double mean() {
    return empty() || type == Type.TIME ? Double.NaN : sum.value() / (present() - infinite);
  }

  /// Population variance from exact sums. NaN when [#empty], for other types than numbers, and
  /// where a square is beyond the range of a double.
  public double variance() {
    if (empty() || type != Type.NUMBER || huge > 0) {
      return Double.NaN;
    }
    double n = present() - infinite;
    double about = sum.value() / n;
    // Sum of (x - about)^2 = sum x^2 - 2 about sum x + n about^2, every product as two doubles, so
    // that nothing cancels: the error is that of the last rounding, for 1e9 + noise too.
    ExactSum deviations = new ExactSum();
    deviations.merge(squares);
    ExactSum rest = new ExactSum();
    rest.merge(sum);
    for (int i = 0; i < 3; i++) {
      double part = rest.value();
      rest.remove(part);
      product(deviations, -2 * about, part);
    }
    double square = about * about;
    product(deviations, square, n);
    product(deviations, Math.fma(about, about, -square), n);
    return Math.max(0, deviations.value() / n);
  }

  private static void product(ExactSum into, double a, double b) {
    double product = a * b;
    into.add(product);
    into.add(Math.fma(a, b, -product));
  }

  /// How many distinct values; see [#distinctExact].
  public double distinct() {
    return type == Type.TEXT
        ? distinct.distinct()
        : values.exact() ? values.buckets() : distinct.distinct();
  }

  public boolean distinctExact() {
    return type == Type.TEXT ? distinct.exact() : values.exact();
  }

  /// Whether no value was met twice: certain when [#distinctExact], else of a sample of thousands.
  public boolean allOnce() {
    return distinct.allOnce();
  }

  /// The counts of numbers or times; of texts none.
  public ValueCounts values() {
    return values;
  }

  /// A value and how often it occurs.
  public record Level(String value, long count) {}

  /// The most frequent values, then by their text; empty where they are not known exactly.
  public List<Level> top(int most) {
    List<Level> levels = new ArrayList<>();
    if (type == Type.TEXT) {
      if (!distinct.exact()) {
        return List.of();
      }
      try {
        distinct.forEach((_, text, count) -> levels.add(new Level(String.valueOf(text), count)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    } else {
      if (!values.exact()) {
        return List.of();
      }
      ValueCounts.Buckets buckets = values.sorted();
      for (int i = 0; i < buckets.counts().length; i++) {
        levels.add(new Level(shown(buckets.least()[i]), buckets.counts()[i]));
      }
    }
    levels.sort(Comparator.comparingLong(Level::count).reversed().thenComparing(Level::value));
    return List.copyOf(levels.subList(0, Math.min(most, levels.size())));
  }

  private String shown(long ordered) {
    return type == Type.TIME
        ? Times.instant(ordered).toString()
        : String.valueOf(SourceText.of(ValueCounts.number(ordered)));
  }

  /// The value below which a share of the values lies: the smallest whose cumulated count reaches
  /// share x n, as the middle of its bucket. Numbers as they are, times as microseconds; NaN when
  /// [#empty] and for texts.
  public double quantile(double share) {
    if (empty() || type == Type.TEXT) {
      return Double.NaN;
    }
    ValueCounts.Buckets buckets = values.sorted();
    double wanted = share * values.total();
    long before = 0;
    int found = buckets.counts().length - 1;
    for (int i = 0; i < buckets.counts().length; i++) {
      before += buckets.counts()[i];
      if (before >= wanted) {
        found = i;
        break;
      }
    }
    long middle = buckets.middle(found, min, max);
    return type == Type.NUMBER ? ValueCounts.number(middle) : (double) middle;
  }

  /// Bins of equal width over the values.
  ///
  /// @param low of the first bin
  /// @param high of the last one; both bins also hold what lies beyond
  public record Histogram(double low, double high, long[] counts) {}

  /// @param low the lower edge of the first bin
  /// @param high at least `low`
  public Histogram histogram(int bins, double low, double high) {
    long[] counts = new long[bins];
    if (!empty() && type != Type.TEXT) {
      ValueCounts.Buckets buckets = values.sorted();
      double width = (high / bins - low / bins);
      for (int i = 0; i < buckets.counts().length; i++) {
        long middle = buckets.middle(i, min, max);
        double value = type == Type.NUMBER ? ValueCounts.number(middle) : (double) middle;
        int bin = width > 0 ? (int) Math.clamp((value - low) / width, 0, bins - 1) : 0;
        counts[bin] += buckets.counts()[i];
      }
    }
    return new Histogram(low, high, counts);
  }

  /// The state as bytes, for [#parse].
  public byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  public static ColumnState parse(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new java.io.ByteArrayInputStream(bytes))) {
      return read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(DataOutput out) throws IOException {
    out.writeUTF(type.name());
    out.writeLong(rows);
    out.writeLong(missing);
    out.writeLong(infinite);
    out.writeLong(huge);
    out.writeLong(min);
    out.writeLong(max);
    for (ExactSum one : List.of(sum, squares)) {
      ByteBuffer buffer = ByteBuffer.allocate(one.size());
      one.write(buffer);
      out.writeInt(buffer.position());
      out.write(buffer.array(), 0, buffer.position());
    }
    values.write(out);
    distinct.write(out);
  }

  static ColumnState read(DataInput in) throws IOException {
    Type type = Type.valueOf(in.readUTF());
    long[] facts = new long[6];
    for (int i = 0; i < facts.length; i++) {
      facts[i] = in.readLong();
    }
    ExactSum[] sums = new ExactSum[2];
    for (int i = 0; i < sums.length; i++) {
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      sums[i] = ExactSum.read(ByteBuffer.wrap(bytes));
    }
    ColumnState state =
        new ColumnState(
            type,
            ValueCounts.read(in),
            SmallestHashes.read(type == Type.TEXT ? TEXTS : NUMBERS, type == Type.TEXT, in));
    state.rows = facts[0];
    state.missing = facts[1];
    state.infinite = facts[2];
    state.huge = facts[3];
    state.min = facts[4];
    state.max = facts[5];
    state.sum.merge(sums[0]);
    state.squares.merge(sums[1]);
    return state;
  }
}
