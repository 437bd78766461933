package dev.gnomon.serving;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.BoundedJson;
import dev.gnomon.core.Problem;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.models.Decision;
import dev.gnomon.models.Explanation;
import dev.gnomon.models.Reason;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.IsoTime;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Times;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// `decide` requests and answers as JSON, read and written token by token.
public final class DecideJson {
  /// The longest key, in characters.
  public static final int MAX_KEY = 512;

  /// The most items of one `decide:batch`.
  public static final int MAX_ITEMS = 1_000;

  private static final long EARLIEST = Times.micros(Instant.parse("1900-01-01T00:00:00Z"));
  private static final long LATEST = Times.micros(Instant.parse("2200-01-01T00:00:00Z"));

  private static final List<String> NAMES = List.of("id", "key", "at", "inputs", "explain");

  static final JsonFactory JSON = BoundedJson.builder().build();

  private DecideJson() {}

  /// One item of a batch: a request, or what is wrong with it.
  public record Item(Optional<DecideRequest> request, List<Problem> problems) {}

  /// Reads one request.
  ///
  /// @throws BadInput with all problems
  public static DecideRequest request(byte[] body) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
      parser.nextToken();
      Item item = item(parser, "body");
      if (parser.nextToken() != null) {
        throw new BadInput("body", "something follows the object", "one JSON object");
      }
      return item.request().orElseThrow(() -> new BadInput(item.problems()));
    } catch (JacksonException e) {
      throw notJson(e);
    }
  }

  /// Reads `{"items": [request, …]}`; a bad item does not spoil the others.
  ///
  /// @throws BadInput when the body is no such object
  public static List<Item> batch(byte[] body) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT
          || parser.nextToken() != JsonToken.PROPERTY_NAME
          || !parser.currentName().equals("items")
          || parser.nextToken() != JsonToken.START_ARRAY) {
        throw new BadInput(
            "body", "it is not {\"items\": […]}", "an object with the one property items");
      }
      List<Item> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (items.size() == MAX_ITEMS) {
          throw new BadInput("items", "more than " + MAX_ITEMS, "at most " + MAX_ITEMS + " items");
        }
        items.add(item(parser, "items[" + items.size() + "]"));
      }
      if (parser.nextToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        throw new BadInput("body", "something follows items", "the one property items");
      }
      return items;
    } catch (JacksonException e) {
      throw notJson(e);
    }
  }

  private static Item item(JsonParser parser, String place) {
    List<Problem> problems = new ArrayList<>();
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      problems.add(new Problem(place, "it is no object", "{\"key\": …}"));
      parser.skipChildren();
      return new Item(Optional.empty(), problems);
    }
    Optional<String> id = Optional.empty();
    String key = null;
    OptionalLong at = OptionalLong.empty();
    Map<String, @Nullable Object> inputs = Map.of();
    boolean explain = false;
    boolean keySeen = false;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      String where = place + "." + name;
      switch (name) {
        case "id" -> id = Optional.ofNullable(text(parser, token, where, 256, problems));
        case "key" -> {
          keySeen = true;
          key = key(parser, token, where, problems);
        }
        case "at" -> at = time(parser, token, where, problems);
        case "inputs" -> inputs = inputs(parser, token, where, problems);
        case "explain" -> {
          if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            explain = token == JsonToken.VALUE_TRUE;
          } else {
            problems.add(new Problem(where, "it is neither true nor false", "true or false"));
            parser.skipChildren();
          }
        }
        default -> {
          problems.add(
              new Problem(
                  where,
                  "there is no property '%s'".formatted(name),
                  Nearest.to(name, NAMES)
                      .map(nearest -> "perhaps '" + nearest + "'")
                      .orElse(String.join(", ", NAMES))));
          parser.skipChildren();
        }
      }
    }
    if (!keySeen) {
      problems.add(new Problem(place + ".key", "it is missing", "a string or an integer"));
    }
    return key == null || !problems.isEmpty()
        ? new Item(Optional.empty(), problems)
        : new Item(Optional.of(new DecideRequest(id, key, at, inputs, explain)), problems);
  }

  private static @Nullable String key(
      JsonParser parser, JsonToken token, String where, List<Problem> problems) {
    if (token == JsonToken.VALUE_NUMBER_INT) {
      return parser.getString();
    }
    return text(parser, token, where, MAX_KEY, problems);
  }

  private static @Nullable String text(
      JsonParser parser, JsonToken token, String where, int longest, List<Problem> problems) {
    if (token == JsonToken.VALUE_STRING) {
      String text = parser.getString();
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
        // The log would hold a question mark in its place, and so another key or id.
        problems.add(new Problem(where, "it holds half of a surrogate pair", "Unicode text"));
        return null;
      }
      if (!text.isBlank() && text.length() <= longest) {
        return text;
      }
      problems.add(
          new Problem(
              where,
              text.isBlank() ? "it is blank" : "it has " + text.length() + " characters",
              "1 to " + longest + " characters"));
      return null;
    }
    problems.add(
        new Problem(
            where, "it is no text", "a string" + (longest == MAX_KEY ? " or an integer" : "")));
    parser.skipChildren();
    return null;
  }

  private static OptionalLong time(
      JsonParser parser, JsonToken token, String where, List<Problem> problems) {
    if (token == JsonToken.VALUE_STRING) {
      try {
        return OptionalLong.of(time(parser.getString()));
      } catch (DateTimeParseException | ArithmeticException e) {
        problems.add(
            new Problem(
                where,
                "'%s' is no time".formatted(parser.getString()),
                "a time with its zone, such as 2024-05-01T12:00:00Z"));
        return OptionalLong.empty();
      }
    }
    problems.add(new Problem(where, "it is no text", "a time such as 2024-05-01T12:00:00Z"));
    parser.skipChildren();
    return OptionalLong.empty();
  }

  /// An ISO 8601 time with zone, in microseconds.
  ///
  /// @throws DateTimeParseException when it is none
  public static long time(String text) {
    long usual = IsoTime.micros(text);
    long micros =
        usual == Times.MISSING ? Times.micros(OffsetDateTime.parse(text).toInstant()) : usual;
    if (micros < EARLIEST || micros > LATEST) {
      throw new DateTimeParseException("not between 1900 and 2200", text, 0);
    }
    return micros;
  }

  private static Map<String, @Nullable Object> inputs(
      JsonParser parser, JsonToken token, String where, List<Problem> problems) {
    if (token != JsonToken.START_OBJECT) {
      problems.add(new Problem(where, "it is no object", "{\"name\": value, …}"));
      parser.skipChildren();
      return Map.of();
    }
    Map<String, @Nullable Object> inputs = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (value) {
        case VALUE_STRING, VALUE_TRUE, VALUE_FALSE -> inputs.put(name, parser.getString());
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
          double number = parser.getDoubleValue();
          if (Double.isInfinite(number)) {
            problems.add(
                new Problem(where + "." + name, "the number is too large", "a finite number"));
          } else {
            inputs.put(name, number);
          }
        }
        case VALUE_NULL -> inputs.put(name, null);
        default -> {
          problems.add(
              new Problem(where + "." + name, "it is no single value", "a number, a text or null"));
          parser.skipChildren();
        }
      }
    }
    return inputs;
  }

  static BadInput notJson(JacksonException e) {
    String message = e.getOriginalMessage();
    var location = e.getLocation();
    String place =
        location == null
            ? "body"
            : "body, line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    return new BadInput(
        place, "it is not valid JSON: " + message.lines().findFirst().orElse(""), "JSON");
  }

  /// Writes one answer.
  public static byte[] answer(Decided decided) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      write(json, decided, false);
    }
    return out.toByteArray();
  }

  /// Writes a decision made before, with the features it was made on.
  public static byte[] prediction(Decided decided) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      write(json, decided, true);
    }
    return out.toByteArray();
  }

  /// Writes `{"items": […]}`, each an answer or `{"error": {"errors": […]}}`, in the order of the
  /// request.
  public static final class BatchAnswer implements AutoCloseable {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(8192);
    private final JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out);

    public BatchAnswer() {
      json.writeStartObject();
      json.writeArrayPropertyStart("items");
    }

    public void add(Decided decided) {
      write(json, decided, false);
    }

    public void add(List<Problem> problems) {
      json.writeStartObject();
      json.writeObjectPropertyStart("error");
      json.writeArrayPropertyStart("errors");
      for (Problem problem : problems) {
        json.writeStartObject();
        json.writeStringProperty("place", problem.place());
        json.writeStringProperty("found", problem.found());
        json.writeStringProperty("valid", problem.valid());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndObject();
    }

    /// Ends the answer; nothing can be added afterwards.
    public byte[] bytes() {
      json.writeEndArray();
      json.writeEndObject();
      json.flush();
      return out.toByteArray();
    }

    @Override
    public void close() {
      json.close();
    }
  }

  private static void write(JsonGenerator json, Decided decided, boolean whole) {
    DecisionRecord record = decided.record();
    json.writeStartObject();
    json.writeStringProperty("predictionId", decided.id().text());
    json.writeStringProperty("key", record.key());
    if (whole) {
      json.writeStringProperty("at", Times.instant(record.at()).toString());
      json.writeStringProperty("madeAt", Times.instant(record.madeAt()).toString());
    }
    number(json, "score", record.score());
    if (record.band() == Decision.Band.NONE) {
      // A predicted number: there is nothing to say yes or no to.
      json.writeNullProperty("decision");
      json.writeNullProperty("band");
    } else {
      json.writeStringProperty("decision", record.decision());
      json.writeStringProperty("band", record.band().name().toLowerCase(Locale.ROOT));
    }
    number(json, "threshold", record.threshold());
    number(json, "expectedCost", record.expectedCost());
    if (record.version() == 0) {
      json.writeNullProperty("version");
    } else {
      json.writeNumberProperty("version", record.version());
    }
    json.writeStringProperty("variant", record.variant().word());
    json.writeBooleanProperty("degraded", record.cause().degraded());
    if (record.cause() != DecisionRecord.Cause.NONE) {
      json.writeStringProperty("cause", record.cause().word());
    }
    if (record.featuresAge() > 0) {
      json.writeNumberProperty("featuresAgeSeconds", record.featuresAge() / 1e6);
    }
    if (record.cached()) {
      json.writeBooleanProperty("cached", true);
    }
    if (!decided.reasons().isEmpty()) {
      json.writeArrayPropertyStart("reasons");
      for (Reason reason : decided.reasons()) {
        json.writeStartObject();
        json.writeStringProperty("feature", reason.feature());
        Object value = reason.value();
        if (value instanceof Double number) {
          number(json, "value", number);
        } else if (value == null) {
          json.writeNullProperty("value");
        } else {
          json.writeStringProperty("value", value.toString());
        }
        json.writeNumberProperty("contribution", reason.contribution());
        json.writeStringProperty("text", reason.text());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    if (decided.explanation().isPresent()) {
      explanation(json, decided.explanation().get());
    }
    if (whole) {
      features(json, record.features());
    }
    json.writeEndObject();
  }

  private static void explanation(JsonGenerator json, Explanation explanation) {
    json.writeObjectPropertyStart("explanation");
    json.writeStringProperty("text", explanation.text());
    json.writeArrayPropertyStart("families");
    for (Explanation.Family family : explanation.families()) {
      json.writeStartObject();
      json.writeStringProperty("family", family.name());
      json.writeNumberProperty("share", family.share());
      json.writeStringProperty("direction", family.raises() ? "raises" : "lowers");
      json.writeStringProperty("text", family.text());
      json.writeEndObject();
    }
    json.writeEndArray();
    if (explanation.similar().isPresent()) {
      Explanation.Similar similar = explanation.similar().get();
      json.writeObjectPropertyStart("similar");
      json.writeNumberProperty("rows", similar.rows());
      number(json, "score", similar.score());
      number(json, "rate", similar.rate().estimate());
      number(json, "lower", similar.rate().lower());
      number(json, "upper", similar.rate().upper());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  /// Writes `"features": {name: value}`; missing is null.
  static void features(JsonGenerator json, FeatureRow row) {
    json.writeObjectPropertyStart("features");
    for (int i = 0; i < row.schema().size(); i++) {
      Field field = row.schema().field(i);
      if (row.missing(i)) {
        json.writeNullProperty(field.name());
        continue;
      }
      switch (field.type()) {
        case NUMBER -> json.writeNumberProperty(field.name(), row.number(i));
        case TEXT -> json.writeStringProperty(field.name(), row.text(i));
        case TIME -> json.writeStringProperty(field.name(), Times.instant(row.time(i)).toString());
      }
    }
    json.writeEndObject();
  }

  /// Writes the answer of `features/{key}`.
  public static byte[] features(String key, long at, boolean known, FeatureRow row) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("key", key);
      json.writeStringProperty("at", Times.instant(at).toString());
      json.writeBooleanProperty("known", known);
      features(json, row);
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void number(JsonGenerator json, String name, double value) {
    if (Double.isFinite(value)) {
      json.writeNumberProperty(name, value);
    } else {
      json.writeNullProperty(name);
    }
  }
}
