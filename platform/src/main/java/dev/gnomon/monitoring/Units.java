package dev.gnomon.monitoring;

/// Decisions that count once: of all decisions about a key within a period, the first that the
/// policy acts on, or else the first. So neither is one lost customer lost every week anew, nor one
/// saved customer saved twice.
///
/// About 130 bytes per key; none when the period is 0 and every decision counts.
final class Units {
  /// One decision that counts.
  ///
  /// @param happened as in [OutcomeTable#get]; unknown also while the outcome is not due
  record Unit(
      long at,
      double score,
      double tp,
      double fp,
      double fn,
      double tn,
      boolean act,
      boolean yes,
      boolean heldOut,
      byte happened) {}

  /// Takes each unit once.
  interface Sink {
    void take(Unit unit);
  }

  private static final int FIELDS = 5;
  private static final byte ACT = 1;
  private static final byte YES = 2;
  private static final byte HELD_OUT = 4;

  private final long period;
  private final Sink sink;
  private long[] keys;
  private long[] starts;
  private double[] values;
  private byte[] flags;
  private byte[] happened;
  private long[] times;
  private int size;

  /// @param period microseconds; 0 when every decision counts
  Units(long period, Sink sink) {
    this.period = period;
    this.sink = sink;
    int capacity = period == 0 ? 1 : 1 << 10;
    keys = new long[capacity];
    starts = new long[capacity];
    times = new long[capacity];
    values = new double[capacity * FIELDS];
    flags = new byte[capacity];
    happened = new byte[capacity];
  }

  void add(long key, Unit unit) {
    if (period == 0) {
      sink.take(unit);
      return;
    }
    if (2 * (size + 1) > keys.length) {
      grow();
    }
    int slot = slot(keys, key);
    if (keys[slot] == 0) {
      keys[slot] = key;
      size++;
      begin(slot, unit);
    } else if (Math.abs(unit.at - starts[slot]) >= period) {
      sink.take(get(slot));
      begin(slot, unit);
    } else if (unit.act && (flags[slot] & ACT) == 0) {
      set(slot, unit);
    }
  }

  /// Takes what is still open.
  void finish() {
    for (int slot = 0; slot < keys.length; slot++) {
      if (keys[slot] != 0) {
        sink.take(get(slot));
        keys[slot] = 0;
      }
    }
    size = 0;
  }

  private void begin(int slot, Unit unit) {
    starts[slot] = unit.at;
    set(slot, unit);
  }

  private void set(int slot, Unit unit) {
    times[slot] = unit.at;
    int from = slot * FIELDS;
    values[from] = unit.score;
    values[from + 1] = unit.tp;
    values[from + 2] = unit.fp;
    values[from + 3] = unit.fn;
    values[from + 4] = unit.tn;
    flags[slot] =
        (byte) ((unit.act ? ACT : 0) | (unit.yes ? YES : 0) | (unit.heldOut ? HELD_OUT : 0));
    happened[slot] = unit.happened;
  }

  private Unit get(int slot) {
    int from = slot * FIELDS;
    return new Unit(
        times[slot],
        values[from],
        values[from + 1],
        values[from + 2],
        values[from + 3],
        values[from + 4],
        (flags[slot] & ACT) != 0,
        (flags[slot] & YES) != 0,
        (flags[slot] & HELD_OUT) != 0,
        happened[slot]);
  }

  private void grow() {
    int capacity = 2 * keys.length;
    long[] oldKeys = keys;
    long[] oldStarts = starts;
    long[] oldTimes = times;
    double[] oldValues = values;
    byte[] oldFlags = flags;
    byte[] oldHappened = happened;
    keys = new long[capacity];
    starts = new long[capacity];
    times = new long[capacity];
    values = new double[capacity * FIELDS];
    flags = new byte[capacity];
    happened = new byte[capacity];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int slot = slot(keys, oldKeys[i]);
        keys[slot] = oldKeys[i];
        starts[slot] = oldStarts[i];
        times[slot] = oldTimes[i];
        flags[slot] = oldFlags[i];
        happened[slot] = oldHappened[i];
        System.arraycopy(oldValues, i * FIELDS, values, slot * FIELDS, FIELDS);
      }
    }
  }

  private static int slot(long[] table, long key) {
    int slot = (int) (key & (table.length - 1));
    while (table[slot] != 0 && table[slot] != key) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }
}
