package dev.gnomon.operators;

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
}
