package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.Frame.Observe;
import java.util.Arrays;

/// The times of a grid, inclusive at both ends.
final class ObservationPlan {
  private ObservationPlan() {}

  static long[] grid(Observe.Grid grid) {
    long step = ProgramCompiler.micros(grid.every());
    long[] times = new long[16];
    int count = 0;
    for (long t = grid.fromMicros(); t <= grid.toMicros(); t += step) {
      if (count == times.length) {
        times = Arrays.copyOf(times, count * 2);
      }
      times[count++] = t;
    }
    return Arrays.copyOf(times, count);
  }
}
