package dev.gnomon.serving;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.EventJson;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.log.LogReader;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/// Takes posted rows of one source: checks them, keeps them on disk, and only then lets features
/// see them.
///
/// A post is taken whole or refused whole. Rows that were posted before under the same id change
/// nothing.
public final class SourceIntake implements AutoCloseable {
  /// The most rows of one post.
  public static final int MAX_ROWS = 100_000;

  private static final int MAX_PROBLEMS = 100;
  private static final int EVENT = 1;

  private final SourceSpec spec;
  private final Schema schema;
  private final EventJson json;
  private final Map<Integer, Expression.Bound> computed = new LinkedHashMap<>();
  private final SegmentedLog log;
  private final List<OnlineFeatures> consumers;
  private final ArrivalClock clock;

  /// @param schema of the source, computed columns included
  /// @param consumers the features of each use case that has this source
  public SourceIntake(
      SourceSpec spec,
      Schema schema,
      SegmentedLog log,
      List<OnlineFeatures> consumers,
      ArrivalClock clock) {
    this.spec = spec;
    this.schema = schema;
    this.log = log;
    this.consumers = consumers.stream().filter(features -> features.uses(spec.name())).toList();
    this.clock = clock;
    this.json = EventJson.of(spec, schema);
    spec.columns()
        .forEach((name, expression) -> computed.put(schema.require(name), expression.bind(schema)));
  }

  /// What came of a post.
  ///
  /// @param repeated rows that were known already
  public record Taken(int rows, int repeated, List<Problem> conflicts) {}

  public SourceSpec spec() {
    return spec;
  }

  /// Takes rows in; returns once they are on disk and seen by features.
  ///
  /// @param body a JSON array of objects, one object, or objects separated by newlines
  /// @throws BadInput with the problems of all rows; then none was taken
  /// @throws UncheckedIOException when they can't be kept
  public Taken post(byte[] body) {
    List<FeatureRow> rows = parse(body);
    try {
      for (FeatureRow row : rows) {
        clock.saw(Times.instant(ownArrival(row)));
        long arrival = Times.micros(clock.instant());
        stamp(row, arrival);
        byte[] line = json.write(row);
        log.append(EVENT, arrival, line, 0, line.length);
      }
      log.awaitForced();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int repeated = 0;
    List<Problem> conflicts = new ArrayList<>();
    long now = Times.micros(clock.instant());
    for (int i = 0; i < rows.size(); i++) {
      OnlineFeatures.Ingested worst = ingest(rows.get(i), now);
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
    return new Taken(rows.size(), repeated, conflicts);
  }

  /// Reads the log again after a start. Returns how many rows it held.
  public long replay() throws IOException {
    FeatureRow row = new FeatureRow(schema);
    List<Problem> problems = new ArrayList<>();
    long count = 0;
    try (LogReader reader = log.read(SegmentedLog.START)) {
      while (reader.next()) {
        if (reader.type() != EVENT) {
          continue;
        }
        problems.clear();
        json.read(reader.bytes(), row, problems);
        if (problems.isEmpty()) {
          stamp(row, reader.time());
          clock.saw(Times.instant(reader.time()));
          compute(row);
          ingest(row, reader.time());
          count++;
        }
      }
    }
    return count;
  }

  private OnlineFeatures.Ingested ingest(FeatureRow row, long arrival) {
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

  private List<FeatureRow> parse(byte[] body) {
    List<FeatureRow> rows = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    try (JsonParser parser = DecideJson.JSON.createParser(ObjectReadContext.empty(), body)) {
      JsonToken first = parser.nextToken();
      boolean array = first == JsonToken.START_ARRAY;
      JsonToken token = array ? parser.nextToken() : first;
      while (token != null && token != JsonToken.END_ARRAY && problems.size() < MAX_PROBLEMS) {
        if (rows.size() == MAX_ROWS) {
          throw new BadInput(
              "body", "more than " + MAX_ROWS + " rows", "several posts of at most that many");
        }
        FeatureRow row = new FeatureRow(schema);
        String place = "row " + (rows.size() + 1);
        int before = problems.size();
        json.read(parser, place, row, problems);
        if (problems.size() == before) {
          required(row, place, problems);
          compute(row);
        }
        rows.add(row);
        token = parser.nextToken();
      }
      if (array && token == JsonToken.END_ARRAY && parser.nextToken() != null) {
        problems.add(new Problem("body", "something follows the array", "one array"));
      }
    } catch (JacksonException e) {
      throw DecideJson.notJson(e);
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    if (rows.isEmpty()) {
      throw new BadInput("body", "it holds no rows", "a JSON array or one JSON object per line");
    }
    return rows;
  }

  private void required(FeatureRow row, String place, List<Problem> problems) {
    spec.key().ifPresent(name -> present(row, place, name, "the key", problems));
    spec.eventTime().ifPresent(name -> present(row, place, name, "the event time", problems));
    spec.id().ifPresent(name -> present(row, place, name, "the id", problems));
  }

  private void present(
      FeatureRow row, String place, String name, String role, List<Problem> problems) {
    if (row.missing(schema.require(name))) {
      problems.add(new Problem(place + "." + name, role + " is missing", "a value"));
    }
  }

  private void compute(FeatureRow row) {
    computed.forEach((column, bound) -> {
      if (bound.kind() == Expression.Kind.TEXT) {
        row.text(column, bound.text(row));
      } else {
        row.number(column, bound.number(row));
      }
    });
  }

  /// A row that does not say when it became known became known on arrival.
  private void stamp(FeatureRow row, long arrival) {
    spec.knownAt()
        .map(schema::require)
        .filter(row::missing)
        .ifPresent(column -> row.time(column, arrival));
  }

  private long ownArrival(FeatureRow row) {
    int known = spec.knownAt().map(schema::require).orElse(-1);
    if (known >= 0 && !row.missing(known)) {
      return row.time(known);
    }
    int at = spec.eventTime().map(schema::require).orElse(-1);
    return at >= 0 ? row.time(at) : Times.micros(clock.instant());
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
