package dev.gnomon.operators;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/// The sketch of a tile, or of a window at the moment of its reading: nothing can leave it.
final class QuantileState extends SlidingState {
  private final QuantileSketch sketch = new QuantileSketch();
  private double[] run = new double[4];

  QuantileState(EventProgram.Stream stream) {
    super(stream);
  }

  @Override
  void clear() {
    sketch.clear();
  }

  @Override
  void add(EventColumns events, int i) {
    sketch.add(events.numbers[stream.value()][i] + 0.0);
  }

  @Override
  void remove(EventColumns events, int i) {
    throw new IllegalStateException("a sketch forgets nothing");
  }

  /// Takes in what is visible at `t` of the positions `[from, to)`, in canonical order; those of
  /// one time ascending, whatever their positions.
  void scan(EventColumns events, boolean[] skipped, int from, int to, long t) {
    double[] values = events.numbers[stream.value()];
    int length = 0;
    for (int i = from; i < to; i++) {
      if (length > 0 && events.times[i] != events.times[i - 1]) {
        length = flush(length);
      }
      if (events.active[i] <= t
          && events.counts(stream, i)
          && !(i < skipped.length && skipped[i])) {
        if (length == run.length) {
          run = Arrays.copyOf(run, length * 2);
        }
        run[length++] = values[i] + 0.0;
      }
    }
    flush(length);
  }

  private int flush(int length) {
    if (length > 1) {
      Arrays.sort(run, 0, length);
    }
    for (int i = 0; i < length; i++) {
      sketch.add(run[i]);
    }
    return 0;
  }

  @Override
  void merge(SlidingState other) {
    sketch.merge(((QuantileState) other).sketch);
  }

  @Override
  double finish(EventProgram.Feature feature, long t) {
    return sketch.quantile(feature.share());
  }

  @Override
  void write(DataOutput out) throws IOException {
    sketch.write(out);
  }

  @Override
  void read(DataInput in) throws IOException {
    sketch.read(in);
  }
}
