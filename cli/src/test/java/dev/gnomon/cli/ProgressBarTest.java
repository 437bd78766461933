package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final AtomicLong now = new AtomicLong();

  private void wait(Duration duration) {
    now.addAndGet(duration.toNanos());
  }

  @Test
  void plainLinesNameTheStagesAndEveryTenSeconds() {
    Recorded recorded = new Recorded(false);
    try (ProgressBar bar = new ProgressBar(recorded.terminal, now::get)) {
      bar.stage("reading logins", 200);
      bar.advance(10);
      wait(Duration.ofSeconds(11));
      bar.advance(40);
      bar.advance(50);
      bar.note("3 rows set aside");
      bar.stage("training", 0);
    }
    assertThat(recorded.err())
        .isEqualTo("reading logins\nreading logins 25 % 11.0 s\n3 rows set aside\ntraining\n");
    assertThat(recorded.out()).isEmpty();
  }

  @Test
  void theBarRedrawsAtMostTenTimesASecondAndFitsTheWidth() {
    Recorded recorded = new Recorded(true);
    try (ProgressBar bar = new ProgressBar(recorded.terminal, now::get)) {
      bar.stage("a stage with a name that is longer than the terminal is wide: 60 columns", 1000);
      for (int i = 0; i < 1000; i++) {
        wait(Duration.ofMillis(1));
        bar.advance(1);
      }
    }
    List<String> drawings = List.of(recorded.err().split("\r\u001b\\[K"));
    assertThat(drawings).hasSizeBetween(10, 14);
    assertThat(drawings).allSatisfy(line -> assertThat(line.strip()).hasSizeLessThan(60));
    assertThat(recorded.err()).endsWith("\n");
  }

  @Test
  void workOnSeveralThreadsIsCountedWhole() throws InterruptedException {
    Recorded recorded = new Recorded(false);
    try (ProgressBar bar = new ProgressBar(recorded.terminal, now::get)) {
      bar.stage("counting", 4_001);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  for (int k = 0; k < 1000; k++) {
                    bar.advance(1);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      wait(Duration.ofSeconds(10));
      bar.advance(1);
    }
    assertThat(recorded.err()).isEqualTo("counting\ncounting 100 % 10.0 s\n");
  }
}
