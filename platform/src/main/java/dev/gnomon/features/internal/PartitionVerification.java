package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.Dictionary;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.operators.EventSweep;
import dev.gnomon.operators.IndexSort;
import dev.gnomon.operators.StatedError;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Compares the requests of one partition after the other; one per thread.
final class PartitionVerification {
  /// A row that arrived within this time of a request may have been on its way to the features.
  static final long IN_FLIGHT = Times.SECOND;

  private static final int MOST_IN_FLIGHT = 256;

  private final SourceVerification all;
  private final Schema schema;
  private final boolean[] ownTexts;
  private final @Nullable EventSweep events;
  private final @Nullable StateSweep states;
  private final EventProgram.@Nullable Feature[] features;
  private int[] newest = {};

  // Of the partition at hand.
  private long[] words = {};
  private SortedEvents sorted;
  private int[] firstOf = {};
  private int[] endOf = {};

  PartitionVerification(SourceVerification all) {
    this.all = all;
    this.schema = all.backfill.program().row();
    SourceProgram source = all.backfill.source();
    boolean ofEvents = source.spec().kind() == SourceSpec.Kind.EVENTS;
    this.events = ofEvents ? new EventSweep(source.events()) : null;
    this.states = ofEvents ? null : new StateSweep(source);
    this.ownTexts = new boolean[schema.size()];
    this.features = new EventProgram.@Nullable Feature[schema.size()];
    source
        .events()
        .features()
        .forEach(feature -> {
          ownTexts[feature.column()] |= feature.text();
          features[feature.column()] = feature;
        });
    this.sorted = SortedEvents.none(all.records);
  }

  List<VerificationTally> run(int partition) {
    words = all.requests.take(partition);
    int width = all.requests.width();
    int n = words.length / width;
    List<VerificationTally> tallies = new ArrayList<>();
    schema.fields().forEach(field -> tallies.add(new VerificationTally(field)));
    if (n == 0) {
      return tallies;
    }
    sorted = SortedEvents.load(all.records, partition);
    RowColumns filled = new RowColumns(schema, ownTexts);
    int[] rowOf = backfill(n, filled);
    replay(partition, n, filled, rowOf, tallies);
    words = new long[0];
    return tallies;
  }

  private long word(int request, int field) {
    return words[request * all.requests.width() + field];
  }

  /// Back-fills every request.
  ///
  /// @return the row of each
  private int[] backfill(int n, RowColumns filled) {
    int[] order = new int[n];
    int[] scratch = new int[n];
    long[] sortKeys = new long[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
      sortKeys[i] = word(i, RequestRecords.AT);
    }
    IndexSort.radix(order, scratch, n, sortKeys);
    for (int i = 0; i < n; i++) {
      sortKeys[i] = word(i, RequestRecords.KEY);
    }
    IndexSort.radix(order, scratch, n, sortKeys);
    filled.append(n);
    boolean arriving = sorted.arrivals().length > 0;
    if (arriving) {
      sorted.awaitArrivals();
    }
    int[] rowOf = new int[n];
    firstOf = new int[n];
    endOf = new int[n];
    long[] times = new long[n];
    int at = 0;
    int end = 0;
    while (at < n) {
      int key = (int) word(order[at], RequestRecords.KEY);
      int from = at;
      while (at < n && word(order[at], RequestRecords.KEY) == key) {
        times[at - from] = word(order[at], RequestRecords.AT);
        rowOf[order[at]] = at;
        at++;
      }
      int first = end;
      while (first < sorted.size() && sorted.key(first) < key) {
        first = sorted.endOfKey(first);
      }
      end = first < sorted.size() && sorted.key(first) == key ? sorted.endOfKey(first) : first;
      for (int i = from; i < at; i++) {
        firstOf[order[i]] = first;
        endOf[order[i]] = end;
      }
      compute(sorted, first, end, times, at - from, filled, from);
      if (arriving && end > first) {
        asOfArrival(order, from, at, filled);
      }
    }
    return rowOf;
  }

  private void compute(
      SortedEvents rows, int from, int to, long[] times, int count, RowColumns out, int row) {
    if (events != null) {
      events.run(rows.events(), from, to, times, count, out.numbers, out.texts, row);
    } else if (states != null) {
      if (newest.length < count) {
        newest = new int[Math.max(count, newest.length * 2)];
      }
      states.newest(rows, from, to, times, count, newest);
      states.fill(rows, newest, times, count, out, row);
    }
  }

  /// Requests for another time than the one at which they were made see what had arrived when they
  /// were made, as far as it was known at their time. Where that is not the same as what had both
  /// arrived and was known at their time, they are computed again, those that saw the same rows
  /// together.
  private void asOfArrival(int[] order, int from, int to, RowColumns filled) {
    int first = firstOf[order[from]];
    int end = endOf[order[from]];
    long[] arrivals = new long[end - first];
    int count = 0;
    for (int i = first; i < end; i++) {
      if (sorted.arrivals()[i] != Times.MISSING) {
        arrivals[count++] = sorted.arrivals()[i];
      }
    }
    if (count == 0) {
      return;
    }
    Arrays.sort(arrivals, 0, count);
    long[] seen = new long[to - from];
    int[] again = new int[to - from];
    int dirty = 0;
    for (int i = from; i < to; i++) {
      int request = order[i];
      long at = word(request, RequestRecords.AT);
      long madeAt = word(request, RequestRecords.MADE_AT);
      if (at != madeAt && upTo(arrivals, count, at) != upTo(arrivals, count, madeAt)) {
        seen[dirty] = arrivedBy(first, end, madeAt);
        again[dirty++] = i;
      }
    }
    int[] groups = new int[dirty];
    Arrays.setAll(groups, i -> i);
    IndexSort.radix(groups, new int[dirty], dirty, seen);
    long[] times = new long[dirty];
    int g = 0;
    while (g < dirty) {
      int begin = g;
      long place = seen[groups[g]];
      while (g < dirty && seen[groups[g]] == place) {
        times[g - begin] = word(order[again[groups[g]]], RequestRecords.AT);
        g++;
      }
      RowColumns some = new RowColumns(schema, ownTexts);
      some.append(g - begin);
      SortedEvents rows = sorted.arrivedUpTo(first, end, place);
      compute(rows, 0, rows.size(), times, g - begin, some, 0);
      for (int k = begin; k < g; k++) {
        copy(some, k - begin, filled, again[groups[k]]);
      }
    }
  }

  private static int upTo(long[] ascending, int count, long limit) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] <= limit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// The place of the last row that had arrived.
  private long arrivedBy(int first, int end, long madeAt) {
    long place = 0;
    for (int i = first; i < end; i++) {
      if (sorted.arrivals()[i] <= madeAt) {
        place = Math.max(place, sorted.places()[i]);
      }
    }
    return place;
  }

  private void copy(RowColumns from, int row, RowColumns into, int to) {
    for (int c = 0; c < schema.size(); c++) {
      switch (schema.field(c).type()) {
        case NUMBER -> into.numbers[c][to] = from.numbers[c][row];
        case TIME -> into.moments[c][to] = from.moments[c][row];
        case TEXT -> {
          if (ownTexts[c]) {
            into.texts[c][to] = from.texts[c][row];
          } else {
            into.codes[c][to] = from.codes[c][row];
          }
        }
      }
    }
  }

  /// Feeds the rows to the serving path in the order in which they arrived, and reads at each
  /// request.
  private void replay(
      int partition, int n, RowColumns filled, int[] rowOf, List<VerificationTally> tallies) {
    long[] raw = all.rows.take(partition);
    int rowWidth = all.rows.width();
    int[] arriving = byTime(raw, raw.length / rowWidth, rowWidth, RawRecords.ARRIVAL);
    int[] asking = byTime(words, n, all.requests.width(), RequestRecords.MADE_AT);
    // Nothing that is still going to be asked may be compacted away, whatever the clock says.
    long[] oldest = new long[n];
    long least = Long.MAX_VALUE;
    for (int i = n - 1; i >= 0; i--) {
      least = Math.min(least, word(asking[i], RequestRecords.AT));
      oldest[i] = least;
    }
    SourceProgram source = all.serving.source();
    String name = source.spec().name();
    OnlineStore store =
        new OnlineStore(all.serving.program(), Duration.of(all.history, ChronoUnit.MICROS));
    RawRecords.Cursor cursor =
        all.rows.cursor(raw, source.spec().eventTime(), all.sides.shifts().getOrDefault(name, 0L));
    FeatureRow row = new FeatureRow(schema);
    int next = 0;
    for (int i = 0; i < n; i++) {
      int request = asking[i];
      long madeAt = word(request, RequestRecords.MADE_AT);
      store.keepFrom(oldest[i]);
      while (next < arriving.length
          && raw[arriving[next] * rowWidth + RawRecords.ARRIVAL] <= madeAt) {
        int one = arriving[next++];
        store.replay(name, cursor.at(one), raw[one * rowWidth + RawRecords.ARRIVAL]);
      }
      store.clock(madeAt);
      String key = key(request);
      store.read(key, word(request, RequestRecords.AT), row, OnlineState.USUAL);
      all.sides.changed().row(row);
      compare(request, key, row, filled, rowOf[request], tallies);
    }
  }

  private static int[] byTime(long[] words, int n, int width, int field) {
    int[] order = new int[n];
    long[] times = new long[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
      times[i] = words[i * width + field];
    }
    IndexSort.radix(order, new int[n], n, times);
    return order;
  }

  private String key(int request) {
    return Objects.requireNonNull(
        all.keys.dictionary().text((int) word(request, RequestRecords.KEY)));
  }

  private void compare(
      int request,
      String key,
      FeatureRow replayed,
      RowColumns filled,
      int row,
      List<VerificationTally> tallies) {
    int base = request * all.requests.width();
    boolean apart = false;
    for (int c = 0; c < schema.size(); c++) {
      VerificationTally tally = tallies.get(c);
      if (all.requests.given(words, base, c)) {
        tally.given++;
        continue;
      }
      if (same(base, c, replayed, filled, row)) {
        tally.equal(schema.field(c).type() == Type.NUMBER ? replayed.number(c) : Double.NaN);
      } else {
        apart = true;
      }
    }
    if (apart) {
      settle(request, key, replayed, filled, row, tallies);
    }
  }

  private boolean same(int base, int c, FeatureRow replayed, RowColumns filled, int row) {
    return switch (schema.field(c).type()) {
      case NUMBER -> {
        long bits = Double.doubleToLongBits(filled.numbers[c][row]);
        yield bits == all.requests.word(words, base, c)
            && bits == Double.doubleToLongBits(replayed.number(c));
      }
      case TIME ->
          filled.moments[c][row] == all.requests.word(words, base, c)
              && filled.moments[c][row] == replayed.time(c);
      case TEXT -> {
        String text = text(filled, c, row);
        yield Objects.equals(text, replayed.text(c))
            && Objects.equals(text, all.requests.text(words, base, c));
      }
    };
  }

  private @Nullable String text(RowColumns filled, int c, int row) {
    if (ownTexts[c]) {
      return filled.texts[c][row];
    }
    for (SourceProgram.AttributeFeature attribute : all.backfill.source().attributes()) {
      if (attribute.column() == c) {
        Dictionary texts = all.records.dictionary(all.records.layout().place(attribute.source()));
        return texts == null ? null : texts.text(filled.codes[c][row]);
      }
    }
    return null;
  }

  private @Nullable Object filled(RowColumns filled, int c, int row) {
    return switch (schema.field(c).type()) {
      case NUMBER -> number(filled.numbers[c][row]);
      case TIME -> time(filled.moments[c][row]);
      case TEXT -> text(filled, c, row);
    };
  }

  private @Nullable Object served(int base, int c) {
    long word = all.requests.word(words, base, c);
    return switch (schema.field(c).type()) {
      case NUMBER -> number(Double.longBitsToDouble(word));
      case TIME -> time(word);
      case TEXT -> all.requests.text(words, base, c);
    };
  }

  private @Nullable Object replayed(FeatureRow row, int c) {
    return switch (schema.field(c).type()) {
      case NUMBER -> number(row.number(c));
      case TIME -> time(row.time(c));
      case TEXT -> row.text(c);
    };
  }

  private static @Nullable Object number(double value) {
    return Double.isNaN(value) ? null : (Object) value;
  }

  private static @Nullable Object time(long value) {
    return value == Times.MISSING ? null : (Object) value;
  }

  /// Says of each value that is not the same everywhere what that means.
  private void settle(
      int request,
      String key,
      FeatureRow replayed,
      RowColumns filled,
      int row,
      List<VerificationTally> tallies) {
    int base = request * all.requests.width();
    boolean moment = betweenArrivals(request, base, replayed, filled, row);
    for (int c = 0; c < schema.size(); c++) {
      if (all.requests.given(words, base, c) || same(base, c, replayed, filled, row)) {
        continue;
      }
      VerificationTally tally = tallies.get(c);
      VerificationTally.Sides sides =
          new VerificationTally.Sides(
              served(base, c), replayed(replayed, c), filled(filled, c, row));
      if (moment) {
        tally.values++;
        tally.inFlight++;
      } else if (withinError(request, c, sides)) {
        tally.values++;
        tally.withinError++;
      } else {
        tally.differs(
            key, word(request, RequestRecords.AT), word(request, RequestRecords.POSITION), sides);
      }
    }
  }

  private boolean withinError(int request, int c, VerificationTally.Sides sides) {
    EventProgram.Feature feature = features[c];
    if (feature == null
        || feature.operator().exact()
        || sides.served() == null
        || sides.replayed() == null
        || sides.backfilled() == null) {
      return false;
    }
    int first = firstOf[request];
    int end = endOf[request];
    SortedEvents rows = sorted;
    if (sorted.arrivals().length > 0) {
      rows =
          sorted.arrivedUpTo(
              first, end, arrivedBy(first, end, word(request, RequestRecords.MADE_AT)));
      first = 0;
      end = rows.size();
    }
    for (Object value : List.of(sides.served(), sides.replayed())) {
      boolean holds =
          Objects.equals(value, sides.backfilled())
              || (value instanceof Double number
                  ? StatedError.holds(
                      rows.events(), first, end, feature, word(request, RequestRecords.AT), number)
                  : StatedError.holds(
                      rows.events(),
                      first,
                      end,
                      feature,
                      word(request, RequestRecords.AT),
                      value.toString()));
      if (!holds) {
        return false;
      }
    }
    return true;
  }

  /// Whether both paths agree, and what was served is right for the rows up to one of those that
  /// arrived at that moment: a row counts a little after its arrival, once it is on disk.
  private boolean betweenArrivals(
      int request, int base, FeatureRow replayed, RowColumns filled, int row) {
    if (sorted.arrivals().length == 0) {
      return false;
    }
    for (int c = 0; c < schema.size(); c++) {
      if (!all.requests.given(words, base, c)
          && !Objects.equals(replayed(replayed, c), filled(filled, c, row))) {
        return false;
      }
    }
    int first = firstOf[request];
    int end = endOf[request];
    long at = word(request, RequestRecords.AT);
    long madeAt = word(request, RequestRecords.MADE_AT);
    long[] places =
        java.util.stream.IntStream.range(first, end)
            .filter(i ->
                sorted.arrivals()[i] != Times.MISSING
                    && Math.abs(sorted.arrivals()[i] - madeAt) <= IN_FLIGHT)
            .mapToLong(i -> sorted.places()[i])
            .sorted()
            .toArray();
    int from = Math.max(0, places.length - MOST_IN_FLIGHT);
    for (int p = places.length - 1; p >= from; p--) {
      // Before this row, and after it.
      for (long place : new long[] {places[p], places[p] - 1}) {
        if (servedUpTo(base, first, end, at, place)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean servedUpTo(int base, int first, int end, long at, long place) {
    SortedEvents rows = sorted.arrivedUpTo(first, end, place);
    RowColumns some = new RowColumns(schema, ownTexts);
    some.append(1);
    compute(rows, 0, rows.size(), new long[] {at}, 1, some, 0);
    for (int c = 0; c < schema.size(); c++) {
      if (!all.requests.given(words, base, c)
          && !Objects.equals(served(base, c), filled(some, c, 0))) {
        return false;
      }
    }
    return true;
  }
}
