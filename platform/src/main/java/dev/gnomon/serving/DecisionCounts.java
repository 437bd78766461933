package dev.gnomon.serving;

import dev.gnomon.serving.DecisionRecord.Cause;
import dev.gnomon.serving.DecisionRecord.Variant;
import java.util.concurrent.atomic.LongAdder;

/// Decisions logged since the start, by who decided and what was wrong with the answer.
///
/// Counting costs one array read and one add, and allocates nothing.
@SuppressWarnings("EnumOrdinal") // the place in an array of this process, written nowhere
public final class DecisionCounts {
  private static final int CAUSES = Cause.values().length;

  private final LongAdder[] counts = new LongAdder[Variant.values().length * CAUSES];

  DecisionCounts() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  void made(Variant variant, Cause cause) {
    counts[variant.ordinal() * CAUSES + cause.ordinal()].increment();
  }

  public long of(Variant variant, Cause cause) {
    return counts[variant.ordinal() * CAUSES + cause.ordinal()].sum();
  }
}
