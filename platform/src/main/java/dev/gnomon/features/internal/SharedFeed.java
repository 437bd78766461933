package dev.gnomon.features.internal;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.features.SharedSettings;
import dev.gnomon.features.internal.KeyFold.Folded;
import dev.gnomon.features.internal.KeyFold.Outgoing;
import dev.gnomon.features.spi.KeyRecords;
import dev.gnomon.features.spi.KeyRecords.Keyed;
import dev.gnomon.features.spi.KeyRecords.Standing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Keeps the shared store at what this node knows: fills an empty one from the source files, and
/// appends what its logs hold behind the positions that the store has of them. One thread, which
/// alone writes for this node; it needs no memory of what it sent, because the store tells.
final class SharedFeed implements AutoCloseable {
  private static final int BATCH = 1000;
  private static final long BEAT_MILLIS = 250;
  private static final long GRACE_MILLIS = 3 * BEAT_MILLIS;

  private final FeatureProgram program;
  private final SourceProgram[] sources;
  private final Duration history;
  private final SharedSettings settings;
  private final LongConsumer arrivals;
  private final KeyFold fold;
  private final String space;
  private final List<Followed> followed = new ArrayList<>();
  private final Set<String> writers = new TreeSet<>();
  private final Object lock = new Object();
  private boolean woken;
  private boolean closed;
  private @Nullable Thread thread;
  private @Nullable Origin origin;
  private @Nullable KeyRecords records;
  private boolean verified;
  private String epoch = "";
  private volatile @Nullable Live live;
  private volatile String trouble = "the online store was not asked yet";

  /// A connection to a store that has everything.
  record Live(KeyRecords records, String epoch) {}

  private record Origin(SourceOpener opener, String fingerprint, long now) {}

  private static final class Followed {
    private final int source;
    private final int group;
    private final String name;
    private final String writer;
    private final ArrivedRows rows;

    /// The position that the store has of this log.
    private long applied;

    /// Everything below was looked at. Guarded by the lock.
    private long through;

    Followed(int source, int group, String name, String writer, ArrivedRows rows) {
      this.source = source;
      this.group = group;
      this.name = name;
      this.writer = writer;
      this.rows = rows;
    }
  }

  /// @param arrivals told of the arrival of each row
  SharedFeed(
      FeatureProgram program, Duration history, SharedSettings settings, LongConsumer arrivals) {
    this.program = program;
    this.sources = program.sources().toArray(SourceProgram[]::new);
    this.history = history;
    this.settings = settings;
    this.arrivals = arrivals;
    this.fold = new KeyFold(sources);
    this.space = program.useCase().name() + "/" + program.hash().substring(0, 16);
    writers.add(settings.node());
    writers.addAll(remembered());
    writers.removeAll(settings.forgotten());
  }

  void from(SourceOpener opener, String fingerprint, long now) {
    origin = new Origin(opener, fingerprint, now);
  }

  void follow(int source, String name, ArrivedRows rows) {
    int group = SharedStore.groupsOf(program)[source];
    followed.add(new Followed(source, group, name, settings.node() + "/" + name, rows));
  }

  void start() {
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("online-store-" + program.useCase().name())
            .start(this::run);
  }

  @Nullable Live live() {
    return live;
  }

  String trouble() {
    return trouble;
  }

  /// What was believed of the store does not hold: look again, now.
  void doubt(Live believed) {
    if (believed.equals(live)) {
      live = null;
    }
    wake();
  }

  /// Something may have arrived.
  void wake() {
    synchronized (lock) {
      woken = true;
      lock.notifyAll();
    }
  }

  /// Waits until the log of a source was brought in up to a position, but not longer than that.
  void await(String source, long position, Duration atMost) {
    wake();
    long until = settings.nanos().getAsLong() + atMost.toNanos();
    synchronized (lock) {
      for (Followed one : followed) {
        if (!one.name.equals(source)) {
          continue;
        }
        long left = until - settings.nanos().getAsLong();
        while (one.through <= position && left > 0 && live != null) {
          try {
            lock.wait(left / 1_000_000, (int) (left % 1_000_000));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
          }
          left = until - settings.nanos().getAsLong();
        }
      }
    }
  }

  /// Waits until everything that the logs hold now is in the store, but not longer than that.
  ///
  /// @return whether it is
  boolean settled(Duration atMost) {
    wake();
    long until = settings.nanos().getAsLong() + atMost.toNanos();
    synchronized (lock) {
      for (Followed one : followed) {
        long wanted = one.rows.forced();
        while (one.through < wanted) {
          long left = until - settings.nanos().getAsLong();
          if (left <= 0 || closed) {
            return false;
          }
          try {
            lock.wait(Math.max(1, left / 1_000_000));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
          }
        }
      }
      return true;
    }
  }

  private void run() {
    while (true) {
      synchronized (lock) {
        if (closed) {
          break;
        }
        woken = false;
      }
      try {
        beat();
      } catch (IOException | UncheckedIOException e) {
        disconnect("the online store is away: " + e.getMessage());
      } catch (RuntimeException e) {
        disconnect("the online store can't be kept: " + e);
      }
      if (!pause(BEAT_MILLIS, true)) {
        break;
      }
    }
    disconnect("closed");
  }

  /// Waits until something is to be done, or for a while; false when closed.
  private boolean pause(long millis, boolean wakes) {
    long until = settings.nanos().getAsLong() + millis * 1_000_000;
    synchronized (lock) {
      long left = millis;
      while (!(wakes && woken) && !closed && left > 0) {
        try {
          lock.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
        left = (until - settings.nanos().getAsLong()) / 1_000_000;
      }
      return !closed;
    }
  }

  private void disconnect(String why) {
    live = null;
    say(why);
    KeyRecords before = records;
    records = null;
    verified = false;
    if (before != null) {
      before.close();
    }
  }

  /// Says what changed, not what lasts.
  private void say(String what) {
    if (!what.equals(trouble)) {
      trouble = what;
      settings.told().accept(program.useCase().name() + ": " + what);
    }
  }

  /// Brings the store to what this node knows.
  private void beat() throws IOException {
    KeyRecords now = connected();
    if (live == null || !verified) {
      settle(now);
    } else {
      for (Followed one : followed) {
        if (!drain(now, one)) {
          live = null;
          settle(now);
          return;
        }
      }
      watch(now);
    }
  }

  private KeyRecords connected() throws IOException {
    KeyRecords now = records;
    if (now != null && !now.isOpen()) {
      disconnect("the connection to the online store broke");
      now = null;
    }
    if (now == null) {
      now = settings.connector().connect(space);
      records = now;
    }
    return now;
  }

  private long watchedAt;

  /// From time to time looks whether others began anew or joined.
  private void watch(KeyRecords now) throws IOException {
    long nanos = settings.nanos().getAsLong();
    if (nanos - watchedAt < BEAT_MILLIS * 1_000_000) {
      return;
    }
    watchedAt = nanos;
    Standing standing = now.standing();
    remember(standing);
    if (!standing.ready() || !standing.epoch().equals(epoch)) {
      live = null;
      wake();
    }
  }

  private void settle(KeyRecords now) throws IOException {
    Standing standing = now.standing();
    Origin from = origin;
    boolean stale =
        from != null && standing.loaded() && !standing.origin().equals(from.fingerprint);
    if (standing.epoch().isEmpty()
        || (!standing.loaded() && !standing.loading())
        // Other files are a reason to begin anew when a node starts, not whenever it looks.
        || (stale && epoch.isEmpty())) {
      if (!fill(now, standing.epoch())) {
        return;
      }
      standing = now.standing();
    }
    if (!standing.loaded()) {
      say("another node fills the online store");
      now.enlist(standing.epoch(), writers);
      return;
    }
    epoch = standing.epoch();
    remember(standing);
    TreeSet<String> missing = new TreeSet<>(writers);
    missing.remove(settings.node()); // joins when it has nothing more to say
    missing.removeAll(standing.nodes());
    if (!missing.isEmpty()) {
      now.enlist(epoch, missing);
    }
    for (String gone : settings.forgotten()) {
      if (standing.nodes().contains(gone)) {
        now.forget(epoch, gone);
      }
    }
    for (Followed one : followed) {
      one.applied = standing.applied().getOrDefault(one.writer, 0L);
      synchronized (lock) {
        one.through = 0;
      }
      if (!drain(now, one)) {
        return; // the next beat looks again
      }
    }
    if (!standing.confirmed().contains(settings.node()) && !now.confirm(epoch, settings.node())) {
      return;
    }
    standing = now.standing();
    if (standing.ready() && standing.epoch().equals(epoch)) {
      verified = true;
      live = new Live(now, epoch);
      say("the online store answers");
    } else {
      TreeSet<String> waiting = new TreeSet<>(standing.nodes());
      waiting.removeAll(standing.confirmed());
      say("the online store waits for what is in the logs of " + String.join(", ", waiting));
    }
  }

  /// Folds the source files here, which may take long, and puts the states down there.
  private boolean fill(KeyRecords now, String expected) throws IOException {
    say("folds the source files for the online store");
    Origin from = origin;
    OnlineStore files = new OnlineStore(program, history);
    if (from != null) {
      for (SourceSpec source : program.useCase().data().sources().values()) {
        if (files.uses(source.name())) {
          files.load(source, from.opener, from.now);
        }
      }
    }
    String next = UUID.randomUUID().toString().substring(0, 8);
    if (!now.begin(expected, next)) {
      return false;
    }
    say("fills the online store");
    now.enlist(next, writers);
    long begun = settings.nanos().getAsLong();
    Batches batches = new Batches(now, next);
    long answerable = files.answerable();
    files.forEach((group, key, states) -> {
      @Nullable Object[] known = new @Nullable Object[states.length];
      System.arraycopy(states, 0, known, 0, states.length);
      byte[] image = fold.image(new Folded(known, answerable));
      batches.add(new Keyed(SharedStore.name(group, key), image));
    });
    if (!batches.flush()) {
      return false;
    }
    // Time for nodes that this one never heard of to say that they have a log too.
    long left = GRACE_MILLIS - (settings.nanos().getAsLong() - begun) / 1_000_000;
    if (!pause(left, false) || !now.loaded(next, from == null ? "" : from.fingerprint)) {
      return false;
    }
    now.sweep(next);
    return true;
  }

  private static final class Batches {
    private final KeyRecords records;
    private final String epoch;
    private final List<Keyed> waiting = new ArrayList<>();
    private boolean current = true;

    Batches(KeyRecords records, String epoch) {
      this.records = records;
      this.epoch = epoch;
    }

    void add(Keyed one) {
      waiting.add(one);
      if (waiting.size() == BATCH) {
        flush();
      }
    }

    boolean flush() {
      try {
        current = current && records.load(epoch, waiting);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      waiting.clear();
      return current;
    }
  }

  /// Appends what is in a log; false when the store is not where it was believed to be.
  private boolean drain(KeyRecords now, Followed one) throws IOException {
    long forced = one.rows.forced();
    synchronized (lock) {
      if (one.through >= forced) {
        return true;
      }
    }
    int writer = one.writer.hashCode();
    List<Keyed> batch = new ArrayList<>();
    long last = one.applied;
    try (ArrivedRows.Cursor rows = one.rows.between(one.applied, forced)) {
      while (rows.next()) {
        long position = rows.position();
        if (position <= one.applied) {
          continue;
        }
        arrivals.accept(rows.arrival());
        Outgoing out = fold.record(one.source, rows.row(), rows.arrival(), writer, position);
        if (out != null) {
          batch.add(new Keyed(SharedStore.name(one.group, out.key()), out.record()));
          last = position;
        }
        if (batch.size() == BATCH && !append(now, one, last, batch)) {
          return false;
        }
      }
    }
    if (!batch.isEmpty() && !append(now, one, last, batch)) {
      return false;
    }
    synchronized (lock) {
      one.through = forced;
      lock.notifyAll();
    }
    return true;
  }

  private boolean append(KeyRecords now, Followed one, long upTo, List<Keyed> batch)
      throws IOException {
    if (!now.append(epoch, one.writer, one.applied, upTo, batch)) {
      return false;
    }
    one.applied = upTo;
    batch.clear();
    return true;
  }

  private Path memory() {
    return settings.memory().resolve(program.useCase().name() + ".writers");
  }

  private List<String> remembered() {
    try {
      return Files.isRegularFile(memory()) ? Files.readAllLines(memory()) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whom else was seen writing: should the store be emptied, their logs are waited for.
  private void remember(Standing standing) throws IOException {
    boolean more = writers.addAll(standing.nodes());
    boolean less = writers.removeAll(settings.forgotten());
    if (more || less) {
      AtomicFiles.writeString(memory(), String.join("\n", writers) + "\n");
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    Thread mine = thread;
    if (mine != null) {
      try {
        mine.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
