package dev.gnomon.server.feast;

import dev.gnomon.core.Problem;
import dev.gnomon.serving.SourceIntake;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/// The body of `/push` and `/write-to-online-store`.
///
/// @param name of the source
/// @param to where Feast would write it; here everything goes to the source's log
record WriteRequest(String name, Frame frame, String to) {

  /// @param nameMember the member that holds the name: `push_source_name` or `feature_view_name`
  /// @throws FeastError with all problems
  static WriteRequest parse(byte[] body, String nameMember) {
    Reading reading = new Reading(body, nameMember);
    try (JsonParser parser =
        FeatureRequestJson.JSON.createParser(ObjectReadContext.empty(), body)) {
      reading.body(parser);
    } catch (JacksonException e) {
      throw FeatureRequestJson.notJson(e);
    }
    return reading.request();
  }

  private static final class Reading {
    private static final String VALUES = "a list of texts, numbers, truth values or nulls";

    private final byte[] body;
    private final String nameMember;
    private final List<Problem> problems = new ArrayList<>();
    private final CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
    private Optional<String> name = Optional.empty();
    private Optional<List<FrameColumn>> frame = Optional.empty();
    private String to = "online";

    Reading(byte[] body, String nameMember) {
      this.body = body;
      this.nameMember = nameMember;
    }

    void body(JsonParser parser) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        problem("body", "it is no object", "{\"%s\": …, \"df\": {…}}".formatted(nameMember));
        return;
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String member = parser.currentName();
        JsonToken token = parser.nextToken();
        if (member.equals(nameMember)) {
          name = text(parser, token, "the name of a source");
        } else if (member.equals("df")) {
          frame = frame(parser, token);
        } else if (member.equals("to")) {
          to = text(parser, token, "online, offline or online_and_offline").orElse(to);
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        problem("body", "something follows the object", "one JSON object");
      }
    }

    private Optional<String> text(JsonParser parser, JsonToken token, String valid) {
      if (token == JsonToken.VALUE_STRING) {
        return Optional.of(parser.getString());
      }
      problem(parser.currentName(), "it is no text", valid);
      parser.skipChildren();
      return Optional.empty();
    }

    private Optional<List<FrameColumn>> frame(JsonParser parser, JsonToken token) {
      if (token != JsonToken.START_OBJECT) {
        problem("df", "it is no object", "{\"column\": [value, …]}");
        parser.skipChildren();
        return Optional.empty();
      }
      List<FrameColumn> columns = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        FrameColumn column = new FrameColumn(parser.currentName());
        columns.add(column);
        if (columns.size() > FeatureRequest.MAX_FEATURES) {
          throw FeastError.malformed(
              List.of(
                  new Problem("df", "too many columns", "at most " + FeatureRequest.MAX_FEATURES)));
        }
        if (parser.nextToken() != JsonToken.START_ARRAY) {
          problem("df." + column.name(), "it is no list", VALUES);
          parser.skipChildren();
          continue;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          if (column.size() == SourceIntake.MAX_ROWS) {
            throw FeastError.malformed(
                List.of(
                    new Problem(
                        "df." + column.name(),
                        "more than %d rows".formatted(SourceIntake.MAX_ROWS),
                        "several requests of at most that many")));
          }
          value(parser, column);
        }
      }
      for (FrameColumn column : columns) {
        if (column.size() != columns.getFirst().size()) {
          problem(
              "df." + column.name(),
              "it has %d values, '%s' has %d"
                  .formatted(column.size(), columns.getFirst().name(), columns.getFirst().size()),
              "columns of one length");
        }
      }
      return Optional.of(columns);
    }

    private void value(JsonParser parser, FrameColumn column) {
      String place = "df.%s[%d]".formatted(column.name(), column.size());
      JsonToken token = parser.currentToken();
      switch (token) {
        case VALUE_NULL -> column.add(0, 0);
        case VALUE_STRING -> {
          if (!utf8.canEncode(parser.getString())) {
            problem(place, "it holds half of a surrogate pair", "Unicode text");
          }
          slice(parser, column);
        }
        case VALUE_NUMBER_FLOAT -> {
          double number = parser.getDoubleValue();
          if (Double.isFinite(number)) {
            slice(parser, column);
          } else {
            // NaN is how Python writes a missing number.
            column.add(0, 0);
            if (!Double.isNaN(number)) {
              problem(place, "it is infinite", "a finite number");
            }
          }
        }
        case VALUE_NUMBER_INT, VALUE_TRUE, VALUE_FALSE -> slice(parser, column);
        default -> {
          column.add(0, 0);
          problem(place, "it is no single value", "a text, a number, a truth value or null");
          parser.skipChildren();
        }
      }
    }

    private void slice(JsonParser parser, FrameColumn column) {
      parser.finishToken();
      long begin = parser.currentTokenLocation().getByteOffset();
      long end = parser.currentLocation().getByteOffset();
      if (begin < 0 || end > body.length || end <= begin) {
        throw FeastError.malformed(
            List.of(new Problem("body", "it is in another encoding", "UTF-8")));
      }
      column.add((int) begin, (int) end);
    }

    private void problem(String place, String found, String valid) {
      if (problems.size() < 100) {
        problems.add(new Problem(place, found, valid));
      }
    }

    WriteRequest request() {
      if (problems.isEmpty()) {
        if (name.isEmpty()) {
          problem(nameMember, "it is missing", "the name of a source");
        }
        if (frame.isEmpty()) {
          problem("df", "it is missing", "{\"column\": [value, …]}");
        }
        if (!List.of("online", "offline", "online_and_offline").contains(to)) {
          problem(
              "to",
              "'%s' is no place to push to".formatted(ViewIndex.shown(to)),
              "online, offline or online_and_offline");
        }
      }
      if (!problems.isEmpty()) {
        throw FeastError.malformed(problems);
      }
      return new WriteRequest(name.orElse(""), new Frame(body, frame.orElseGet(List::of)), to);
    }
  }
}
