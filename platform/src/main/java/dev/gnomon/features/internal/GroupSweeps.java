package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.Dictionary;
import dev.gnomon.features.internal.FeatureProgram.Group;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.operators.EventSweep;
import dev.gnomon.operators.IndexSort;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Fills the features of further entities, and of several together, once the rows hold their keys.
/// Rows of one key are swept together, in the order of their times. One per thread.
///
/// A row without a key sees no events of that entity.
final class GroupSweeps {
  private final Backfill backfill;
  private final FeatureProgram program;
  private final boolean[] ownTexts;
  private final List<Member> members = new ArrayList<>();

  /// One group with the sources about it.
  private record Member(
      Group group,
      Map<String, EventSweep> events,
      Map<String, StateSweep> states,
      Map<String, Long> reach,
      int[] columns) {}

  GroupSweeps(Backfill backfill, boolean[] ownTexts) {
    this.backfill = backfill;
    this.program = backfill.program();
    this.ownTexts = ownTexts;
    for (int g = 1; g < program.groups().size(); g++) {
      Map<String, EventSweep> events = new LinkedHashMap<>();
      Map<String, StateSweep> states = new LinkedHashMap<>();
      Map<String, Long> reach = new LinkedHashMap<>();
      Set<Integer> columns = new LinkedHashSet<>();
      for (SourceProgram source : program.sources()) {
        if (program.groupOf(source.spec()) != g) {
          continue;
        }
        String name = source.spec().name();
        if (source.spec().kind() == SourceSpec.Kind.EVENTS) {
          events.put(name, new EventSweep(source.events()));
          reach.put(name, source.reach());
        } else {
          states.put(name, new StateSweep(source));
        }
        source.events().features().stream().map(EventProgram.Feature::column).forEach(columns::add);
        source.attributes().forEach(attribute -> columns.add(attribute.column()));
      }
      members.add(
          new Member(
              program.groups().get(g),
              events,
              states,
              reach,
              columns.stream().mapToInt(c -> c).toArray()));
    }
  }

  void fill(RowColumns rows) {
    for (Member member : members) {
      fill(member, rows);
    }
  }

  private void fill(Member member, RowColumns rows) {
    int n = rows.size();
    long[] keys = keys(member.group(), rows);
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    int[] scratch = new int[n];
    IndexSort.radix(order, scratch, n, rows.times);
    IndexSort.radix(order, scratch, n, keys);
    RowColumns sorted = new RowColumns(program.row(), ownTexts);
    sorted.append(n);
    long[] times = new long[n];
    int[] newest = new int[n];
    int at = 0;
    while (at < n) {
      int end = at;
      int key = (int) keys[order[at]];
      while (end < n && keys[order[end]] == key) {
        times[end - at] = rows.times[order[end]];
        end++;
      }
      sweep(member, key, times, end - at, newest, sorted, at);
      at = end;
    }
    scatter(member.columns(), order, sorted, rows);
  }

  private void sweep(
      Member member, int key, long[] times, int count, int[] newest, RowColumns out, int first) {
    member
        .events()
        .forEach((name, sweep) -> {
          KeyedEvents all = backfill.keyed(name);
          SortedEvents events = all.rows(key);
          int to = all.to(key);
          long reach = member.reach().getOrDefault(name, SourceProgram.FOR_EVER);
          int from = all.from(key);
          if (reach != SourceProgram.FOR_EVER) {
            // What no window of these times can reach need not be looked at again for each part.
            from = firstFrom(events.eventTimes(), from, to, times[0] - reach);
          }
          to = firstFrom(events.eventTimes(), from, to, times[count - 1]);
          sweep.run(events.events(), from, to, times, count, out.numbers, out.texts, first);
        });
    member
        .states()
        .forEach((name, sweep) -> {
          KeyedEvents all = backfill.keyed(name);
          SortedEvents events = all.rows(key);
          sweep.newest(events, all.from(key), all.to(key), times, count, newest);
          sweep.fill(events, newest, times, count, out, first);
        });
  }

  private static int firstFrom(long[] times, int from, int to, long time) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static void scatter(int[] columns, int[] order, RowColumns from, RowColumns to) {
    for (int c : columns) {
      for (int i = 0; i < order.length; i++) {
        if (to.numbers[c] != null) {
          to.numbers[c][order[i]] = from.numbers[c][i];
        } else if (to.moments[c] != null) {
          to.moments[c][order[i]] = from.moments[c][i];
        } else if (to.codes[c] != null) {
          to.codes[c][order[i]] = from.codes[c][i];
        } else {
          to.texts[c][order[i]] = from.texts[c][i];
        }
      }
    }
  }

  /// The code of each row's key; -1 without one, and for a key that no source has.
  private long[] keys(Group group, RowColumns rows) {
    Dictionary known = backfill.keys();
    RowOf row = new RowOf(rows);
    Schema schema = program.row();
    long[] keys = new long[rows.size()];
    for (int i = 0; i < keys.length; i++) {
      row.at = i;
      String observed = known.text(rows.keys[i]);
      String key = observed == null ? null : group.key(observed, row, schema);
      keys[i] = key == null ? KeyCodes.UNKNOWN : known.find(key);
    }
    return keys;
  }

  /// One row of the columns.
  private final class RowOf implements Row {
    private final RowColumns rows;
    private int at;

    RowOf(RowColumns rows) {
      this.rows = rows;
    }

    @Override
    public double number(int column) {
      return rows.numbers[column] == null ? Double.NaN : rows.numbers[column][at];
    }

    @Override
    public @Nullable String text(int column) {
      if (rows.texts[column] != null) {
        return rows.texts[column][at];
      }
      Dictionary texts = backfill.dictionary(column);
      int code = rows.codes[column] == null ? -1 : rows.codes[column][at];
      return texts == null || code < 0 ? null : texts.text(code);
    }

    @Override
    public long time(int column) {
      return rows.moments[column] == null ? Times.MISSING : rows.moments[column][at];
    }
  }
}
