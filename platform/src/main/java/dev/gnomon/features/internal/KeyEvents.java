package dev.gnomon.features.internal;

import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.internal.SourceProgram.AggregateFeature;
import dev.gnomon.features.internal.SourceProgram.Stream;
import dev.gnomon.operators.Operator;
import dev.gnomon.operators.Window;
import dev.gnomon.operators.WindowState;
import dev.gnomon.schema.Times;
import java.util.Arrays;

/// What the online store keeps of one key's events of one source: compact columns in the order of
/// event time, as far back as any window of any answerable time reaches, and per stream the newest
/// event time of what was let go.
///
/// An event takes 20 bytes, 8 per value looked at, and 16 for its id if the source has one. Guarded
/// by the lock of its stripe.
final class KeyEvents {
  private static final int INITIAL = 4;

  private final SourceProgram program;
  private final boolean hasId;
  private int size;
  private long[] eventTimes = new long[INITIAL];
  private long[] active = new long[INITIAL];
  private int[][] masks;
  private final double[][] values;
  private long[] idsHigh = {};
  private long[] idsLow = {};
  private final long[] newestGone;

  /// What came of an event.
  enum Outcome {
    ADDED,
    REPEATED,
    CONFLICT
  }

  /// One event on its way in; reused.
  static final class Incoming {
    long eventTime;
    long knownAt;
    final int[] mask;
    final double[] values;
    final Hash128 id = new Hash128();

    Incoming(SourceProgram program) {
      mask = new int[program.filters().size() / 32 + 1];
      values = new double[program.values().size()];
    }
  }

  KeyEvents(SourceProgram program) {
    this.program = program;
    this.hasId = program.spec().id().isPresent();
    this.masks = new int[program.filters().size() / 32 + 1][INITIAL];
    this.values = new double[program.values().size()][INITIAL];
    this.newestGone = new long[program.newest().size()];
    Arrays.fill(newestGone, SourceRecords.ALWAYS);
    if (hasId) {
      idsHigh = new long[INITIAL];
      idsLow = new long[INITIAL];
    }
  }

  int size() {
    return size;
  }

  /// Takes an event in at its place; one with a known id changes nothing.
  ///
  /// @param answerable the oldest time that may still be asked for
  Outcome add(Incoming event, long answerable) {
    long activeFrom = Math.max(event.knownAt, event.eventTime + 1);
    if (hasId) {
      for (int i = size - 1; i >= 0; i--) {
        if (idsHigh[i] == event.id.high() && idsLow[i] == event.id.low()) {
          return same(event, i) ? Outcome.REPEATED : Outcome.CONFLICT;
        }
      }
    }
    evict(answerable);
    if (useless(event.eventTime, activeFrom, answerable)) {
      for (int s = 0; s < newestGone.length; s++) {
        Stream stream = program.newest().get(s);
        if (passes(event.mask, stream.filter())
            && (stream.value() < 0 || !Double.isNaN(event.values[stream.value()]))) {
          newestGone[s] = Math.max(newestGone[s], event.eventTime);
        }
      }
      return Outcome.ADDED;
    }
    int at = size;
    while (at > 0 && eventTimes[at - 1] > event.eventTime) {
      at--;
    }
    makeRoom(at);
    eventTimes[at] = event.eventTime;
    active[at] = activeFrom;
    for (int m = 0; m < masks.length; m++) {
      masks[m][at] = event.mask[m];
    }
    for (int v = 0; v < values.length; v++) {
      values[v][at] = event.values[v];
    }
    if (hasId) {
      idsHigh[at] = event.id.high();
      idsLow[at] = event.id.low();
    }
    size++;
    return Outcome.ADDED;
  }

  /// A repeated event may come with another arrival time: only a declared known-at is content.
  private boolean same(Incoming event, int i) {
    if (eventTimes[i] != event.eventTime
        || (program.spec().knownAt().isPresent()
            && active[i] != Math.max(event.knownAt, event.eventTime + 1))) {
      return false;
    }
    for (int m = 0; m < masks.length; m++) {
      if (masks[m][i] != event.mask[m]) {
        return false;
      }
    }
    for (int v = 0; v < values.length; v++) {
      if (Double.doubleToLongBits(values[v][i]) != Double.doubleToLongBits(event.values[v])) {
        return false;
      }
    }
    return true;
  }

  /// Whether no window of an answerable time reaches the event, and each of those times sees it.
  private boolean useless(long eventTime, long activeFrom, long answerable) {
    return answerable != Times.MISSING
        && eventTime < answerable - program.windowReach()
        && activeFrom <= answerable;
  }

  private void evict(long answerable) {
    int gone = 0;
    while (gone < size && useless(eventTimes[gone], active[gone], answerable)) {
      gone++;
    }
    // In one move per quarter, so that an event costs constant time.
    if (gone == 0 || gone < size / 4) {
      return;
    }
    for (int s = 0; s < newestGone.length; s++) {
      for (int i = 0; i < gone; i++) {
        if (counts(program.newest().get(s), i)) {
          newestGone[s] = Math.max(newestGone[s], eventTimes[i]);
        }
      }
    }
    int left = size - gone;
    move(eventTimes, gone, left);
    move(active, gone, left);
    for (int[] mask : masks) {
      System.arraycopy(mask, gone, mask, 0, left);
    }
    for (double[] column : values) {
      System.arraycopy(column, gone, column, 0, left);
    }
    if (hasId) {
      move(idsHigh, gone, left);
      move(idsLow, gone, left);
    }
    size = left;
  }

  private static void move(long[] column, int from, int count) {
    System.arraycopy(column, from, column, 0, count);
  }

  private void makeRoom(int at) {
    if (size == eventTimes.length) {
      int capacity = size + Math.max(INITIAL, size / 2);
      eventTimes = Arrays.copyOf(eventTimes, capacity);
      active = Arrays.copyOf(active, capacity);
      for (int m = 0; m < masks.length; m++) {
        masks[m] = Arrays.copyOf(masks[m], capacity);
      }
      for (int v = 0; v < values.length; v++) {
        values[v] = Arrays.copyOf(values[v], capacity);
      }
      if (hasId) {
        idsHigh = Arrays.copyOf(idsHigh, capacity);
        idsLow = Arrays.copyOf(idsLow, capacity);
      }
    }
    int behind = size - at;
    if (behind == 0) {
      return;
    }
    System.arraycopy(eventTimes, at, eventTimes, at + 1, behind);
    System.arraycopy(active, at, active, at + 1, behind);
    for (int[] mask : masks) {
      System.arraycopy(mask, at, mask, at + 1, behind);
    }
    for (double[] column : values) {
      System.arraycopy(column, at, column, at + 1, behind);
    }
    if (hasId) {
      System.arraycopy(idsHigh, at, idsHigh, at + 1, behind);
      System.arraycopy(idsLow, at, idsLow, at + 1, behind);
    }
  }

  private boolean counts(Stream stream, int i) {
    return SortedEvents.passes(masks, stream.filter(), i)
        && (stream.value() < 0 || !Double.isNaN(values[stream.value()][i]));
  }

  private static boolean passes(int[] mask, int filter) {
    if (filter < 0) {
      return true;
    }
    int bit = filter + 1;
    return (mask[bit >>> 5] >>> (bit & 31) & 1) != 0;
  }

  /// Fills the aggregates of the source as of a time.
  void read(long at, AggregateReader reader) {
    reader.begin(at);
    long reach = at - program.windowReach();
    int i = size;
    while (i > 0 && eventTimes[i - 1] >= at) {
      i--;
    }
    int end = i;
    while (i > 0 && eventTimes[i - 1] >= reach) {
      i--;
    }
    for (int e = i; e < end; e++) {
      if (active[e] <= at) {
        reader.add(e, eventTimes[e], masks, values);
      }
    }
    for (int s = 0; s < newestGone.length; s++) {
      Stream stream = program.newest().get(s);
      int e = end - 1;
      while (e >= 0 && !(active[e] <= at && counts(stream, e))) {
        e--;
      }
      reader.newest(s, e >= 0 ? Math.max(eventTimes[e], newestGone[s]) : newestGone[s]);
    }
  }

  /// The states that one read needs; one per stripe of the store, reused under its lock.
  static final class AggregateReader {
    private final SourceProgram program;
    private final WindowState[] states;
    private final long[] lefts;
    private final long[] newest;
    private long at;

    AggregateReader(SourceProgram program) {
      this.program = program;
      this.states =
          program.accumulators().stream()
              .map(SourceProgram.Accumulator::state)
              .toArray(WindowState[]::new);
      this.lefts = new long[program.windows().size()];
      this.newest = new long[program.newest().size()];
    }

    private void begin(long time) {
      at = time;
      for (int w = 0; w < lefts.length; w++) {
        lefts[w] = program.windows().get(w).left(time);
      }
      for (WindowState state : states) {
        state.clear();
      }
    }

    /// Before a read of a key that has no events.
    void empty(long time) {
      begin(time);
      Arrays.fill(newest, SourceRecords.ALWAYS);
    }

    private void add(int position, long eventTime, int[][] masks, double[][] values) {
      for (int a = 0; a < states.length; a++) {
        SourceProgram.Accumulator accumulator = program.accumulators().get(a);
        Stream stream = accumulator.stream();
        if (eventTime >= lefts[accumulator.window()]
            && SortedEvents.passes(masks, stream.filter(), position)) {
          states[a].add(position, stream.value() < 0 ? 1 : values[stream.value()][position]);
        }
      }
    }

    private void newest(int stream, long eventTime) {
      newest[stream] = eventTime;
    }

    /// The values of the features, after a read.
    void finish(FeatureRow out) {
      for (int f = 0; f < program.aggregates().size(); f++) {
        AggregateFeature feature = program.aggregates().get(f);
        long newestTime = feature.newest() < 0 ? SourceRecords.ALWAYS : newest[feature.newest()];
        Window window = feature.window() < 0 ? null : program.windows().get(feature.window());
        double value =
            feature.operator() == Operator.TIME_SINCE_LAST
                ? EventSweep.sinceNewest(newestTime, at, window)
                : states[feature.accumulator()].finish(feature.operator());
        out.number(
            feature.column(),
            FeatureProgram.tooOld(newestTime, at, feature.ttl()) ? Double.NaN : value);
      }
    }
  }
}
