package dev.gnomon.serving;

import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.StreamSpec;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.SourceLog;
import dev.gnomon.log.LogFullException;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.spi.EventStream;
import dev.gnomon.serving.spi.StreamRecord;
import dev.gnomon.serving.spi.StreamSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;

/// Takes the records of one stream into the log and the features of a source, each exactly once.
///
/// The log decides: a record's place in the stream lies in the same log record as the row, so that
/// there is no instant at which one of the two is known and the other is not. A batch is appended,
/// forced, seen by features, and followed by a record that says how far everything before is there.
final class StreamIntake implements StreamSink {
  /// Of a value that is too long to be a row, what is kept to recognise it by.
  private static final int KEPT_OF_LONG = 4096;

  private static final int LONGEST_REASON = 2_000;

  private final SourceIntake source;
  private final StreamSpec stream;
  private final StreamPositions.OfTopic positions;
  private final Consumer<String> told;

  private long rows;
  private long repeated;
  private long conflicts;
  private long setAside;
  private long tombstones;
  private long missed;
  private final Rate rate;

  StreamIntake(
      SourceIntake source,
      StreamSpec stream,
      StreamPositions.OfTopic positions,
      Consumer<String> told) {
    this.source = source;
    this.stream = stream;
    this.positions = positions;
    this.told = told;
    this.setAside = positions.setAside;
    this.rate = new Rate(source.clock());
  }

  @Override
  public synchronized String topicId() {
    return positions.topicId;
  }

  @Override
  public synchronized Map<Integer, Long> next() {
    return positions.next();
  }

  @Override
  public synchronized void begin(String topicId, Map<Integer, Long> next) throws IOException {
    if (topicId.isEmpty()) {
      throw new IllegalArgumentException("a topic without id");
    }
    byte[] record =
        SourceLog.positions(new SourceLog.Positions(stream.topic(), topicId, new HashMap<>(next)));
    source.log().appendForced(SourceLog.POSITIONS, now(), record, 0, record.length);
    if (!positions.topicId.equals(topicId)) {
      positions.clear();
      positions.topicId = topicId;
    }
    next.forEach(positions::next);
  }

  @Override
  public synchronized int take(List<StreamRecord> records) throws IOException {
    Lock lock = source.takingIn();
    lock.lock();
    try {
      return taking(records);
    } finally {
      lock.unlock();
    }
  }

  private int taking(List<StreamRecord> records) throws IOException {
    List<FeatureRow> taken = new ArrayList<>(records.size());
    long[] arrivals = new long[records.size()];
    Map<Integer, Long> reached = new HashMap<>();
    IOException failure = null;
    int done = 0;
    int aside = 0;
    int empty = 0;
    for (StreamRecord record : records) {
      if (!positions.has(record.partition(), record.offset())) {
        try {
          if (record.value() == null) {
            empty++;
          } else {
            Optional<FeatureRow> row = append(record, record.value(), arrivals, taken.size());
            row.ifPresent(taken::add);
            aside += row.isPresent() ? 0 : 1;
          }
        } catch (LogFullException e) {
          failure = e;
          break;
        }
      }
      reached.put(record.partition(), record.offset());
      done++;
    }
    if (!taken.isEmpty() || aside > 0) {
      source.log().awaitForced();
    }
    // Before features see them: they are in the log, whatever comes now.
    reached.forEach((partition, offset) -> positions.next(partition, offset + 1));
    for (int i = 0; i < taken.size(); i++) {
      switch (source.ingest(taken.get(i), arrivals[i])) {
        case REPEATED -> repeated++;
        case CONFLICT -> conflicts++;
        case ADDED, LEFT_OUT -> {}
      }
    }
    rows += taken.size();
    setAside += aside;
    tombstones += empty;
    rate.add(taken.size());
    if (!reached.isEmpty()) {
      mark(reached);
    }
    if (failure != null && done == 0) {
      throw failure;
    }
    return done;
  }

  /// Says that everything before is there. Not forced by itself: the next batch forces it too, and
  /// without it the records behind the last one are known one by one.
  private void mark(Map<Integer, Long> reached) throws IOException {
    Map<Integer, Long> next = new HashMap<>();
    reached.forEach((partition, offset) -> next.put(partition, offset + 1));
    byte[] record =
        SourceLog.positions(new SourceLog.Positions(stream.topic(), positions.topicId, next));
    try {
      source.log().append(SourceLog.POSITIONS, now(), record, 0, record.length);
    } catch (LogFullException e) {
      tell("no room for the position: " + e.getMessage());
    }
  }

  /// Puts a record into the log, as a row or set aside; the row, if it is one.
  private Optional<FeatureRow> append(StreamRecord record, byte[] value, long[] arrivals, int at)
      throws IOException {
    SourceLog.Place place =
        new SourceLog.Place(stream.topic(), record.partition(), record.offset());
    List<Problem> problems = new ArrayList<>(0);
    if (value.length > SourceIntake.LONGEST_ROW) {
      problems.add(SourceIntake.tooLong("record", value.length));
    } else {
      Optional<Ready> ready = prepare(value, problems);
      Optional<String> fails = ready.flatMap(row -> reason(row.row));
      if (ready.isPresent() && fails.isPresent()) {
        problems.add(new Problem("record", "a check fails", fails.get()));
        setAside(place, problems, value);
        hold(place, ready.get(), fails.get());
        return Optional.empty();
      }
      if (ready.isPresent()) {
        byte[] body = SourceLog.streamed(place, ready.get().line);
        arrivals[at] = ready.get().arrival;
        source.log().append(SourceLog.STREAMED, arrivals[at], body, 0, body.length);
        return Optional.of(ready.get().row);
      }
    }
    setAside(place, problems, value);
    return Optional.empty();
  }

  private Optional<String> reason(FeatureRow row) {
    try {
      return source.reason(row);
    } catch (RuntimeException e) {
      return Optional.of("it can't be judged: " + e);
    }
  }

  /// Where rows that fail a check wait for their replay. After the log of the source, so that a
  /// kill between the two leaves a row in one place rather than in two.
  private void hold(SourceLog.Place place, Ready row, String reason) {
    try {
      source.hold(row.arrival, reason, row.line);
    } catch (IOException e) {
      tell(
          "partition %d, offset %d: not held for replay: %s"
              .formatted(place.partition(), place.offset(), e.getMessage()));
    }
  }

  /// A row as features and log take it.
  private record Ready(FeatureRow row, long arrival, byte[] line) {}

  /// Whatever is wrong with a record is wrong with that one only: it must not stop the stream.
  private Optional<Ready> prepare(byte[] value, List<Problem> problems) {
    try {
      FeatureRow row = parse(value, problems);
      if (problems.isEmpty()) {
        long arrival = source.arrive(row);
        byte[] line = source.arriving().write(row);
        if (line.length <= SourceIntake.LONGEST_ROW) {
          return Optional.of(new Ready(row, arrival, line));
        }
        problems.add(SourceIntake.tooLong("record", line.length));
      }
    } catch (RuntimeException e) {
      problems.add(new Problem("record", "it can't be read: " + e, "a row of the source"));
    }
    return Optional.empty();
  }

  private FeatureRow parse(byte[] value, List<Problem> problems) {
    FeatureRow row = new FeatureRow(source.arriving().schema());
    try (JsonParser parser = DecideJson.JSON.createParser(ObjectReadContext.empty(), value)) {
      parser.nextToken();
      source.arriving().read(parser, "record", row, problems);
      if (problems.isEmpty() && parser.nextToken() != null) {
        problems.add(new Problem("record", "something follows the object", "one object a record"));
      }
    } catch (JacksonException e) {
      problems.addAll(DecideJson.notJson(e).problems());
    }
    return row;
  }

  private void setAside(SourceLog.Place place, List<Problem> problems, byte[] value)
      throws IOException {
    StringBuilder reason = new StringBuilder();
    for (Problem problem : problems) {
      reason.append(reason.isEmpty() ? "" : "; ").append(problem.line());
    }
    String shown =
        reason.length() > LONGEST_REASON
            ? reason.substring(0, LONGEST_REASON) + "…"
            : reason.toString();
    int room = SourceIntake.LONGEST_ROW - 4 * LONGEST_REASON - 16;
    byte[] kept =
        value.length <= room ? value : java.util.Arrays.copyOf(value, Math.min(room, KEPT_OF_LONG));
    byte[] body = SourceLog.setAside(place, shown, value.length, kept);
    source.log().append(SourceLog.SET_ASIDE, now(), body, 0, body.length);
  }

  @Override
  public synchronized void missed(int partition, long from, long to) {
    missed += to - from;
    tell(
        "partition %d: %,d records, offsets %d to %d, were deleted by the server before they were read"
            .formatted(partition, to - from, from, to - 1));
  }

  @Override
  public void tell(String line) {
    told.accept(
        "%s, %s topic %s: %s"
            .formatted(source.spec().name(), stream.engine(), stream.topic(), line));
  }

  synchronized StreamReadings readings(EventStream.Status status) {
    return new StreamReadings(
        source.spec().name(),
        stream.topic(),
        status,
        rows,
        rate.perSecond(),
        repeated,
        conflicts,
        setAside,
        tombstones,
        missed);
  }

  private long now() {
    return Times.micros(source.clock().instant());
  }
}
