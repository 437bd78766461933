package dev.gnomon.serving;

import dev.gnomon.core.Home;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.LastVerification;
import dev.gnomon.features.OnlineFeatures;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/// Checks a sample of live requests by the other engine, beside the path of requests: a request
/// only leaves a copy of its features, and none when checks fall behind.
///
/// Which requests is decided by key and time alone, so that a repetition is chosen again.
public final class LiveVerification implements AutoCloseable {
  private static final int WAITING = 256;
  private static final int WRITE_EVERY = 100;

  private final OnlineFeatures features;
  private final Home home;
  private final InstantSource clock;
  private final double share;
  private final BlockingQueue<Sample> waiting = new ArrayBlockingQueue<>(WAITING);
  private final LongAdder requests = new LongAdder();
  private final LongAdder values = new LongAdder();
  private final LongAdder differing = new LongAdder();
  private final LongAdder compacted = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final Set<String> named = new TreeSet<>();
  private final Thread checking;
  private volatile boolean closed;

  private record Sample(String key, long at, FeatureRow served, long before) {}

  /// @param share of requests that are checked; 0 for none
  LiveVerification(OnlineFeatures features, Home home, double share, InstantSource clock) {
    this.features = features;
    this.home = home;
    this.share = share;
    this.clock = clock;
    this.checking =
        Thread.ofPlatform()
            .daemon()
            .name("gnomon-verify-" + features.plan().useCase().name())
            .unstarted(this::check);
    if (share > 0) {
      checking.start();
    }
  }

  private boolean chosen(String key, long at) {
    long hash = (key.hashCode() * 0x9E37_79B9_7F4A_7C15L) ^ at;
    hash = (hash ^ hash >>> 32) * 0xD6E8_FEB8_6659_FD93L;
    hash ^= hash >>> 32;
    return (hash >>> 11) * 0x1.0p-53 < share;
  }

  /// Looks at a decision that was just made.
  ///
  /// @param before what [OnlineFeatures#changes] said before it was made
  void made(DecisionRecord record, long before) {
    if (share <= 0 || !chosen(record.key(), record.at())) {
      return;
    }
    FeatureRow copy = new FeatureRow(record.features().schema());
    copy.copy(record.features());
    if (!waiting.offer(new Sample(record.key(), record.at(), copy, before))) {
      dropped.increment();
    }
  }

  private void check() {
    try {
      while (!closed) {
        one(waiting.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void one(Sample sample) {
    OnlineFeatures.Checked found =
        features.check(sample.key, sample.at, sample.served, sample.before);
    requests.increment();
    values.add(found.values());
    compacted.add(found.compacted());
    differing.add(found.differing().size());
    named.addAll(found.differing());
    if (!found.differing().isEmpty() || requests.sum() % WRITE_EVERY == 0) {
      write();
    }
  }

  private void write() {
    new LastVerification(
            features.plan().hash(),
            clock.instant(),
            "%d live requests against the sweep of the events kept in memory"
                .formatted(requests.sum()),
            values.sum(),
            differing.sum(),
            java.util.List.copyOf(named))
        .write(home, features.plan().useCase().name(), LastVerification.Kind.LIVE);
  }

  /// Values that were compared since the start.
  public long values() {
    return values.sum();
  }

  /// Those that are not the same bits.
  public long differing() {
    return differing.sum();
  }

  /// Values that could not be compared, since tiles stand for some of their events.
  public long compacted() {
    return compacted.sum();
  }

  /// Requests that were left out since checks fell behind.
  public long dropped() {
    return dropped.sum();
  }

  @Override
  public void close() {
    closed = true;
    checking.interrupt();
    try {
      checking.join(1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (requests.sum() > 0 && !checking.isAlive()) {
      write();
    }
  }
}
