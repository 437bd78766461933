package dev.gnomon.features.internal;

import dev.gnomon.data.Dictionary;
import dev.gnomon.observations.RowTimes;
import dev.gnomon.operators.CanonicalOrder;
import dev.gnomon.operators.EventColumns;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.operators.IndexSort;
import dev.gnomon.operators.TextCodes;

/// The rows of one partition of a source as columns, sorted by key and canonical order: event time,
/// known-at, then the id or else the row itself. Repetitions of an id are gone.
///
/// For events the order within one event time is established only where an operator needs it.
final class SortedEvents {
  private final int size;
  private final int[] keys;
  private final long[] eventTimes;
  private final long[] knownAts;
  private final long[] active;
  private final int[][] masks;
  private final long[][] carried;
  private final double[][] numbers;
  private final int[][] codes;
  private final RowTimes times;
  private final EventColumns events;
  private final SourceRecords source;

  /// When each row arrived and its place among those that did; empty unless the records say so.
  private final long[] arrivals;

  private final long[] places;

  private SortedEvents(SourceRecords source, int size) {
    RecordLayout layout = source.layout();
    this.source = source;
    this.arrivals = new long[layout.arrivalAt() < 0 ? 0 : size];
    this.places = new long[arrivals.length];
    this.size = size;
    this.keys = new int[size];
    this.eventTimes = new long[size];
    this.knownAts = new long[size];
    this.active = new long[size];
    this.times = new RowTimes(eventTimes, knownAts, active);
    this.masks = new int[layout.maskWords() + 1][size];
    int columns = layout.carried().size();
    this.carried = layout.carriesAll() ? new long[columns][size] : new long[0][];
    EventProgram program = layout.program().events();
    int values = layout.values();
    this.numbers = new double[values][0];
    this.codes = new int[values][0];
    TextCodes[] texts = new TextCodes[values];
    for (int v = 0; v < values; v++) {
      if (program.values().get(v).kind() == EventProgram.Kind.TEXT) {
        codes[v] = new int[size];
        texts[v] = source.texts(v);
      } else {
        numbers[v] = new double[size];
      }
    }
    this.events = new EventColumns(program, size, eventTimes, active, masks, numbers, codes, texts);
  }

  /// No rows.
  static SortedEvents none(SourceRecords source) {
    return new SortedEvents(source, 0);
  }

  int size() {
    return size;
  }

  int key(int i) {
    return keys[i];
  }

  long[] eventTimes() {
    return eventTimes;
  }

  long[] knownAts() {
    return knownAts;
  }

  /// The times of all rows.
  RowTimes times() {
    return times;
  }

  /// Bit 0 says of the row of a state source that it ends the state.
  int[] ended() {
    return masks[0];
  }

  /// When each row arrived; [dev.gnomon.schema.Times#MISSING] for rows of files.
  long[] arrivals() {
    return arrivals;
  }

  /// The place of each row among those that arrived.
  long[] places() {
    return places;
  }

  /// Of the rows in `[from, to)` those whose place is at most `place`, as far as they say when they
  /// became known: for a decision that was made before the others arrived.
  SortedEvents arrivedUpTo(int from, int to, long place) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += places[i] <= place ? 1 : 0;
    }
    SortedEvents some = new SortedEvents(source, count);
    int out = 0;
    for (int i = from; i < to; i++) {
      if (places[i] <= place) {
        copy(i, some, out++);
      }
    }
    return some;
  }

  private void copy(int i, SortedEvents into, int out) {
    into.keys[out] = keys[i];
    into.eventTimes[out] = eventTimes[i];
    into.knownAts[out] = knownAts[i];
    boolean timeless = source.layout().program().spec().isStatic();
    into.active[out] = timeless ? SourceRecords.ALWAYS : Math.max(knownAts[i], eventTimes[i] + 1);
    into.arrivals[out] = arrivals[i];
    into.places[out] = places[i];
    for (int m = 0; m < masks.length; m++) {
      into.masks[m][out] = masks[m][i];
    }
    for (int c = 0; c < carried.length; c++) {
      into.carried[c][out] = carried[c][i];
    }
    for (int v = 0; v < numbers.length; v++) {
      if (codes[v].length > 0) {
        into.codes[v][out] = codes[v][i];
      } else {
        into.numbers[v][out] = numbers[v][i];
      }
    }
  }

  /// From now on no row counts before it arrived, whenever it says that it became known.
  void awaitArrivals() {
    for (int i = 0; i < size; i++) {
      active[i] = Math.max(active[i], arrivals[i]);
    }
  }

  /// The same events, as operators see them.
  EventColumns events() {
    return events;
  }

  /// A column of a state source as it was carried.
  long[] carried(int column) {
    return carried[column];
  }

  boolean deleted(int i) {
    return (masks[0][i] & 1) != 0;
  }

  /// The first position from `from` on with another key.
  int endOfKey(int from) {
    int key = keys[from];
    int i = from + 1;
    while (i < size && keys[i] == key) {
      i++;
    }
    return i;
  }

  static SortedEvents load(SourceRecords source, int partition) {
    return load(source, source.records().take(partition));
  }

  /// @param words records of the source, whole keys
  static SortedEvents load(SourceRecords source, long[] words) {
    RecordLayout layout = source.layout();
    int width = layout.width();
    int n = words.length / width;
    int[] order = new int[n];
    int[] scratch = new int[n];
    long[] sortKeys = new long[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
      sortKeys[i] = words[i * width + RecordLayout.EVENT_TIME];
    }
    IndexSort.radix(order, scratch, n, sortKeys);
    for (int i = 0; i < n; i++) {
      sortKeys[i] = words[i * width + RecordLayout.KEY] >>> 32;
    }
    IndexSort.radix(order, scratch, n, sortKeys);
    if (layout.carriesAll() || layout.hasId() || layout.program().events().ordered()) {
      n = settleTies(source, words, order, scratch, n);
    }
    return gather(source, words, order, n);
  }

  /// Orders rows of one key and event time, and drops repetitions of an id.
  ///
  /// @return how many rows are left
  private static int settleTies(
      SourceRecords source, long[] words, int[] order, int[] scratch, int n) {
    RecordLayout layout = source.layout();
    int width = layout.width();
    IndexSort.Order canonical = (a, b) -> compare(source, words, a * width, b * width);
    int out = 0;
    int i = 0;
    while (i < n) {
      int first = order[i] * width;
      int j = i + 1;
      while (j < n
          && words[order[j] * width] >>> 32 == words[first] >>> 32
          && words[order[j] * width + RecordLayout.EVENT_TIME]
              == words[first + RecordLayout.EVENT_TIME]) {
        j++;
      }
      if (j - i > 1) {
        IndexSort.merge(order, scratch, i, j, canonical);
      }
      for (int k = i; k < j; k++) {
        boolean repeated =
            layout.hasId()
                && k > i
                && sameId(words, layout.idAt(), order[k] * width, order[k - 1] * width);
        if (!repeated) {
          order[out++] = order[k];
        }
      }
      i = j;
    }
    return out;
  }

  private static boolean sameId(long[] words, int idAt, int a, int b) {
    return words[a + idAt] == words[b + idAt] && words[a + idAt + 1] == words[b + idAt + 1];
  }

  private static int compare(SourceRecords source, long[] words, int a, int b) {
    RecordLayout layout = source.layout();
    int known = Long.compare(words[a + RecordLayout.KNOWN_AT], words[b + RecordLayout.KNOWN_AT]);
    if (known != 0) {
      return known;
    }
    if (layout.carried().size() > layout.values()) {
      return compareRows(source, words, a, b);
    }
    if (layout.hasId()) {
      int high = Long.compare(words[a + layout.idAt()], words[b + layout.idAt()]);
      return high != 0
          ? high
          : Long.compare(words[a + layout.idAt() + 1], words[b + layout.idAt() + 1]);
    }
    return 0;
  }

  private static int compareRows(SourceRecords source, long[] words, int a, int b) {
    RecordLayout layout = source.layout();
    int first = layout.values();
    if (layout.carriesAll() && layout.hasId()) {
      int id = layout.program().schema().require(layout.program().spec().id().orElseThrow());
      return compare(source, layout.place(id), words, a, b);
    }
    for (int c = first; c < layout.carried().size(); c++) {
      int order = compare(source, c, words, a, b);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int compare(SourceRecords source, int column, long[] words, int a, int b) {
    int at = source.layout().columnsAt() + column;
    long left = words[a + at];
    long right = words[b + at];
    return switch (source.carriedType(column)) {
      case TIME -> Long.compare(left, right);
      case NUMBER ->
          CanonicalOrder.compare(Double.longBitsToDouble(left), Double.longBitsToDouble(right));
      case TEXT -> {
        Dictionary texts = source.dictionary(column);
        yield texts == null || left == right
            ? 0
            : CanonicalOrder.compare(texts.text((int) left), texts.text((int) right));
      }
    };
  }

  private static SortedEvents gather(SourceRecords source, long[] words, int[] order, int n) {
    RecordLayout layout = source.layout();
    SortedEvents events = new SortedEvents(source, n);
    int width = layout.width();
    boolean timeless = layout.program().spec().isStatic();
    for (int i = 0; i < n; i++) {
      int at = order[i] * width;
      long first = words[at + RecordLayout.KEY];
      long eventTime = words[at + RecordLayout.EVENT_TIME];
      long knownAt = words[at + RecordLayout.KNOWN_AT];
      events.keys[i] = (int) (first >>> 32);
      events.masks[0][i] = (int) first;
      for (int m = 1; m < events.masks.length; m++) {
        events.masks[m][i] = (int) words[at + layout.maskAt() + m - 1];
      }
      events.eventTimes[i] = eventTime;
      events.knownAts[i] = knownAt;
      events.active[i] = timeless ? SourceRecords.ALWAYS : Math.max(knownAt, eventTime + 1);
      if (layout.arrivalAt() >= 0) {
        events.arrivals[i] = words[at + layout.arrivalAt()];
        events.places[i] = words[at + layout.arrivalAt() + 1];
      }
      int columnsAt = at + layout.columnsAt();
      for (int v = 0; v < events.numbers.length; v++) {
        if (events.codes[v].length > 0) {
          events.codes[v][i] = (int) words[columnsAt + v];
        } else {
          events.numbers[v][i] = Double.longBitsToDouble(words[columnsAt + v]);
        }
      }
      for (int c = 0; c < events.carried.length; c++) {
        events.carried[c][i] = words[columnsAt + c];
      }
    }
    return events;
  }
}
