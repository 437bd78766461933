package dev.gnomon.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class BacklogTest {
  private static final long MILLI = 1_000_000;

  private final AtomicLong now = new AtomicLong();
  private final Queue<Runnable> afterBatch = new ArrayDeque<>();
  private final LongAdder refused = new LongAdder();
  private final Backlog backlog = new Backlog(afterBatch::add, now::get, refused);

  /// One batch of one request that takes some time.
  private boolean lateOf(long millis) {
    boolean late = backlog.late(now.get());
    now.addAndGet(millis * MILLI);
    afterBatch.remove().run();
    return late;
  }

  @Test
  void whoAsksAfterTheAnswerHasNotWaited() {
    assertThat(lateOf(400)).isFalse();
    now.addAndGet(2 * MILLI);
    assertThat(lateOf(1)).isFalse();
    assertThat(refused.sum()).isZero();
  }

  @Test
  void whoCameMeanwhileHas() {
    assertThat(lateOf(400)).isFalse();
    assertThat(lateOf(1)).isTrue();
    assertThat(refused.sum()).isEqualTo(1);
  }
}
