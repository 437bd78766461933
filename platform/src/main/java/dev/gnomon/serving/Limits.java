package dev.gnomon.serving;

import dev.gnomon.core.usecase.Stakes;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What bounds positive decisions over time: so many per key and period, so many in all per period.
///
/// Counted from the decisions themselves, in event time, so that a replay of the log gives the same
/// state.
final class Limits {
  private final int perKey;
  private final long keyPeriod;
  private final int perPeriod;
  private final long period;
  private final ConcurrentHashMap<String, long[]> last = new ConcurrentHashMap<>();
  private long periodIndex = Long.MIN_VALUE;
  private int used;
  private long newest = Long.MIN_VALUE;
  private int sinceSweep;

  Limits(Optional<Stakes.Repeat> repeat, Optional<Stakes.Capacity> capacity) {
    this.perKey = repeat.map(Stakes.Repeat::atMost).orElse(Integer.MAX_VALUE);
    this.keyPeriod = repeat.map(one -> micros(one.per())).orElse(0L);
    this.perPeriod = capacity.map(Stakes.Capacity::max).orElse(Integer.MAX_VALUE);
    this.period = capacity.map(one -> micros(one.per())).orElse(1L);
  }

  /// Takes one positive decision if the limits allow it.
  ///
  /// @return what forbids it, or [DecisionRecord.Cause#NONE]
  DecisionRecord.Cause take(String key, long at) {
    if (keyPeriod > 0 && !takeKey(key, at)) {
      return DecisionRecord.Cause.REPEAT;
    }
    if (perPeriod == Integer.MAX_VALUE || takePeriod(at)) {
      return DecisionRecord.Cause.NONE;
    }
    giveBack(key, at);
    return DecisionRecord.Cause.CAPACITY;
  }

  /// A key that the capacity left out has not had its decision.
  private void giveBack(String key, long at) {
    last.computeIfPresent(
        key,
        (ignored, times) -> {
          int gone =
              java.util.stream.IntStream.range(0, times.length)
                  .filter(i -> times[i] == at)
                  .findFirst()
                  .orElse(-1);
          if (gone < 0) {
            return times;
          }
          long[] others = new long[times.length - 1];
          System.arraycopy(times, 0, others, 0, gone);
          System.arraycopy(times, gone + 1, others, gone, others.length - gone);
          return others.length == 0 ? null : others;
        });
  }

  /// Takes back what [#take] gave, for a decision that came to nothing.
  void release(String key, long at) {
    if (keyPeriod > 0) {
      giveBack(key, at);
    }
    if (perPeriod != Integer.MAX_VALUE) {
      givePeriodBack(at);
    }
  }

  private synchronized void givePeriodBack(long at) {
    if (Math.floorDiv(at, period) == periodIndex && used > 0) {
      used--;
    }
  }

  /// Counts a decision that was taken before a restart.
  void replay(String key, long at) {
    take(key, at);
  }

  /// As if nothing had been decided about a key.
  void forget(String key) {
    last.remove(key);
  }

  private boolean takeKey(String key, long at) {
    boolean[] taken = {false};
    last.compute(
        key,
        (ignored, times) -> {
          long[] kept = within(times, at);
          if (kept.length >= perKey) {
            return kept;
          }
          taken[0] = true;
          long[] more = java.util.Arrays.copyOf(kept, kept.length + 1);
          more[kept.length] = at;
          return more;
        });
    sweep(at);
    return taken[0];
  }

  private long[] within(long @Nullable [] times, long at) {
    return times == null
        ? new long[0]
        : java.util.Arrays.stream(times).filter(t -> Math.abs(at - t) < keyPeriod).toArray();
  }

  private synchronized boolean takePeriod(long at) {
    long index = Math.floorDiv(at, period);
    if (index > periodIndex) {
      periodIndex = index;
      used = 0;
    }
    if (used >= perPeriod) {
      return false;
    }
    used++;
    return true;
  }

  /// Forgets keys whose periods are over, so that memory is bounded by the positives of one period.
  private synchronized void sweep(long at) {
    newest = Math.max(newest, at);
    if (++sinceSweep >= 100_000) {
      sinceSweep = 0;
      last.values().removeIf(times -> within(times, newest).length == 0);
    }
  }

  private static long micros(java.time.Duration duration) {
    return Math.multiplyExact(duration.toMillis(), 1_000L);
  }
}
