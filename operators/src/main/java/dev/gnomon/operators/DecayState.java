package dev.gnomon.operators;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/// Exponentially decayed sums by forward decay (Cormode, Shkapenyuk, Srivastava, Xu 2009): an event
/// weighs `2^((time - block) / half-life)` from the start of a block of 32 half-lives aligned to
/// the epoch, which does not change as time goes on; only the finish scales by how long ago the
/// block began. The weighted values are rounded once per event and then summed exactly, so that
/// order, tiles and late patches can't change a bit.
final class DecayState extends SlidingState {
  /// How many half-lives back an event counts: what is older weighs less than 2^-256.
  static final int HALF_LIVES = 256;

  private static final int BLOCK = 32;

  private final long halfLife;
  private int size;
  private long[] blocks = {};
  private ExactSum[] sums = {};
  private ExactSum[] weights = {};
  private long[] counts = {};
  private long tooLarge;

  /// @param halfLife microseconds
  DecayState(EventProgram.Stream stream, long halfLife) {
    super(stream);
    this.halfLife = halfLife;
  }

  /// The window of decay without a stated one: as far back as an event counts.
  static Window window(long halfLife) {
    long width = Math.multiplyExact(halfLife, (long) HALF_LIVES);
    return Window.hopping(width);
  }

  @Override
  void clear() {
    size = 0;
    tooLarge = 0;
  }

  private long block(long time) {
    return Math.floorDiv(time, Math.multiplyExact(halfLife, (long) BLOCK));
  }

  private double weight(long time, long block) {
    return StrictMath.pow(2, (double) (time - block * BLOCK * halfLife) / halfLife);
  }

  private int at(long block) {
    int at = Arrays.binarySearch(blocks, 0, size, block);
    if (at >= 0) {
      return at;
    }
    int place = -at - 1;
    if (size == blocks.length) {
      int capacity = Math.max(2, size * 2);
      blocks = Arrays.copyOf(blocks, capacity);
      sums = Arrays.copyOf(sums, capacity);
      weights = Arrays.copyOf(weights, capacity);
      counts = Arrays.copyOf(counts, capacity);
    }
    System.arraycopy(blocks, place, blocks, place + 1, size - place);
    System.arraycopy(sums, place, sums, place + 1, size - place);
    System.arraycopy(weights, place, weights, place + 1, size - place);
    System.arraycopy(counts, place, counts, place + 1, size - place);
    blocks[place] = block;
    sums[place] = new ExactSum();
    weights[place] = new ExactSum();
    counts[place] = 0;
    size++;
    return place;
  }

  @Override
  void add(EventColumns events, int i) {
    long block = block(events.times[i]);
    double weight = weight(events.times[i], block);
    double term = events.numbers[stream.value()][i] * weight;
    if (!(Math.abs(term) <= Double.MAX_VALUE)) {
      tooLarge++;
      return;
    }
    int at = at(block);
    sums[at].add(term);
    weights[at].add(weight);
    counts[at]++;
  }

  @Override
  void remove(EventColumns events, int i) {
    long block = block(events.times[i]);
    double weight = weight(events.times[i], block);
    double term = events.numbers[stream.value()][i] * weight;
    if (!(Math.abs(term) <= Double.MAX_VALUE)) {
      tooLarge--;
      return;
    }
    int at = at(block);
    sums[at].remove(term);
    weights[at].remove(weight);
    if (--counts[at] == 0) {
      int behind = size - at - 1;
      System.arraycopy(blocks, at + 1, blocks, at, behind);
      System.arraycopy(sums, at + 1, sums, at, behind);
      System.arraycopy(weights, at + 1, weights, at, behind);
      System.arraycopy(counts, at + 1, counts, at, behind);
      size--;
    }
  }

  @Override
  void merge(SlidingState other) {
    DecayState more = (DecayState) other;
    for (int b = 0; b < more.size; b++) {
      int at = at(more.blocks[b]);
      sums[at].merge(more.sums[b]);
      weights[at].merge(more.weights[b]);
      counts[at] += more.counts[b];
    }
    tooLarge += more.tooLarge;
  }

  @Override
  double finish(EventProgram.Feature feature, long t) {
    if (tooLarge > 0) {
      return Double.NaN;
    }
    boolean mean = feature.operator() == Operator.DECAYED_MEAN;
    if (size == 0) {
      return mean ? Double.NaN : 0;
    }
    // For a mean only the scale between blocks matters: it stays finite however old they are.
    long from = mean ? (blocks[size - 1] + 1) * BLOCK * halfLife : t;
    double sum = 0;
    double weight = 0;
    for (int b = size - 1; b >= 0; b--) {
      double scale = StrictMath.pow(2, -(double) (from - blocks[b] * BLOCK * halfLife) / halfLife);
      sum += sums[b].value() * scale;
      weight += weights[b].value() * scale;
    }
    return finite(mean ? sum / weight : sum);
  }

  @Override
  void write(DataOutput out) throws IOException {
    out.writeLong(tooLarge);
    out.writeInt(size);
    for (int b = 0; b < size; b++) {
      out.writeLong(blocks[b]);
      out.writeLong(counts[b]);
      sums[b].write(out);
      weights[b].write(out);
    }
  }

  @Override
  void read(DataInput in) throws IOException {
    clear();
    tooLarge = in.readLong();
    int written = in.readInt();
    for (int b = 0; b < written; b++) {
      int at = at(in.readLong());
      counts[at] = in.readLong();
      sums[at].readFrom(in);
      weights[at].readFrom(in);
    }
  }
}
