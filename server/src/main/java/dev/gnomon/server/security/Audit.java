package dev.gnomon.server.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who did what to the control surfaces, when, from where, and what came of it: one JSON object a
/// line. Neither bodies nor headers go in, and so no secret.
///
/// What an operator reads; what changed stands in the ledger, which can't be altered unnoticed.
///
/// Changes stand in `<home>/audit.jsonl` (five files of 16 MiB), what was refused or failed in
/// `audit-refused.jsonl` (three files of 4 MiB), so that nobody pushes the traces of changes out by
/// asking for what is refused; of these [CountedRefusals] tells the first few of each caller and
/// kind and counts the others. Lines are written beside the requests by one thread: a request only
/// queues its line. While the disk is full lines wait, and are written once there is room.
public final class Audit implements AutoCloseable {
  /// How long refused requests are counted before a line says how many they were.
  static final Duration PERIOD = Duration.ofMinutes(1);

  private static final Duration AGAIN = Duration.ofSeconds(1);

  /// Each change that waits has been through a store on a disk, and a line takes a fraction of that
  /// time: so many wait only when the disk takes nothing more.
  private static final int MOST_CHANGES = 100_000;

  private static final int MOST_REFUSED = 1_024;
  private static final int MOST_PATH = 512;
  private static final int BATCH = 1_000;

  private final AuditFiles changes;
  private final AuditFiles refused;
  private final Path stateFile;
  private final InstantSource clock;
  private final Consumer<String> told;
  private final Duration period;
  private final Duration again;
  private final CountedRefusals refusals = new CountedRefusals();
  private final BlockingQueue<AuditLine> changesWaiting = new LinkedBlockingQueue<>(MOST_CHANGES);
  private final BlockingQueue<AuditLine> refusedWaiting = new LinkedBlockingQueue<>(MOST_REFUSED);
  private final AtomicLong counted = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicBoolean planned = new AtomicBoolean();
  private final AtomicBoolean counting = new AtomicBoolean();
  private final ScheduledExecutorService writing =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("gnomon-audit").factory());

  // Of the writing thread alone.
  private long number = -1;
  private boolean failing;
  private @Nullable AuditState state;
  private long countedBefore;
  private long lostBefore;
  private @Nullable String failedAt;
  private @Nullable String why;

  Audit(Path file, InstantSource clock, Consumer<String> told) {
    this(file, clock, told, PERIOD, AGAIN);
  }

  Audit(Path file, InstantSource clock, Consumer<String> told, Duration period, Duration again) {
    this.changes = changes(file);
    this.refused = refused(file);
    this.stateFile = AuditState.in(file);
    this.clock = clock;
    this.told = told;
    this.period = period;
    this.again = again;
  }

  private static AuditFiles changes(Path file) {
    return new AuditFiles(file, 16L << 20, 5);
  }

  private static AuditFiles refused(Path file) {
    return new AuditFiles(file.resolveSibling("audit-refused.jsonl"), 4L << 20, 3);
  }

  /// Whether requests to a route are written down: everything that changes something, but for the
  /// stream of data (decisions, rows, metrics, files), which has logs of its own.
  public static boolean covers(String method, String pattern) {
    // Asked for every request: what comes most often is told first.
    if (pattern.startsWith("/v1/usecases/")) {
      return false;
    }
    if (method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS")) {
      return false;
    }
    if (Surface.ofMlflow(pattern)) {
      return (pattern.contains("/registered-models/")
              || pattern.contains("/model-versions/")
              || pattern.contains("/experiments/"))
          && !pattern.endsWith("/search")
          && !pattern.endsWith("/get-latest-versions");
    }
    return !pattern.equals("/v1/sources/{name}/events")
        && !pattern.equals("/push")
        && !pattern.equals("/write-to-online-store")
        && !pattern.equals("/get-online-features")
        && !pattern.endsWith("/infer")
        && !pattern.equals("/v2/repository/index");
  }

  /// Queues a line. Never waits.
  ///
  /// @param who the caller's name; empty when nobody was known
  /// @param path as it was asked, without its query
  void record(String who, Asked asked, String path, String from, int status) {
    boolean nowhere = asked.pattern().isEmpty();
    // What leads nowhere may be anything, also what should stand in no file.
    String shown = nowhere ? "to no route" : cut(path);
    Instant at = clock.instant();
    AuditLine line =
        new AuditLine(
            0, at, who, asked.method() + " " + shown, useCase(asked), from, status, 0, at);
    boolean change = status < 400;
    if (!change) {
      boolean own = refusals.tell(line, asked.method(), asked.pattern());
      if (counting.compareAndSet(false, true)) {
        plan(this::endPeriod, period);
      }
      if (!own) {
        counted.incrementAndGet();
        return;
      }
    }
    if (!(change ? changesWaiting : refusedWaiting).offer(line)) {
      lost.incrementAndGet();
    }
    if (planned.compareAndSet(false, true)) {
      plan(this::write, Duration.ZERO);
    }
  }

  private static String useCase(Asked asked) {
    if (asked.segments().isEmpty()) {
      return "";
    }
    String first = asked.segments().getFirst();
    return switch (Scope.of(asked.pattern())) {
      case USE_CASE -> cut(first);
      // A model's page: see Verdict.Principal#mayUseNamed.
      case BODY -> asked.pattern().startsWith("/models/{") ? cut(first.split("/", 2)[0]) : "";
      case NOTHING, SOURCE, PREDICTION, ALL -> "";
    };
  }

  private static String cut(String path) {
    return path.length() > MOST_PATH ? path.substring(0, MOST_PATH) + "…" : path;
  }

  /// Refused and failed requests without a line of their own, since the start.
  public long counted() {
    return counted.get();
  }

  /// Lines that could not be kept, since the start.
  public long lost() {
    return lost.get();
  }

  private void plan(Runnable what, Duration in) {
    try {
      if (in.isZero()) {
        writing.execute(what);
      } else {
        var _ = writing.schedule(what, in.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (RejectedExecutionException closing) {
      // close() writes what is there
    }
  }

  private void endPeriod() {
    counting.set(false);
    for (AuditLine line : refusals.end(clock.instant())) {
      if (!refusedWaiting.offer(line)) {
        lost.incrementAndGet();
      }
    }
    planned.set(true);
    write();
  }

  /// Writes what waits, and plans itself again when it can't.
  private void write() {
    planned.set(false);
    boolean all = false;
    try {
      if (number < 0) {
        open();
      }
      drain(changesWaiting, changes);
      drain(refusedWaiting, refused);
      all = true;
      failing = false;
    } catch (IOException | RuntimeException e) {
      failedAt = clock.instant().toString();
      why = String.valueOf(e.getMessage());
      if (!failing) {
        failing = true;
        told.accept("%s can't be written: %s; its lines wait".formatted(changes.file(), why));
      }
    }
    keepState();
    if (!all && planned.compareAndSet(false, true)) {
      plan(this::write, again);
    }
  }

  /// Lines are numbered on from those of the last process.
  private void open() throws IOException {
    AuditState before = AuditState.read(stateFile);
    countedBefore = before.counted();
    lostBefore = before.lost();
    failedAt = before.failedAt();
    why = before.why();
    number =
        Math.max(
            changes.newest().map(AuditLine::number).orElse(0L),
            refused.newest().map(AuditLine::number).orElse(0L));
  }

  /// What is written leaves the queue afterwards.
  private void drain(BlockingQueue<AuditLine> waiting, AuditFiles to) throws IOException {
    while (!waiting.isEmpty()) {
      List<AuditLine> batch = waiting.stream().limit(BATCH).toList();
      append(to, batch);
      for (int i = 0; i < batch.size(); i++) {
        var _ = waiting.poll();
      }
    }
  }

  private void append(AuditFiles to, List<AuditLine> batch) throws IOException {
    StringBuilder text = new StringBuilder(batch.size() * 200);
    long next = number;
    for (AuditLine line : batch) {
      text.append(line.numbered(++next).json()).append('\n');
    }
    to.append(text.toString().getBytes(StandardCharsets.UTF_8));
    number = next;
  }

  private void keepState() {
    AuditState now =
        new AuditState(
            countedBefore + counted.get(), lostBefore + lost.get(), failedAt, why, failing);
    if (!now.equals(state)) {
      try {
        now.write(stateFile);
        state = now;
      } catch (IOException e) {
        // Told already: the same disk.
      }
    }
  }

  /// Writes what waits, and how many refused requests were counted.
  @Override
  public void close() {
    try {
      writing.submit(this::endPeriod).get(5, TimeUnit.SECONDS);
    } catch (RejectedExecutionException closed) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      told.accept("%s could not be ended: %s".formatted(changes.file(), e));
    }
    var _ = writing.shutdownNow();
  }

  /// What of the audit is asked for.
  ///
  /// @param before lines with lower numbers only; 0 for the newest
  /// @param limit how many at most
  /// @param who the name of a caller
  public record Wanted(
      long before,
      int limit,
      Optional<String> who,
      Optional<String> useCase,
      Optional<AuditLine.Outcome> outcome) {
    private boolean fits(AuditLine line) {
      return who.map(line.who()::equals).orElse(true)
          && useCase.map(line.useCase()::equals).orElse(true)
          && outcome.map(one -> one == line.outcome()).orElse(true);
    }
  }

  /// Lines of the files of a home, the newest first.
  ///
  /// @param file `audit.jsonl`
  public static List<AuditLine> read(Path file, Wanted wanted) throws IOException {
    List<AuditLine> all =
        new ArrayList<>(changes(file).newest(wanted.before(), wanted.limit(), wanted::fits));
    all.addAll(refused(file).newest(wanted.before(), wanted.limit(), wanted::fits));
    all.sort(Comparator.comparingLong(AuditLine::number).reversed());
    return List.copyOf(all.subList(0, Math.min(wanted.limit(), all.size())));
  }

  /// How the audit of a home is.
  ///
  /// @param bytes of all files
  /// @param oldestChange the oldest change whose line is kept
  public record Kept(long bytes, Optional<AuditLine> oldestChange, AuditState state) {}

  /// @param file `audit.jsonl`
  public static Kept kept(Path file) throws IOException {
    return new Kept(
        changes(file).bytes() + refused(file).bytes(),
        changes(file).oldest(),
        AuditState.read(AuditState.in(file)));
  }
}
