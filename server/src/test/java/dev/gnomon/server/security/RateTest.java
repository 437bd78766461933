package dev.gnomon.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateTest {
  private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);

  /// The bucket as everybody draws it: so many tokens, refilled with time.
  private static final class Bucket {
    private final double perSecond;
    private final double size;
    private double tokens;
    private long last;

    Bucket(double perSecond, double size, long now) {
      this.perSecond = perSecond;
      this.size = size;
      this.tokens = size;
      this.last = now;
    }

    boolean take(long now) {
      tokens = Math.min(size, tokens + (now - last) * perSecond / 1e9);
      last = now;
      if (tokens < 1 - 1e-6) {
        return false;
      }
      tokens--;
      return true;
    }
  }

  @Test
  void isATokenBucket() {
    Random random = new Random(5);
    Rate rate = new Rate(10, 4, nanos::get);
    Bucket bucket = new Bucket(10, 4, nanos.get());
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      // Whole milliseconds, of which a token takes a hundred: no rounding decides.
      nanos.addAndGet(random.nextInt(150) * 1_000_000L);
      boolean wanted = bucket.take(nanos.get());
      long peek = rate.wanting();
      long wait = rate.take();
      assertThat(wait == 0).isEqualTo(wanted);
      assertThat(peek).isEqualTo(wait);
      if (wait > 0) {
        refused++;
      }
    }
    assertThat(refused).isBetween(100, 19_000);
  }

  @Test
  void saysWhenToComeBack() {
    Rate rate = new Rate(0.5, 2, nanos::get);
    assertThat(rate.take()).isZero();
    assertThat(rate.take()).isZero();
    long wait = rate.take();
    assertThat(wait).isEqualTo(2_000_000_000L);
    nanos.addAndGet(wait - 1);
    assertThat(rate.take()).isEqualTo(1);
    nanos.addAndGet(1);
    assertThat(rate.take()).isZero();
  }

  @Test
  void clientsAreManyButBounded() {
    ClientRates rates = new ClientRates(1, 1, nanos::get);
    for (int i = 0; i < 50_000; i++) {
      assertThat(rates.of("client " + i).take() == 0).as("client " + i).isEqualTo(i <= 10_000);
    }
    // Those beyond share one, until the others have rested.
    nanos.addAndGet(2_000_000_000L);
    for (int i = 60_000; i < 70_000; i++) {
      assertThat(rates.of("client " + i).take()).isZero();
    }
  }
}
