package dev.gnomon.features.internal;

import dev.gnomon.features.internal.SourceProgram.AttributeFeature;
import dev.gnomon.observations.NewestRows;
import java.util.List;

/// Fills, for the observations of one key, the attributes of the newest row of a state source.
final class StateSweep {
  private final List<AttributeFeature> attributes;
  private final int[] places;
  private final NewestRows newest = new NewestRows();

  StateSweep(SourceProgram program) {
    this.attributes = program.attributes();
    RecordLayout layout = new RecordLayout(program);
    this.places = attributes.stream().mapToInt(a -> layout.place(a.source())).toArray();
  }

  /// For each time the position of the newest active row, or -1.
  void newest(SortedEvents rows, int from, int to, long[] times, int count, int[] found) {
    newest.find(rows.times(), from, to, times, count, found);
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
