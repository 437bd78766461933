package dev.gnomon.operators;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// How often each value occurs in a window, for the most frequent ones. A sliding window keeps
/// every value with its count; a tile is cut down to its [#KEPT] most frequent ones by the rule of
/// Misra and Gries (1982) when it has more than twice as many.
final class TopCounts extends SlidingState {
  /// How many values a tile keeps.
  static final int KEPT = 256;

  private static final int RANKED_AT_LEAST = 8;

  private HashCounts counts = new HashCounts(true);
  private int[] ranked = {};
  private int rankedSize = -1;

  TopCounts(EventProgram.Stream stream) {
    super(stream);
  }

  @Override
  void clear() {
    counts.clear();
    rankedSize = -1;
  }

  @Override
  void add(EventColumns events, int i) {
    rankedSize = -1;
    int value = stream.value();
    boolean text = events.isText(value);
    double number = text ? 0 : events.numbers[value][i] + 0.0;
    counts.add(
        events.hash(value, i),
        1,
        text ? events.texts[value].text(events.codes[value][i]) : null,
        number);
  }

  @Override
  void remove(EventColumns events, int i) {
    rankedSize = -1;
    counts.remove(events.hash(stream.value(), i));
  }

  @Override
  void fold(EventColumns events, int i) {
    add(events, i);
    if (counts.size() > 2 * KEPT) {
      rank(KEPT + 1);
      long least = counts.count(ranked[KEPT]);
      HashCounts kept = new HashCounts(true);
      for (int r = 0; r < KEPT; r++) {
        int slot = ranked[r];
        if (counts.count(slot) > least) {
          kept.add(
              counts.hash(slot),
              counts.count(slot) - least,
              counts.label(slot),
              counts.number(slot));
        }
      }
      counts = kept;
      rankedSize = -1;
    }
  }

  @Override
  void merge(SlidingState other) {
    rankedSize = -1;
    HashCounts more = ((TopCounts) other).counts;
    for (int slot = 0; slot < more.capacity(); slot++) {
      if (more.count(slot) != 0) {
        counts.add(more.hash(slot), more.count(slot), more.label(slot), more.number(slot));
      }
    }
  }

  @Override
  double finish(EventProgram.Feature feature, long t) {
    throw new IllegalArgumentException("top-k gives texts");
  }

  @Override
  @Nullable String finishText(EventProgram.Feature feature) {
    if (feature.place() >= counts.size()) {
      return null;
    }
    if (rankedSize <= feature.place()) {
      rank(Math.max(RANKED_AT_LEAST, feature.place() + 1));
    }
    int slot = ranked[feature.place()];
    String label = counts.label(slot);
    return label != null ? label : text(counts.number(slot));
  }

  /// A whole number without a fraction.
  static String text(double number) {
    long whole = (long) number;
    return whole == number && Math.abs(number) < 1e15
        ? Long.toString(whole)
        : Double.toString(number);
  }

  /// Finds the first `wanted` of the ranking by insertion, which is quick as long as few are asked
  /// for.
  private void rank(int wanted) {
    if (ranked.length < wanted) {
      ranked = new int[wanted];
    }
    int found = 0;
    for (int slot = 0; slot < counts.capacity(); slot++) {
      if (counts.count(slot) == 0 || (found == wanted && !before(slot, ranked[found - 1]))) {
        continue;
      }
      int at = found < wanted ? found++ : wanted - 1;
      while (at > 0 && before(slot, ranked[at - 1])) {
        ranked[at] = ranked[at - 1];
        at--;
      }
      ranked[at] = slot;
    }
    rankedSize = found;
  }

  private boolean before(int a, int b) {
    if (counts.count(a) != counts.count(b)) {
      return counts.count(a) > counts.count(b);
    }
    String left = counts.label(a);
    return (left == null
            ? CanonicalOrder.compare(counts.number(a), counts.number(b))
            : CanonicalOrder.compare(left, counts.label(b)))
        < 0;
  }

  @Override
  void write(DataOutput out) throws IOException {
    out.writeInt(counts.size());
    for (int slot = 0; slot < counts.capacity(); slot++) {
      if (counts.count(slot) != 0) {
        String label = counts.label(slot);
        out.writeLong(counts.count(slot));
        out.writeBoolean(label != null);
        if (label != null) {
          Texts.write(out, label);
        } else {
          out.writeDouble(counts.number(slot));
        }
      }
    }
  }

  @Override
  void read(DataInput in) throws IOException {
    clear();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      long count = in.readLong();
      if (in.readBoolean()) {
        String label = Texts.read(in);
        counts.add(Hash64.of(label), count, label, 0);
      } else {
        double number = in.readDouble();
        counts.add(Hash64.of(number), count, null, number);
      }
    }
  }
}
