package dev.gnomon.features.internal;

import dev.gnomon.features.internal.SourceProgram.AttributeFeature;
import dev.gnomon.operators.IndexSort;
import java.util.List;

/// Finds, for the observations of one key, the newest row of a state source: the last in canonical
/// order among those already active.
///
/// A row that arrives late but is older than the newest known one changes nothing, so the answer
/// only ever moves forward.
final class StateSweep {
  private final List<AttributeFeature> attributes;
  private final int[] places;
  private int[] order = {};
  private int[] scratch = {};

  StateSweep(SourceProgram program) {
    this.attributes = program.attributes();
    RecordLayout layout = new RecordLayout(program);
    this.places = attributes.stream().mapToInt(a -> layout.place(a.source())).toArray();
  }

  /// For each time the position of the newest active row, or -1.
  void newest(SortedEvents rows, int from, int to, long[] times, int count, int[] found) {
    int size = to - from;
    if (order.length < size) {
      order = new int[Math.max(size, order.length * 2)];
      scratch = new int[order.length];
    }
    long[] active = rows.active();
    for (int i = 0; i < size; i++) {
      order[i] = from + i;
    }
    IndexSort.merge(order, scratch, 0, size, (a, b) -> Long.compare(active[a], active[b]));
    int next = 0;
    int best = -1;
    for (int k = 0; k < count; k++) {
      while (next < size && active[order[next]] <= times[k]) {
        best = Math.max(best, order[next]);
        next++;
      }
      found[k] = best;
    }
  }

  /// Fills the attributes from the rows found by [#newest].
  void fill(SortedEvents rows, int[] found, long[] times, int count, RowColumns out, int row) {
    for (int k = 0; k < count; k++) {
      int best = found[k];
      if (best < 0 || rows.deleted(best)) {
        continue;
      }
      long eventTime = rows.eventTimes()[best];
      for (int f = 0; f < attributes.size(); f++) {
        AttributeFeature feature = attributes.get(f);
        if (FeatureProgram.tooOld(eventTime, times[k], feature.ttl())) {
          continue;
        }
        long word = rows.carried(places[f])[best];
        int column = feature.column();
        if (out.numbers[column] != null) {
          out.numbers[column][row + k] = Double.longBitsToDouble(word);
        } else if (out.codes[column] != null) {
          out.codes[column][row + k] = (int) word;
        } else {
          out.moments[column][row + k] = word;
        }
      }
    }
  }
}
