package dev.gnomon.serving;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.Check;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.StreamSpec;
import dev.gnomon.data.ArrivalChecks;
import dev.gnomon.features.ArrivingRows;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.features.SourceLog;
import dev.gnomon.log.LogReader;
import dev.gnomon.log.LogSettings;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Takes posted rows of one source: checks them, keeps them on disk, and only then lets features
/// see them.
///
/// A post is taken whole or refused whole; rows that a check sets aside are taken too, but kept
/// apart. Rows that were posted before under the same id change nothing.
public final class SourceIntake implements AutoCloseable {
  /// The most rows of one post.
  public static final int MAX_ROWS = 100_000;

  /// The longest row, in bytes as the log keeps it.
  public static final int LONGEST_ROW = LogSettings.MAX_BODY_BYTES - SourceLog.MAX_PLACE;

  static final int MAX_PROBLEMS = 100;

  private final SourceSpec spec;
  private final Schema schema;
  private final SourceChecks checks;
  private final QuarantineLog quarantine;
  private final ArrivingRows arriving;
  private final SegmentedLog log;
  private final List<OnlineFeatures> consumers;
  private final ArrivalClock clock;
  private final StreamPositions recovered = new StreamPositions();
  private final LongAdder taken = new LongAdder();

  /// Shared by whoever takes rows in, from the log to the features; an erasure has it alone.
  private final ReentrantReadWriteLock takingIn = new ReentrantReadWriteLock();

  private volatile long newestArrival = Times.MISSING;

  /// @param schema of the source, computed columns included
  /// @param checks of the source in every use case that has it
  /// @param quarantine for the rows they set aside
  /// @param consumers the features of each use case that has this source
  public SourceIntake(
      SourceSpec spec,
      Schema schema,
      List<Check> checks,
      SegmentedLog log,
      QuarantineLog quarantine,
      List<OnlineFeatures> consumers,
      ArrivalClock clock) {
    this.quarantine = quarantine;
    this.spec = spec;
    this.schema = schema;
    this.log = log;
    this.consumers = consumers.stream().filter(features -> features.uses(spec.name())).toList();
    this.clock = clock;
    this.arriving = new ArrivingRows(spec, schema);
    this.checks = new SourceChecks(spec.name(), checks, schema, arriving);
  }

  /// What came of a post.
  ///
  /// @param rows all of them
  /// @param repeated rows that were known already
  /// @param setAside rows that a check set aside: kept, and seen by no feature
  public record Taken(int rows, int repeated, List<Problem> conflicts, List<SetAside> setAside) {
    public Taken {
      conflicts = List.copyOf(conflicts);
      setAside = List.copyOf(setAside);
    }
  }

  /// @param row its place in the post, from 1
  /// @param reason the check it fails
  public record SetAside(int row, String reason) {}

  public SourceSpec spec() {
    return spec;
  }

  /// Where the checks of arriving rows stand.
  public List<ArrivalChecks.Reading> checks() {
    return checks.readings();
  }

  /// How many rows are set aside.
  public int quarantined() {
    return quarantine.rows();
  }

  /// How many rows came in by posts and streams, those that came again included, those set aside
  /// not, and those of files not.
  public long taken() {
    return taken.sum();
  }

  /// When the last of these arrived, microseconds; `Times.MISSING` before any.
  public long newestArrival() {
    return newestArrival;
  }

  /// Takes rows in; returns once they are on disk and seen by features.
  ///
  /// @param body a JSON array of objects, one object, or objects separated by newlines
  /// @throws BadInput with the problems of all rows; then none was taken
  /// @throws ChecksFailed when a check blocks; then none was taken
  /// @throws UncheckedIOException when they can't be kept
  public Taken post(byte[] body) {
    return take(PostedRows.read(body, schema, arriving));
  }

  /// Takes rows in that were read with the source's [ArrivingRows]: what posts of every kind have
  /// in common. Returns once they are on disk and seen by features.
  ///
  /// @throws BadInput for rows that are too long; then none was taken
  /// @throws ChecksFailed when a check blocks; then none was taken
  /// @throws UncheckedIOException when they can't be kept
  public Taken take(List<FeatureRow> rows) {
    Lock lock = takingIn();
    lock.lock();
    try {
      return taking(rows);
    } finally {
      lock.unlock();
    }
  }

  /// Held by whoever takes rows in.
  Lock takingIn() {
    return takingIn.readLock();
  }

  /// Keeps rows from being taken in, for a moment.
  Lock alone() {
    return takingIn.writeLock();
  }

  QuarantineLog quarantine() {
    return quarantine;
  }

  private Taken taking(List<FeatureRow> rows) {
    long[] arrivals = new long[rows.size()];
    List<byte[]> lines = new ArrayList<>(rows.size());
    List<Problem> tooLong = new ArrayList<>();
    for (int i = 0; i < arrivals.length; i++) {
      arrivals[i] = arrive(rows.get(i));
      byte[] line = arriving.write(rows.get(i));
      lines.add(line);
      if (line.length > LONGEST_ROW && tooLong.size() < MAX_PROBLEMS) {
        tooLong.add(tooLong("row " + (i + 1), line.length));
      }
    }
    if (!tooLong.isEmpty()) {
      throw new BadInput(tooLong);
    }
    @Nullable String[] reasons = checks.judged(rows);
    List<SetAside> setAside = new ArrayList<>();
    List<QuarantineLog.Held> held = new ArrayList<>();
    int repeated = 0;
    try {
      for (int i = 0; i < arrivals.length; i++) {
        byte[] line = lines.get(i);
        String reason = reasons[i];
        if (reason == null) {
          log.append(SourceLog.POSTED, arrivals[i], line, 0, line.length);
        } else {
          setAside.add(new SetAside(i + 1, reason));
          held.add(held(arrivals[i], reason, line));
        }
      }
      if (!held.isEmpty()) {
        repeated = held.size() - quarantine.add(held);
      }
      log.awaitForced();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Problem> conflicts = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      if (reasons[i] != null) {
        continue;
      }
      OnlineFeatures.Ingested worst = ingest(rows.get(i), arrivals[i]);
      if (worst == OnlineFeatures.Ingested.REPEATED) {
        repeated++;
      } else if (worst == OnlineFeatures.Ingested.CONFLICT && conflicts.size() < MAX_PROBLEMS) {
        conflicts.add(
            new Problem(
                "row " + (i + 1),
                "a row with this %s and other content is known".formatted(spec.id().orElse("id")),
                "a new id for a new row"));
      }
    }
    seen();
    return new Taken(rows.size(), repeated, conflicts, setAside);
  }

  /// Why the checks set a row of a stream aside, which has nobody to refuse it to: what blocks a
  /// post sets a record aside.
  Optional<String> reason(FeatureRow row) {
    return checks.reason(row);
  }

  /// Holds a row for replay.
  void hold(long arrival, String reason, byte[] line) throws IOException {
    int _ = quarantine.add(List.of(held(arrival, reason, line)));
  }

  private static QuarantineLog.Held held(long arrival, String reason, byte[] line) {
    return new QuarantineLog.Held(arrival, reason, JsonMapper.shared().readTree(line));
  }

  /// What came of putting the rows set aside through the checks again.
  ///
  /// @param taken rows that pass now and were taken
  /// @param repeated rows among them that were known already
  /// @param failing rows that stay, by reason
  public record Replayed(int taken, int repeated, Map<String, Integer> failing) {}

  /// Puts the rows set aside through the checks again, after a check or the code was corrected.
  /// Those that pass are taken as rows that became known now, whatever their known-at says: no
  /// decision until now has seen them. Idempotent by id, also when it was interrupted.
  ///
  /// @throws UncheckedIOException when they can't be kept
  public Replayed replayQuarantine() {
    Lock lock = takingIn();
    lock.lock();
    try {
      return new QuarantineReplay(this, checks).run();
    } finally {
      lock.unlock();
    }
  }

  /// What [#post] would refuse in these rows; nothing is taken.
  public List<Problem> problems(byte[] body) {
    try {
      var _ = PostedRows.read(body, schema, arriving);
      return List.of();
    } catch (BadInput e) {
      return e.problems();
    }
  }

  /// The schema of the source, computed columns included.
  public Schema schema() {
    return schema;
  }

  /// Waits a moment for features that are kept elsewhere to be brought up to the log.
  private void seen() {
    for (OnlineFeatures features : consumers) {
      features.await(spec.name(), log.forcedPosition() - 1);
    }
  }

  /// Reads the log again after a start: rows into the features, and how far streams were read.
  /// Returns how many rows it held.
  public long replay() throws IOException {
    FeatureRow row = new FeatureRow(schema);
    long count = 0;
    try (LogReader reader = log.read(SegmentedLog.START)) {
      while (reader.next()) {
        byte[] record = reader.bytes();
        recovered.saw(reader.type(), record);
        if (arriving.logged(reader.type(), record, reader.time(), row)) {
          clock.saw(Times.instant(reader.time()));
          ingest(row, reader.time());
          count++;
        }
      }
    }
    return count;
  }

  /// Where rows from a stream come in; to be asked for after [#replay], once.
  ///
  /// @param told of what an operator should know
  StreamIntake stream(StreamSpec stream, Consumer<String> told) {
    return new StreamIntake(this, stream, recovered.of(stream.topic()), told);
  }

  /// The row's arrival by the platform's clock, and the row as it then is.
  long arrive(FeatureRow row) {
    clock.saw(Times.instant(arriving.ownArrival(row, Times.micros(clock.instant()))));
    long arrival = Times.micros(clock.instant());
    arriving.finish(row, arrival);
    return arrival;
  }

  ArrivingRows arriving() {
    return arriving;
  }

  SegmentedLog log() {
    return log;
  }

  ArrivalClock clock() {
    return clock;
  }

  static Problem tooLong(String place, int bytes) {
    return new Problem(
        place, "it has %,d bytes".formatted(bytes), "at most %,d".formatted(LONGEST_ROW));
  }

  OnlineFeatures.Ingested ingest(FeatureRow row, long arrival) {
    taken.increment();
    newestArrival = arrival;
    OnlineFeatures.Ingested worst = OnlineFeatures.Ingested.ADDED;
    for (OnlineFeatures features : consumers) {
      OnlineFeatures.Ingested came = features.ingest(spec.name(), row, arrival);
      if (came == OnlineFeatures.Ingested.CONFLICT
          || (came == OnlineFeatures.Ingested.REPEATED
              && worst != OnlineFeatures.Ingested.CONFLICT)) {
        worst = came;
      }
    }
    return worst;
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
