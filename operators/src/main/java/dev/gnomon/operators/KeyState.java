package dev.gnomon.operators;

import dev.gnomon.operators.EventProgram.Feature;
import dev.gnomon.operators.EventProgram.Stream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What is kept online of one key's events of one source: the same columns that a back-fill sweeps,
/// kept in canonical order as events come in, late ones included.
///
/// What every answerable time sees alike is compacted once there is much of it: added to a tile per
/// window, and let go unless an operator must see it by itself (an exact window, sessions, lags,
/// first and newest values). Compaction changes no bit of an exact operator; quantiles and top-k
/// keep to their stated errors after it.
///
/// Memory: 16 bytes per kept event, 4 per 32 filters, 8 per number and 4 per text that is looked
/// at, 16 for an id, and a reference to what orders ties if an operator needs order; at most
/// [#PLAIN] settled events (more only if an exact window, sessions or lags hold them), then tiles:
/// at most 300 per window, of 16 bytes and 40 per total.
///
/// Not safe for use by several threads.
public final class KeyState {
  /// Settled events that are kept as they are before they are compacted.
  static final int PLAIN = 256;

  /// Ids of compacted events that are remembered, so that a repetition is known as one. After that
  /// many newer ones an id counts again.
  static final int REMEMBERED_IDS = 4096;

  private static final byte FORMAT = 1;

  private final EventProgram program;
  private final int plain;
  private final EventColumns events;
  private long allKnownFrom = Long.MIN_VALUE;
  private long[] knownAts = {};
  private @Nullable String[] ties = {};
  private long[] idsHigh = {};
  private long[] idsLow = {};
  private boolean[] folded = {};
  private @Nullable Tiles @Nullable [] tiles;
  private long[] goneHigh = {};
  private long[] goneLow = {};
  private int goneCount;
  private int compactAt = 32;

  /// What came of an event.
  public enum Outcome {
    ADDED,
    /// The id is known with the same content: nothing changed.
    REPEATED,
    /// The id is known with other content: nothing changed.
    CONFLICT
  }

  public KeyState(EventProgram program) {
    this(program, PLAIN);
  }

  /// @param plain how many settled events are kept as they are before they are compacted
  KeyState(EventProgram program, int plain) {
    this.program = program;
    this.plain = plain;
    TextCodes[] texts = new TextCodes[program.values().size()];
    for (int v = 0; v < texts.length; v++) {
      if (program.values().get(v).kind() == EventProgram.Kind.TEXT) {
        texts[v] = new TextPool();
      }
    }
    this.events = new EventColumns(program, 0, texts);
  }

  /// How many events are kept as they are.
  public int size() {
    return events.size;
  }

  /// How many tiles are kept.
  public int tileCount() {
    int sum = 0;
    if (tiles != null) {
      for (Tiles one : tiles) {
        sum += one == null ? 0 : one.size();
      }
    }
    return sum;
  }

  /// See [EventColumns#touch].
  public long touch() {
    return events.touch();
  }

  EventColumns events() {
    return events;
  }

  /// From this time on every event kept was known; may be later than need be once events were
  /// compacted.
  long allKnownFrom() {
    return allKnownFrom;
  }

  @Nullable Tiles tiles(int window) {
    return tiles == null ? null : tiles[window];
  }

  /// Which kept events are in tiles as well; null when none is.
  boolean @Nullable [] compacted() {
    return tiles == null ? null : folded;
  }

  /// The newest event time that a time sees, whatever its values; [EventColumns#ALWAYS] for none.
  public long newest(long t) {
    for (int i = events.firstFrom(t, 0, events.size) - 1; i >= 0; i--) {
      if (events.active[i] <= t) {
        return events.times[i];
      }
    }
    return EventColumns.ALWAYS;
  }

  /// Takes an event in at its place; one with a known id changes nothing.
  ///
  /// @param answerable the oldest time that may still be asked for; the smallest long when any may
  public Outcome add(KeyEvent event, KeyReader plan, long answerable) {
    if (program.identified()) {
      for (int i = events.size - 1; i >= 0; i--) {
        if (idsLow[i] == event.idLow && idsHigh[i] == event.idHigh) {
          return same(event, i) ? Outcome.REPEATED : Outcome.CONFLICT;
        }
      }
      for (int i = 0; i < Math.min(goneCount, goneLow.length); i++) {
        if (goneLow[i] == event.idLow && goneHigh[i] == event.idHigh) {
          return Outcome.REPEATED;
        }
      }
    }
    insert(event);
    if (events.size >= compactAt && answerable != Long.MIN_VALUE) {
      compact(plan, answerable);
      compactAt = events.size + Math.max(32, events.size / 2);
    }
    return Outcome.ADDED;
  }

  private void insert(KeyEvent event) {
    int at = events.size;
    while (at > 0 && comesAfter(at - 1, event)) {
      at--;
    }
    int before = events.size;
    events.open(at);
    ensure();
    shift(at, before);
    events.times[at] = event.time;
    events.active[at] = event.active();
    allKnownFrom = Math.max(allKnownFrom, event.active());
    for (int m = 0; m < event.mask.length; m++) {
      events.masks[m][at] = event.mask[m];
    }
    for (int v = 0; v < event.numbers.length; v++) {
      if (events.isText(v)) {
        events.codes[v][at] = ((TextPool) events.texts[v]).code(event.texts[v]);
      } else {
        events.numbers[v][at] = event.numbers[v];
      }
    }
    folded[at] = false;
    if (program.ordered()) {
      knownAts[at] = event.knownAt;
      ties[at] = event.tie;
    }
    if (program.identified()) {
      idsHigh[at] = event.idHigh;
      idsLow[at] = event.idLow;
    }
  }

  private boolean comesAfter(int i, KeyEvent event) {
    if (events.times[i] != event.time || !program.ordered()) {
      return events.times[i] > event.time;
    }
    return knownAts[i] != event.knownAt
        ? knownAts[i] > event.knownAt
        : CanonicalOrder.compare(ties[i], event.tie) > 0;
  }

  private void ensure() {
    if (folded.length < events.times.length) {
      int capacity = events.times.length;
      folded = Arrays.copyOf(folded, capacity);
      if (program.ordered()) {
        knownAts = Arrays.copyOf(knownAts, capacity);
        ties = Arrays.copyOf(ties, capacity);
      }
      if (program.identified()) {
        idsHigh = Arrays.copyOf(idsHigh, capacity);
        idsLow = Arrays.copyOf(idsLow, capacity);
      }
    }
  }

  private void shift(int at, int before) {
    int behind = before - at;
    if (behind == 0) {
      return;
    }
    System.arraycopy(folded, at, folded, at + 1, behind);
    if (program.ordered()) {
      System.arraycopy(knownAts, at, knownAts, at + 1, behind);
      System.arraycopy(ties, at, ties, at + 1, behind);
    }
    if (program.identified()) {
      System.arraycopy(idsHigh, at, idsHigh, at + 1, behind);
      System.arraycopy(idsLow, at, idsLow, at + 1, behind);
    }
  }

  /// A repeated event may come with another arrival time: only a declared known-at is content.
  private boolean same(KeyEvent event, int i) {
    if (events.times[i] != event.time
        || (program.knownDeclared() && events.active[i] != event.active())) {
      return false;
    }
    for (int m = 0; m < event.mask.length; m++) {
      if (events.masks[m][i] != event.mask[m]) {
        return false;
      }
    }
    for (int v = 0; v < event.numbers.length; v++) {
      if (events.isText(v)) {
        int code = events.codes[v][i];
        String text = code < 0 ? null : events.texts[v].text(code);
        if (!java.util.Objects.equals(text, event.texts[v])) {
          return false;
        }
      } else if (Double.doubleToLongBits(events.numbers[v][i])
          != Double.doubleToLongBits(event.numbers[v])) {
        return false;
      }
    }
    return true;
  }

  /// Compacts what every time from `answerable` on sees alike.
  public void compact(KeyReader plan, long answerable) {
    int size = events.size;
    int settled = 0;
    for (int i = 0; i < size; i++) {
      if (events.active[i] <= answerable) {
        settled++;
      }
    }
    if (settled == 0) {
      return;
    }
    boolean all = settled > plain;
    long old = answerable - plan.slidingReach();
    boolean[] keep = new boolean[size];
    long alone = plan.neededAlone(answerable);
    plan.keepOutermost(this, answerable, keep);
    long[] lefts = new long[plan.windows.length];
    for (int w = 0; w < lefts.length; w++) {
      lefts[w] = plan.windows[w].left(answerable);
      Tiles existing = tiles(w);
      if (existing != null) {
        existing.retire(lefts[w]);
      }
    }
    for (int i = 0; i < size; i++) {
      boolean compacts = events.active[i] <= answerable && (all || events.times[i] < old);
      if (!folded[i] && !compacts) {
        keep[i] = true;
        continue;
      }
      if (!folded[i]) {
        fold(plan, i, lefts);
      }
      keep[i] |= events.times[i] >= alone;
    }
    drop(keep);
  }

  private void fold(KeyReader plan, int i, long[] lefts) {
    folded[i] = true;
    for (int w = 0; w < lefts.length; w++) {
      Window window = plan.windows[w];
      boolean holdsState = plan.totalsOf[w].length > 0 || plan.statesOf[w].length > 0;
      if (!holdsState || !window.tiled() || events.times[i] < lefts[w]) {
        continue;
      }
      @Nullable Tiles[] all = tiles;
      if (all == null) {
        all = new @Nullable Tiles[lefts.length];
        tiles = all;
      }
      Tiles one = all[w];
      if (one == null) {
        one = new Tiles(plan.totalsOf[w], plan.statesOf[w]);
        all[w] = one;
      }
      one.fold(program, events, i, window.tile(events.times[i]));
    }
  }

  private void drop(boolean[] keep) {
    int out = 0;
    for (int i = 0; i < keep.length; i++) {
      if (!keep[i]) {
        if (program.identified()) {
          remember(idsHigh[i], idsLow[i]);
        }
        continue;
      }
      if (out < i) {
        events.move(i, out);
        folded[out] = folded[i];
        if (program.ordered()) {
          knownAts[out] = knownAts[i];
          ties[out] = ties[i];
        }
        if (program.identified()) {
          idsHigh[out] = idsHigh[i];
          idsLow[out] = idsLow[i];
        }
      }
      out++;
    }
    if (program.ordered()) {
      Arrays.fill(ties, out, keep.length, null);
    }
    events.size = out;
    if (out < keep.length) {
      renewTexts();
    }
  }

  /// Lets go of the texts that no kept event has.
  private void renewTexts() {
    for (int v = 0; v < events.texts.length; v++) {
      if (!events.isText(v)) {
        continue;
      }
      TextPool before = (TextPool) events.texts[v];
      TextPool after = new TextPool();
      for (int i = 0; i < events.size; i++) {
        int code = events.codes[v][i];
        events.codes[v][i] = code < 0 ? -1 : after.code(before.text(code));
      }
      events.texts[v] = after;
    }
  }

  private void remember(long high, long low) {
    if (goneCount == goneLow.length && goneLow.length < REMEMBERED_IDS) {
      int capacity = Math.min(REMEMBERED_IDS, Math.max(16, goneLow.length * 2));
      goneHigh = Arrays.copyOf(goneHigh, capacity);
      goneLow = Arrays.copyOf(goneLow, capacity);
    }
    int at = goneCount % goneLow.length;
    goneHigh[at] = high;
    goneLow[at] = low;
    // Wraps at the length only once that is final, so that it goes on as a ring.
    goneCount = goneCount + 1 >= 2 * REMEMBERED_IDS ? REMEMBERED_IDS : goneCount + 1;
  }

  boolean settled(int i, long answerable) {
    return events.active[i] <= answerable;
  }

  boolean counts(Stream stream, int i) {
    return events.counts(stream, i);
  }

  /// Bytes on the heap, roughly; without the ties.
  public long bytes() {
    long perEvent = 17 + 4L * events.masks.length + (program.ordered() ? 12 : 0);
    perEvent += program.identified() ? 16 : 0;
    long sum = 200;
    for (int v = 0; v < events.texts.length; v++) {
      perEvent += events.isText(v) ? 4 : 8;
      sum += events.isText(v) ? ((TextPool) events.texts[v]).bytes() : 0;
    }
    sum += perEvent * events.times.length + 16L * goneLow.length;
    if (tiles != null) {
      for (int w = 0; w < tiles.length; w++) {
        Tiles one = tiles[w];
        if (one != null) {
          sum += one.size() * one.bytesEach();
        }
      }
    }
    return sum;
  }

  /// Writes the state; only a program of the same definition reads it back.
  public void write(DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    out.writeInt(events.size);
    for (int i = 0; i < events.size; i++) {
      out.writeLong(events.times[i]);
      out.writeLong(events.active[i]);
      for (int[] mask : events.masks) {
        out.writeInt(mask[i]);
      }
      for (int v = 0; v < events.numbers.length; v++) {
        if (events.isText(v)) {
          out.writeInt(events.codes[v][i]);
        } else {
          out.writeDouble(events.numbers[v][i]);
        }
      }
      out.writeBoolean(folded[i]);
      if (program.ordered()) {
        out.writeLong(knownAts[i]);
        String tie = ties[i];
        out.writeBoolean(tie != null);
        if (tie != null) {
          Texts.write(out, tie);
        }
      }
      if (program.identified()) {
        out.writeLong(idsHigh[i]);
        out.writeLong(idsLow[i]);
      }
    }
    for (int v = 0; v < events.texts.length; v++) {
      if (events.isText(v)) {
        TextPool pool = (TextPool) events.texts[v];
        out.writeInt(pool.size());
        for (int code = 0; code < pool.size(); code++) {
          Texts.write(out, pool.text(code));
        }
      }
    }
    int gone = Math.min(goneCount, goneLow.length);
    out.writeInt(gone);
    for (int i = 0; i < gone; i++) {
      out.writeLong(goneHigh[i]);
      out.writeLong(goneLow[i]);
    }
    out.writeBoolean(tiles != null);
    if (tiles != null) {
      for (Tiles one : tiles) {
        out.writeBoolean(one != null);
        if (one != null) {
          one.write(out);
        }
      }
    }
  }

  /// Reads what [#write] wrote.
  ///
  /// @throws IOException if these bytes hold no state
  public static KeyState read(EventProgram program, KeyReader plan, DataInput in)
      throws IOException {
    if (in.readByte() != FORMAT) {
      throw new IOException("these bytes hold no state of a key, or one of a later version");
    }
    KeyState state = new KeyState(program);
    EventColumns events = state.events;
    int size = in.readInt();
    events.grow(size);
    state.ensure();
    for (int i = 0; i < size; i++) {
      events.times[i] = in.readLong();
      events.active[i] = in.readLong();
      state.allKnownFrom = Math.max(state.allKnownFrom, events.active[i]);
      for (int[] mask : events.masks) {
        mask[i] = in.readInt();
      }
      for (int v = 0; v < events.numbers.length; v++) {
        if (events.isText(v)) {
          events.codes[v][i] = in.readInt();
        } else {
          events.numbers[v][i] = in.readDouble();
        }
      }
      state.folded[i] = in.readBoolean();
      if (program.ordered()) {
        state.knownAts[i] = in.readLong();
        state.ties[i] = in.readBoolean() ? Texts.read(in) : null;
      }
      if (program.identified()) {
        state.idsHigh[i] = in.readLong();
        state.idsLow[i] = in.readLong();
      }
    }
    events.size = size;
    for (int v = 0; v < events.texts.length; v++) {
      if (events.isText(v)) {
        TextPool pool = (TextPool) events.texts[v];
        int texts = in.readInt();
        for (int code = 0; code < texts; code++) {
          pool.code(Texts.read(in));
        }
      }
    }
    int gone = in.readInt();
    for (int i = 0; i < gone; i++) {
      state.remember(in.readLong(), in.readLong());
    }
    if (in.readBoolean()) {
      @Nullable Tiles[] all = new @Nullable Tiles[program.windows().size()];
      for (int w = 0; w < all.length; w++) {
        if (in.readBoolean()) {
          Tiles one = new Tiles(plan.totalsOf[w], plan.statesOf[w]);
          one.read(program, in);
          all[w] = one;
        }
      }
      state.tiles = all;
    }
    state.compactAt = size + Math.max(32, size / 2);
    return state;
  }

  /// Computes the features as of `t` from the kept events by the engine of the back-fill, which
  /// adds and removes, where a read adds up from nothing.
  ///
  /// @param numbers by column of the feature row, at least one long
  /// @param texts likewise
  /// @return false, and nothing is computed, where tiles stand for some of the events
  public boolean sweep(EventSweep by, long t, double[][] numbers, @Nullable String[][] texts) {
    if (tiles != null) {
      return false;
    }
    by.run(events, 0, events.size, new long[] {t}, 1, numbers, texts, 0);
    return true;
  }

  /// For explanations: what a feature was read from, the newest first.
  public interface Visitor {
    /// One kept event.
    ///
    /// @param inTile whether a tile counts it already
    void event(long time, long activeFrom, @Nullable Object value, boolean inTile);

    /// One tile.
    void tile(long start, long events);
  }

  /// Shows the visitor the events and tiles behind one feature as of `t`.
  public void explain(Feature feature, long t, Visitor visitor) {
    Window window = feature.window() < 0 ? null : program.windows().get(feature.window());
    long left = window == null ? Long.MIN_VALUE : window.left(t);
    int value = feature.stream().value();
    for (int i = events.firstFrom(t, 0, events.size) - 1; i >= 0; i--) {
      if (events.times[i] < left) {
        break;
      }
      if (events.active[i] <= t && events.counts(feature.stream(), i)) {
        Object shown =
            value < 0
                ? null
                : events.isText(value)
                    ? events.texts[value].text(events.codes[value][i])
                    : (Object) events.numbers[value][i];
        boolean inTile = folded[i] && window != null && window.tiled();
        visitor.event(events.times[i], events.active[i], shown, inTile);
      }
    }
    Tiles some = feature.window() < 0 ? null : tiles(feature.window());
    if (some != null) {
      some.visit(left, visitor);
    }
  }
}
