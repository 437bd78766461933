package dev.gnomon.operators;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One event on its way into a [KeyState]; mutable, so that one serves all.
public final class KeyEvent {
  private final EventProgram program;
  long time;
  long knownAt;
  final int[] mask;
  final double[] numbers;
  final @Nullable String[] texts;
  long idHigh;
  long idLow;
  @Nullable String tie;

  public KeyEvent(EventProgram program) {
    this.program = program;
    this.mask = new int[program.maskWords()];
    this.numbers = new double[program.values().size()];
    this.texts = new @Nullable String[program.values().size()];
  }

  public EventProgram program() {
    return program;
  }

  /// Starts a new event, without values and passing no filter.
  ///
  /// @param eventTime microseconds
  /// @param known microseconds
  public void begin(long eventTime, long known) {
    time = eventTime;
    knownAt = known;
    Arrays.fill(mask, 0);
    Arrays.fill(numbers, Double.NaN);
    Arrays.fill(texts, null);
    tie = null;
  }

  public void passes(int filter) {
    mask[filter >>> 5] |= 1 << (filter & 31);
  }

  public void number(int value, double number) {
    numbers[value] = number;
  }

  public void text(int value, @Nullable String text) {
    texts[value] = text;
  }

  /// A hash of 128 bits by which equal ids are found.
  public void id(long high, long low) {
    idHigh = high;
    idLow = low;
  }

  /// What orders events of one time and known-at: the id, or else the whole row, as text that
  /// compares like it ([CanonicalOrder#append]). Only looked at by an ordered program.
  public void tie(String text) {
    tie = text;
  }

  public long time() {
    return time;
  }

  long active() {
    return Math.max(knownAt, time + 1);
  }

  private static final int MISSING = 0;
  private static final int WHOLE = 1;
  private static final int EXACT = 2;

  /// Writes the event, commonly in 10 to 40 bytes; only a program of the same definition reads it
  /// back. Equal events are equal bytes.
  public void write(DataOutput out) throws IOException {
    out.writeLong(time);
    signed(out, knownAt - time);
    for (int word : mask) {
      varint(out, word & 0xFFFF_FFFFL);
    }
    for (int v = 0; v < numbers.length; v++) {
      String text = texts[v];
      if (isText(v)) {
        out.writeBoolean(text != null);
        if (text != null) {
          Texts.write(out, text);
        }
      } else {
        number(out, numbers[v]);
      }
    }
    if (program.identified()) {
      out.writeLong(idHigh);
      out.writeLong(idLow);
    }
    if (program.ordered()) {
      out.writeBoolean(tie != null);
      if (tie != null) {
        Texts.write(out, tie);
      }
    }
  }

  /// Becomes the event that [#write] wrote.
  ///
  /// @throws IOException if these bytes hold no event of the program
  public void read(DataInput in) throws IOException {
    long at = in.readLong();
    begin(at, at + signed(in));
    for (int m = 0; m < mask.length; m++) {
      mask[m] = (int) varint(in);
    }
    for (int v = 0; v < numbers.length; v++) {
      if (isText(v)) {
        texts[v] = in.readBoolean() ? Texts.read(in) : null;
      } else {
        numbers[v] = number(in);
      }
    }
    if (program.identified()) {
      id(in.readLong(), in.readLong());
    }
    if (program.ordered() && in.readBoolean()) {
      tie = Texts.read(in);
    }
  }

  private boolean isText(int value) {
    return program.values().get(value).kind() == EventProgram.Kind.TEXT;
  }

  private static void number(DataOutput out, double number) throws IOException {
    long whole = (long) number;
    if (Double.isNaN(number)) {
      out.writeByte(MISSING);
    } else if (Math.abs(number) < 1L << 48
        && Double.doubleToRawLongBits((double) whole) == Double.doubleToRawLongBits(number)) {
      out.writeByte(WHOLE);
      signed(out, whole);
    } else {
      out.writeByte(EXACT);
      out.writeDouble(number);
    }
  }

  private static double number(DataInput in) throws IOException {
    int form = in.readByte();
    return switch (form) {
      case MISSING -> Double.NaN;
      case WHOLE -> (double) signed(in);
      case EXACT -> in.readDouble();
      default -> throw new IOException("a number in the form %d is none of ours".formatted(form));
    };
  }

  /// Near to 0 on either side it is short.
  private static void signed(DataOutput out, long value) throws IOException {
    varint(out, (value << 1) ^ (value >> 63));
  }

  private static long signed(DataInput in) throws IOException {
    long folded = varint(in);
    return (folded >>> 1) ^ -(folded & 1);
  }

  private static void varint(DataOutput out, long value) throws IOException {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  private static long varint(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte part = in.readByte();
      value |= (part & 0x7FL) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw new IOException("a number of more than ten bytes is none of ours");
  }
}
