package dev.gnomon.operators;

import java.util.Arrays;

/// Events of one source as columns: of one key or of several, one after the other, each in
/// canonical order.
///
/// An event has its time; its activation, the first observation time that sees it, which is
/// max(known-at, event time + 1); a bit per filter of the program that it passes; and per
/// [EventProgram#values] what operators look at: a double (NaN when missing) or the code of a text
/// (-1 when missing).
public final class EventColumns {
  /// The event time and activation of what was always there.
  public static final long ALWAYS = Long.MIN_VALUE;

  final EventProgram program;
  int size;
  long[] times;
  long[] active;
  int[][] masks;
  final double[][] numbers;
  final int[][] codes;
  final TextCodes[] texts;

  /// Makes room for `capacity` events.
  ///
  /// @param texts per value of the program; looked at for those that are texts
  public EventColumns(EventProgram program, int capacity, TextCodes[] texts) {
    this.program = program;
    this.texts = texts;
    this.times = new long[capacity];
    this.active = new long[capacity];
    this.masks = new int[program.maskWords()][capacity];
    int values = program.values().size();
    this.numbers = new double[values][0];
    this.codes = new int[values][0];
    for (int v = 0; v < values; v++) {
      if (program.values().get(v).kind() == EventProgram.Kind.TEXT) {
        codes[v] = new int[capacity];
      } else {
        numbers[v] = new double[capacity];
      }
    }
  }

  /// Takes columns that are in canonical order already; they are not copied.
  ///
  /// @param numbers per value of the program; looked at for those that are no texts
  /// @param codes likewise for texts
  public EventColumns(
      EventProgram program,
      int size,
      long[] times,
      long[] active,
      int[][] masks,
      double[][] numbers,
      int[][] codes,
      TextCodes[] texts) {
    this.program = program;
    this.size = size;
    this.times = times;
    this.active = active;
    this.masks = masks;
    this.numbers = numbers;
    this.codes = codes;
    this.texts = texts;
  }

  public EventProgram program() {
    return program;
  }

  public int size() {
    return size;
  }

  /// Event times, microseconds. This and the other arrays may be longer than [#size].
  public long[] times() {
    return times;
  }

  public long[] active() {
    return active;
  }

  /// Appends an event without values; they are set by the other methods. Only for events that come
  /// in order.
  ///
  /// @return its position
  public int append(long time, long activeFrom) {
    if (size == times.length) {
      grow(Math.max(8, size + size / 2));
    }
    times[size] = time;
    active[size] = activeFrom;
    for (int[] mask : masks) {
      mask[size] = 0;
    }
    return size++;
  }

  /// One word of filter bits: filter f is bit `f % 32` of word `f / 32`.
  public void mask(int word, int position, int bits) {
    masks[word][position] = bits;
  }

  /// A value that is no text.
  public void number(int value, int position, double number) {
    numbers[value][position] = number;
  }

  /// A value that is a text, by its code in [TextCodes] of the value.
  public void code(int value, int position, int code) {
    codes[value][position] = code;
  }

  void grow(int capacity) {
    times = Arrays.copyOf(times, capacity);
    active = Arrays.copyOf(active, capacity);
    for (int m = 0; m < masks.length; m++) {
      masks[m] = Arrays.copyOf(masks[m], capacity);
    }
    for (int v = 0; v < numbers.length; v++) {
      if (isText(v)) {
        codes[v] = Arrays.copyOf(codes[v], capacity);
      } else {
        numbers[v] = Arrays.copyOf(numbers[v], capacity);
      }
    }
  }

  /// Moves the events from `at` on by one place.
  void open(int at) {
    if (size == times.length) {
      grow(Math.max(4, size + size / 2));
    }
    int behind = size - at;
    System.arraycopy(times, at, times, at + 1, behind);
    System.arraycopy(active, at, active, at + 1, behind);
    for (int[] mask : masks) {
      System.arraycopy(mask, at, mask, at + 1, behind);
    }
    for (int v = 0; v < numbers.length; v++) {
      if (isText(v)) {
        System.arraycopy(codes[v], at, codes[v], at + 1, behind);
      } else {
        System.arraycopy(numbers[v], at, numbers[v], at + 1, behind);
      }
    }
    size++;
  }

  void move(int from, int to) {
    times[to] = times[from];
    active[to] = active[from];
    for (int[] mask : masks) {
      mask[to] = mask[from];
    }
    for (int v = 0; v < numbers.length; v++) {
      if (isText(v)) {
        codes[v][to] = codes[v][from];
      } else {
        numbers[v][to] = numbers[v][from];
      }
    }
  }

  /// How many of the newest times are looked at ahead, and how many share a line of the cache.
  private static final int TOUCHED = 512;

  private static final int LINE = 8;

  /// Looks at what reading features begins with, without waiting for it: the processor fetches what
  /// several such calls look at at the same time, where reading would fetch it piece by piece. The
  /// states of keys are large and cold; what they cost is the waiting for memory.
  ///
  /// @return of no meaning; the caller must keep it, or the compiler leaves the looking out
  long touch() {
    long seen = 0;
    int last = size - 1;
    for (int i = last; i >= Math.max(0, size - TOUCHED); i -= LINE) {
      seen += times[i];
    }
    if (last >= 0) {
      for (int[] mask : masks) {
        seen += mask[last] + mask[last >> 1];
      }
      for (double[] column : numbers) {
        if (column.length > last) {
          seen += (long) column[last];
        }
      }
    }
    return seen;
  }

  boolean isText(int value) {
    return program.values().get(value).kind() == EventProgram.Kind.TEXT;
  }

  boolean passes(int filter, int i) {
    return filter < 0 || (masks[filter >>> 5][i] >>> (filter & 31) & 1) != 0;
  }

  /// Whether the event passes the filter of a stream and has its value.
  boolean counts(EventProgram.Stream stream, int i) {
    return passes(stream.filter(), i) && has(stream.value(), i);
  }

  boolean has(int value, int i) {
    return value < 0 || (isText(value) ? codes[value][i] >= 0 : !Double.isNaN(numbers[value][i]));
  }

  /// The 64-bit hash of a value that is there.
  long hash(int value, int i) {
    return isText(value) ? texts[value].hash(codes[value][i]) : Hash64.of(numbers[value][i]);
  }

  /// The first position in `[from, to)` whose time is at least `time`; `to` if there is none.
  int firstFrom(long time, int from, int to) {
    int low = from;
    int left = to - from;
    // Halves without a jump that depends on the data: the times of a key are as good as random to
    // the branch predictor.
    while (left > 1) {
      int half = left >>> 1;
      low += times[low + half - 1] < time ? half : 0;
      left -= half;
    }
    return left == 1 && times[low] < time ? low + 1 : low;
  }
}
