package dev.gnomon.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class BacklogTest {
  private static final long MILLI = 1_000_000;

  private final LongAdder refused = new LongAdder();
  private Runnable end = () -> {};
  private long now = 1_000 * MILLI;
  private final Backlog backlog = new Backlog(what -> end = what, () -> now, refused);

  /// How many of a batch of requests are decided when each takes so long.
  private int decided(int requests, long nanosEach) {
    int decided = 0;
    for (int i = 0; i < requests; i++) {
      if (!backlog.late(now)) {
        decided++;
        now += nanosEach;
      }
    }
    end.run();
    return decided;
  }

  @Test
  void decidesEverythingWhileTheBatchesAreShort() {
    for (int batch = 0; batch < 100; batch++) {
      assertThat(decided(64, MILLI / 20)).isEqualTo(64);
    }
    assertThat(refused.sum()).isZero();
  }

  @Test
  void refusesWhatWaitedTooLong() {
    int first = decided(2_000, MILLI / 20);
    assertThat(first).isEqualTo(301); // 15 ms of 50 us each, and the one that ends on it
    int second = decided(2_000, MILLI / 20);
    // On average these waited for half of the 15 ms before.
    assertThat(second).isBetween(140, 160);
    assertThat(refused.sum()).isEqualTo(4_000 - first - second);
  }

  @Test
  void recoversAtOnceAfterARest() {
    decided(2_000, MILLI / 20);
    now += 5 * MILLI;
    assertThat(decided(300, MILLI / 20)).isEqualTo(300);
  }

  @Test
  void answersAFewAlsoAfterThePauseOfTheProcess() {
    decided(1, 500 * MILLI);
    assertThat(decided(Backlog.LEAST, MILLI)).isEqualTo(Backlog.LEAST);
  }
}
