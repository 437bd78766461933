package dev.gnomon.serving;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/// Takes what happened after decisions: joined to them by prediction id, or by key and time.
///
/// A post is taken whole or refused whole, and acknowledged once it is on disk. A later outcome for
/// the same decision corrects the earlier.
public final class OutcomeIntake implements AutoCloseable {
  /// How many recent decisions and outcome ids are remembered.
  static final int REMEMBERED = 1_000_000;

  private static final int MAX_PROBLEMS = 100;
  private static final List<String> NAMES =
      List.of("predictionId", "key", "at", "outcome", "decidedAt", "id");

  private final String useCase;
  private final SegmentedLog log;
  private final OutcomeLog outcomes;
  private final DecisionService decisions;
  private final ArrivalClock clock;
  private final RecentPositions positions = new RecentPositions();
  private final Map<String, Outcome> ids = bounded();

  /// Reads both logs of the use case again.
  public OutcomeIntake(
      String useCase,
      SegmentedLog log,
      Path directory,
      Path decisionDirectory,
      DecisionService decisions,
      ArrivalClock clock)
      throws IOException {
    this.useCase = useCase;
    this.log = log;
    this.outcomes = new OutcomeLog(log);
    this.decisions = decisions;
    this.clock = clock;
    DecisionLog.forEach(decisionDirectory, r -> positions.put(r.key(), r.at(), r.position()));
    OutcomeLog.forEach(
        directory,
        (outcome, id) -> {
          if (!id.isEmpty()) {
            ids.put(id, outcome);
          }
        });
  }

  private static <K, V> Map<K, V> bounded() {
    return new LinkedHashMap<>(1024) {
      @java.io.Serial private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > REMEMBERED;
      }
    };
  }

  /// Remembers a decision, so that its outcome may come by key and time.
  public void decided(DecisionRecord record) {
    positions.put(record.key(), record.at(), record.position());
  }

  /// What came of a post.
  public record Taken(int rows, int repeated, List<Problem> conflicts) {}

  /// Takes one outcome, an array of them, or one per line.
  ///
  /// @throws BadInput with the problems of all rows; then none was taken
  public Taken post(byte[] body) {
    if (decisions.useCase().frame().task().isNumber()) {
      // The log holds yes or no; a number of 0 or 1 must not slip in as one of them.
      throw new BadInput(
          useCase,
          "it foresees a number, and what such numbers turned out to be is not taken yet",
          "outcomes of a use case with frame.task: binary");
    }
    List<Parsed> rows = parse(body);
    int repeated = 0;
    List<Problem> conflicts = new ArrayList<>();
    try {
      for (int i = 0; i < rows.size(); i++) {
        Parsed row = rows.get(i);
        if (row.id().isEmpty()) {
          outcomes.append(row.outcome(), "");
          continue;
        }
        synchronized (ids) {
          Outcome before = ids.get(row.id());
          if (before == null) {
            outcomes.append(row.outcome(), row.id());
            ids.put(row.id(), row.outcome());
          } else if (row.repeats(before)) {
            repeated++;
          } else if (conflicts.size() < MAX_PROBLEMS) {
            conflicts.add(
                new Problem(
                    "row " + (i + 1) + ".id",
                    "an outcome with this id and other content is known",
                    "a new id for a correction"));
          }
        }
      }
      outcomes.awaitForced();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Taken(rows.size(), repeated, conflicts);
  }

  /// @param timed whether the row says since when the outcome is known; otherwise that is on
  ///   arrival
  private record Parsed(Outcome outcome, String id, boolean timed) {
    /// A row without a time that is posted again arrives later, and says the same.
    boolean repeats(Outcome before) {
      return before.equals(
          timed ? outcome : new Outcome(outcome.position(), outcome.happened(), before.at()));
    }
  }

  private List<Parsed> parse(byte[] body) {
    List<Parsed> rows = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    int count = 0;
    try (JsonParser parser = DecideJson.JSON.createParser(ObjectReadContext.empty(), body)) {
      JsonToken first = parser.nextToken();
      JsonToken token = first == JsonToken.START_ARRAY ? parser.nextToken() : first;
      while (token != null && token != JsonToken.END_ARRAY && problems.size() < MAX_PROBLEMS) {
        Parsed row = row(parser, "row " + ++count, problems);
        if (row != null) {
          rows.add(row);
        }
        token = parser.nextToken();
      }
    } catch (JacksonException e) {
      throw DecideJson.notJson(e);
    }
    if (count == 0) {
      problems.add(
          new Problem("body", "it holds no outcome", "{\"predictionId\": …, \"outcome\": true}"));
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    return rows;
  }

  private @Nullable Parsed row(JsonParser parser, String place, List<Problem> problems) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      problems.add(new Problem(place, "it is no object", "one JSON object per outcome"));
      parser.skipChildren();
      return null;
    }
    int before = problems.size();
    Map<String, String> texts = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (!NAMES.contains(name)) {
        problems.add(
            new Problem(
                place + "." + name,
                "there is no property '%s'".formatted(name),
                Nearest.to(name, NAMES)
                    .map(nearest -> "perhaps '" + nearest + "'")
                    .orElse(String.join(", ", NAMES))));
        parser.skipChildren();
      } else if (token.isScalarValue()) {
        if (token != JsonToken.VALUE_NULL) {
          texts.put(name, parser.getString());
        }
      } else {
        problems.add(new Problem(place + "." + name, "it is no single value", "a text"));
        parser.skipChildren();
      }
    }
    Optional<Boolean> happened = happened(texts.get("outcome"), place, problems);
    // With a key alone, `at` names the decision; with decidedAt or an id it says when the outcome
    // was known.
    boolean byKey = texts.containsKey("key") && !texts.containsKey("predictionId");
    if (byKey && !texts.containsKey("decidedAt") && texts.containsKey("at")) {
      texts.put("decidedAt", texts.get("at"));
      texts.remove("at");
    }
    OptionalLong at = time(texts.get("at"), place + ".at", problems);
    OptionalLong position = position(texts, place, problems);
    if (problems.size() > before || happened.isEmpty() || position.isEmpty()) {
      return null;
    }
    long when = at.orElseGet(() -> Times.micros(clock.instant()));
    clock.saw(Times.instant(when));
    return new Parsed(
        new Outcome(position.getAsLong(), happened.get(), when),
        texts.getOrDefault("id", ""),
        at.isPresent());
  }

  private static Optional<Boolean> happened(
      @Nullable String text, String place, List<Problem> problems) {
    if (text != null) {
      switch (text.toLowerCase(Locale.ROOT)) {
        case "true", "1", "yes" -> {
          return Optional.of(true);
        }
        case "false", "0", "no" -> {
          return Optional.of(false);
        }
        default -> {}
      }
    }
    problems.add(
        new Problem(
            place + ".outcome",
            text == null ? "it is missing" : "'%s' is no outcome".formatted(text),
            "true or false"));
    return Optional.empty();
  }

  private static OptionalLong time(@Nullable String text, String where, List<Problem> problems) {
    if (text == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(DecideJson.time(text));
    } catch (DateTimeException | ArithmeticException e) {
      problems.add(
          new Problem(
              where, "'%s' is no time".formatted(text), "a time such as 2024-05-01T12:00:00Z"));
      return OptionalLong.empty();
    }
  }

  private OptionalLong position(Map<String, String> texts, String place, List<Problem> problems) {
    String named = texts.get("predictionId");
    if (named != null) {
      Optional<PredictionId> id =
          PredictionId.parse(named).filter(one -> one.useCase().equals(useCase));
      if (id.isPresent() && decisions.prediction(id.get().position(), false).isPresent()) {
        return OptionalLong.of(id.get().position());
      }
      problems.add(
          new Problem(
              place + ".predictionId",
              "'%s' was never given out by %s".formatted(named, useCase),
              "the predictionId of an answer"));
      return OptionalLong.empty();
    }
    String key = texts.get("key");
    OptionalLong decidedAt = time(texts.get("decidedAt"), place + ".decidedAt", problems);
    if (key == null || decidedAt.isEmpty()) {
      problems.add(
          new Problem(
              place,
              "it does not say which decision it belongs to",
              "predictionId, or key and at (the time of the decision)"));
      return OptionalLong.empty();
    }
    long position = positions.get(key, decidedAt.getAsLong());
    if (position != RecentPositions.NONE && isOf(position, key, decidedAt.getAsLong())) {
      return OptionalLong.of(position);
    }
    problems.add(
        new Problem(
            place,
            "no decision for key '%s' at that time is remembered".formatted(key),
            "the key and time of a decision, or its predictionId"));
    return OptionalLong.empty();
  }

  private boolean isOf(long position, String key, long at) {
    return decisions
        .prediction(position, false)
        .map(Decided::record)
        .filter(record -> record.key().equals(key) && record.at() == at)
        .isPresent();
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
