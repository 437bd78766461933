package dev.gnomon.features;

import dev.gnomon.core.BoundedJson;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.SourceReader;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Rows of one source as JSON objects: column to number, text, time or null.
public final class EventJson {
  /// What means missing in posted texts unless the source says otherwise.
  public static final Set<String> STANDARD_MISSING = Set.of("", "NA", "N/A", "NaN", "null", "?");

  private static final JsonFactory JSON = BoundedJson.builder().build();

  private final Schema schema;
  private final Map<String, Integer> columns = new HashMap<>();
  private final List<String> names;
  private final ZoneId zone;
  private final Set<String> missing;

  /// @param schema of the source
  /// @param accepted how many leading columns may be sent; the rest is computed
  private EventJson(Schema schema, List<String> accepted, ZoneId zone, Set<String> missing) {
    this.schema = schema;
    this.names = List.copyOf(accepted);
    for (String name : accepted) {
      columns.put(name, schema.require(name));
    }
    this.zone = zone;
    this.missing = missing;
  }

  /// For rows of a source as they are posted and logged: without the columns that are computed.
  ///
  /// @param schema of the source, computed columns included
  public static EventJson of(SourceSpec spec, Schema schema) {
    return new EventJson(
        schema,
        schema.names().stream()
            .filter(name -> !name.equals(SourceReader.ROW) && !spec.columns().containsKey(name))
            .toList(),
        spec.format().zone(),
        spec.format().missing().map(Set::copyOf).orElse(STANDARD_MISSING));
  }

  /// Reads one logged row.
  public void read(byte[] record, FeatureRow row, List<Problem> problems) {
    read(record, 0, record.length, row, problems);
  }

  /// Reads one logged row that is part of a record.
  void read(byte[] record, int from, int length, FeatureRow row, List<Problem> problems) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), record, from, length)) {
      parser.nextToken();
      read(parser, "record", row, problems);
    }
  }

  /// Reads the object the parser stands at into the row.
  ///
  /// @param place of the object, for problems
  public void read(JsonParser parser, String place, FeatureRow row, List<Problem> problems) {
    row.clear();
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      problems.add(new Problem(place, "it is no object", "one JSON object per event"));
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      Integer column = columns.get(name);
      if (column == null) {
        problems.add(
            new Problem(
                place + "." + name,
                "the source has no such column",
                Nearest.to(name, names)
                    .map(nearest -> "perhaps '" + nearest + "'")
                    .orElse(String.join(", ", names))));
        parser.skipChildren();
      } else if (token != JsonToken.VALUE_NULL) {
        value(parser, token, schema.field(column), column, place + "." + name, row, problems);
      }
    }
  }

  private void value(
      JsonParser parser,
      JsonToken token,
      Field field,
      int column,
      String where,
      FeatureRow row,
      List<Problem> problems) {
    if (token == JsonToken.VALUE_STRING && missing.contains(parser.getString().strip())) {
      return;
    }
    switch (field.type()) {
      case NUMBER -> {
        double number =
            switch (token) {
              case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
              default -> Double.NaN;
            };
        if (Double.isFinite(number)) {
          row.number(column, number);
          return;
        }
        problems.add(new Problem(where, "it is no finite number", "a number or null"));
      }
      case TEXT -> {
        switch (token) {
          case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> {
            String text = parser.getString();
            if (text.length() > 65_000) {
              problems.add(new Problem(where, "it is too long", "at most 65000 characters"));
            } else if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
              problems.add(new Problem(where, "it holds half of a surrogate pair", "Unicode text"));
            } else {
              row.text(column, text);
              return;
            }
          }
          default -> problems.add(new Problem(where, "it is no text", "a text or null"));
        }
      }
      case TIME -> {
        if (token == JsonToken.VALUE_STRING) {
          try {
            row.time(column, time(parser.getString(), zone));
            return;
          } catch (DateTimeException | ArithmeticException e) {
            problems.add(
                new Problem(
                    where,
                    "'%s' is no time".formatted(parser.getString()),
                    "a time such as 2024-05-01T12:00:00Z"));
            return;
          }
        }
        problems.add(new Problem(where, "it is no time", "a text such as 2024-05-01T12:00:00Z"));
      }
    }
    if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
      parser.skipChildren();
    }
  }

  private static final long EARLIEST = Times.micros(Instant.parse("1900-01-01T00:00:00Z"));
  private static final long LATEST = Times.micros(Instant.parse("2200-01-01T00:00:00Z"));

  /// ISO 8601 with or without zone, with `T` or a blank, or a date; from 1900 until 2200, so that a
  /// slip of the pen can't move a clock that follows the input.
  ///
  /// @throws DateTimeException for anything else
  public static long time(String text, ZoneId zone) {
    long micros = anyTime(text, zone);
    if (micros < EARLIEST || micros >= LATEST) {
      throw new DateTimeException("not between 1900 and 2200");
    }
    return micros;
  }

  private static long anyTime(String text, ZoneId zone) {
    String iso = text.strip();
    if (iso.length() > 10 && iso.charAt(10) == ' ') {
      iso = iso.substring(0, 10) + "T" + iso.substring(11);
    }
    if (iso.length() == 10) {
      return Times.micros(LocalDate.parse(iso).atStartOfDay(zone).toInstant());
    }
    boolean zoned = iso.endsWith("Z") || iso.indexOf('+', 10) > 0 || iso.indexOf('-', 11) > 0;
    return zoned
        ? Times.micros(OffsetDateTime.parse(iso).toInstant())
        : Times.micros(LocalDateTime.parse(iso).atZone(zone).toInstant());
  }

  /// The row as one JSON object, columns in the order of the schema, missing ones left out.
  public byte[] write(FeatureRow row) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(160);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      for (String name : names) {
        int column = schema.require(name);
        if (row.missing(column)) {
          continue;
        }
        switch (schema.field(column).type()) {
          case NUMBER -> json.writeNumberProperty(name, row.number(column));
          case TEXT -> json.writeStringProperty(name, row.text(column));
          case TIME -> json.writeStringProperty(name, Times.instant(row.time(column)).toString());
        }
      }
      json.writeEndObject();
    }
    return out.toByteArray();
  }
}
