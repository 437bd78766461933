package dev.gnomon.operators;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The different values of a window: exact up to [#EXACT], beyond that estimated by [HyperLogLog]
/// over the same hashes. A sliding window keeps every value with its count, so that any can leave;
/// a tile keeps at most [#EXACT] of them and then the registers. As the estimate depends on the set
/// alone, both give the same number.
final class DistinctState extends SlidingState {
  /// Up to that many are counted exactly.
  static final int EXACT = 1024;

  private final HashCounts counts = new HashCounts(false);
  private @Nullable HyperLogLog registers;

  DistinctState(EventProgram.Stream stream) {
    super(stream);
  }

  @Override
  void clear() {
    counts.clear();
    registers = null;
  }

  @Override
  void add(EventColumns events, int i) {
    counts.add(events.hash(stream.value(), i), 1, null, 0);
  }

  @Override
  void remove(EventColumns events, int i) {
    counts.remove(events.hash(stream.value(), i));
  }

  @Override
  void fold(EventColumns events, int i) {
    HyperLogLog sketch = registers;
    if (sketch != null) {
      sketch.add(events.hash(stream.value(), i));
      return;
    }
    add(events, i);
    bound();
  }

  private void bound() {
    if (counts.size() > EXACT) {
      HyperLogLog sketch = registers == null ? new HyperLogLog() : registers;
      addTo(sketch);
      counts.clear();
      registers = sketch;
    }
  }

  private void addTo(HyperLogLog sketch) {
    for (int slot = 0; slot < counts.capacity(); slot++) {
      if (counts.count(slot) != 0) {
        sketch.add(counts.hash(slot));
      }
    }
  }

  @Override
  void merge(SlidingState other) {
    DistinctState more = (DistinctState) other;
    for (int slot = 0; slot < more.counts.capacity(); slot++) {
      if (more.counts.count(slot) != 0) {
        counts.add(more.counts.hash(slot), more.counts.count(slot), null, 0);
      }
    }
    HyperLogLog theirs = more.registers;
    if (theirs != null) {
      HyperLogLog mine = registers;
      if (mine == null) {
        mine = new HyperLogLog();
        registers = mine;
      }
      mine.merge(theirs);
    }
  }

  @Override
  double finish(EventProgram.Feature feature, long t) {
    HyperLogLog known = registers;
    if (known == null && counts.size() <= EXACT) {
      return counts.size();
    }
    HyperLogLog all = new HyperLogLog();
    if (known != null) {
      all.merge(known);
    }
    addTo(all);
    return all.estimate();
  }

  @Override
  void write(DataOutput out) throws IOException {
    bound();
    HyperLogLog sketch = registers;
    out.writeInt(counts.size());
    for (int slot = 0; slot < counts.capacity(); slot++) {
      if (counts.count(slot) != 0) {
        out.writeLong(counts.hash(slot));
      }
    }
    out.writeBoolean(sketch != null);
    if (sketch != null) {
      out.write(sketch.registers());
    }
  }

  @Override
  void read(DataInput in) throws IOException {
    clear();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      counts.add(in.readLong(), 1, null, 0);
    }
    if (in.readBoolean()) {
      byte[] bytes = new byte[HyperLogLog.REGISTERS];
      in.readFully(bytes);
      registers = new HyperLogLog(bytes);
    }
  }
}
