package dev.gnomon.serving;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// The platform's clock while serving: the wall clock, or one that the input drives.
public interface ArrivalClock extends InstantSource {
  /// Told of a time that came with the input.
  void saw(Instant time);

  /// Nanoseconds from some moment on, for deadlines and pauses: `System::nanoTime`.
  default long nanos() {
    return System.nanoTime();
  }

  /// The wall clock; the input does not move it.
  static ArrivalClock wall(InstantSource clock) {
    return new ArrivalClock() {
      @Override
      public Instant instant() {
        return clock.instant();
      }

      @Override
      public void saw(Instant time) {}
    };
  }

  /// Stands at the latest time the input has named, for replays and demos.
  static ArrivalClock replay(Instant start) {
    AtomicReference<Instant> latest = new AtomicReference<>(start);
    return new ArrivalClock() {
      @Override
      public Instant instant() {
        return latest.get();
      }

      @Override
      public void saw(Instant time) {
        latest.accumulateAndGet(time, (before, now) -> now.isAfter(before) ? now : before);
      }
    };
  }
}
