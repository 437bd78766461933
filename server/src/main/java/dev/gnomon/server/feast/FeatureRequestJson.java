package dev.gnomon.server.feast;

import dev.gnomon.core.BoundedJson;
import dev.gnomon.core.Problem;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/// Reads the body of `/get-online-features`. Members that it does not know are left aside, as Feast
/// does, so that newer clients are understood.
final class FeatureRequestJson {
  /// Takes NaN, which Python writes for a missing number.
  static final JsonFactory JSON =
      BoundedJson.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static final String VALUES = "a list of texts, numbers, truth values or nulls";

  private final List<Problem> problems = new ArrayList<>();
  private final CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
  private Optional<String> service = Optional.empty();
  private Optional<List<String>> features = Optional.empty();
  private Optional<List<EntityColumn>> entities = Optional.empty();
  private boolean fullNames;

  private FeatureRequestJson() {}

  /// @throws FeastError with all problems
  static FeatureRequest parse(byte[] body) {
    FeatureRequestJson reading = new FeatureRequestJson();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
      reading.body(parser);
    } catch (JacksonException e) {
      throw notJson(e);
    }
    return reading.request();
  }

  static FeastError notJson(JacksonException e) {
    var location = e.getLocation();
    String place =
        location == null
            ? "body"
            : "line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    return FeastError.malformed(
        List.of(
            new Problem(
                place,
                "it is not valid JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""),
                "JSON")));
  }

  private void body(JsonParser parser) {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      problems.add(
          new Problem("body", "it is no object", "{\"features\": […], \"entities\": {…}}"));
      return;
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (token == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (name) {
        case "feature_service" -> service = text(parser, token);
        case "features" -> features = features(parser, token);
        case "entities" -> entities = entities(parser, token);
        case "full_feature_names" -> {
          fullNames = token == JsonToken.VALUE_TRUE;
          if (!fullNames && token != JsonToken.VALUE_FALSE) {
            problems.add(new Problem(name, "it is neither true nor false", "true or false"));
            parser.skipChildren();
          }
        }
        default -> parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      problems.add(new Problem("body", "something follows the object", "one JSON object"));
    }
  }

  private Optional<String> text(JsonParser parser, JsonToken token) {
    if (token == JsonToken.VALUE_STRING) {
      return Optional.of(parser.getString());
    }
    problems.add(new Problem(parser.currentName(), "it is no text", "the name of a use case"));
    parser.skipChildren();
    return Optional.empty();
  }

  private Optional<List<String>> features(JsonParser parser, JsonToken token) {
    if (token != JsonToken.START_ARRAY) {
      problems.add(new Problem("features", "it is no list", "[\"view:feature\", …]"));
      parser.skipChildren();
      return Optional.empty();
    }
    List<String> all = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == JsonToken.VALUE_STRING) {
        all.add(parser.getString());
      } else {
        problem("features[%d]".formatted(all.size()), "it is no text", "\"view:feature\"");
        parser.skipChildren();
      }
      if (all.size() > FeatureRequest.MAX_FEATURES) {
        throw FeastError.malformed(List.of(tooMany("features", FeatureRequest.MAX_FEATURES)));
      }
    }
    return Optional.of(all);
  }

  private Optional<List<EntityColumn>> entities(JsonParser parser, JsonToken token) {
    if (token != JsonToken.START_OBJECT) {
      problems.add(new Problem("entities", "it is no object", "{\"customer_id\": [1001, …]}"));
      parser.skipChildren();
      return Optional.empty();
    }
    List<EntityColumn> all = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      EntityColumn column = new EntityColumn(parser.currentName());
      if (all.size() == FeatureRequest.MAX_FEATURES) {
        throw FeastError.malformed(List.of(tooMany("entities", FeatureRequest.MAX_FEATURES)));
      }
      all.add(column);
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        problem("entities." + column.name(), "it is no list", VALUES);
        parser.skipChildren();
        continue;
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (column.size() == FeatureRequest.MAX_ROWS) {
          throw FeastError.malformed(
              List.of(tooMany("entities." + column.name(), FeatureRequest.MAX_ROWS)));
        }
        value(parser, column);
      }
    }
    for (EntityColumn column : all) {
      if (column.size() != all.getFirst().size()) {
        problem(
            "entities." + column.name(),
            "it has %d values, '%s' has %d"
                .formatted(column.size(), all.getFirst().name(), all.getFirst().size()),
            "columns of one length");
      }
    }
    return Optional.of(all);
  }

  private void value(JsonParser parser, EntityColumn column) {
    String place = "entities.%s[%d]".formatted(column.name(), column.size());
    switch (parser.currentToken()) {
      case VALUE_NULL -> column.add(EntityColumn.Kind.NULL, null);
      case VALUE_TRUE, VALUE_FALSE -> column.add(EntityColumn.Kind.BOOL, parser.getString());
      case VALUE_STRING -> {
        String text = parser.getString();
        if (!utf8.canEncode(text)) {
          problem(place, "it holds half of a surrogate pair", "Unicode text");
        }
        column.add(EntityColumn.Kind.TEXT, text);
      }
      case VALUE_NUMBER_INT -> {
        String digits = parser.getString();
        try {
          column.add(EntityColumn.Kind.INT64, Long.toString(Long.parseLong(digits)));
        } catch (NumberFormatException e) {
          column.add(EntityColumn.Kind.NULL, null);
          problem(place, "it is no 64-bit integer", "an integer up to 9223372036854775807");
        }
      }
      case VALUE_NUMBER_FLOAT -> {
        double number = parser.getDoubleValue();
        if (Double.isFinite(number)) {
          column.add(EntityColumn.Kind.DOUBLE, Double.toString(number));
        } else {
          column.add(EntityColumn.Kind.NULL, null);
          if (!Double.isNaN(number)) {
            problem(place, "it is infinite", "a finite number");
          }
        }
      }
      default -> {
        column.add(EntityColumn.Kind.NULL, null);
        problem(place, "it is no single value", "a text, a number, a truth value or null");
        parser.skipChildren();
      }
    }
  }

  private static Problem tooMany(String place, int most) {
    return new Problem(place, "more than " + most, "at most " + most);
  }

  private void problem(String place, String found, String valid) {
    if (problems.size() < 100) {
      problems.add(new Problem(place, found, valid));
    }
  }

  private FeatureRequest request() {
    if (problems.isEmpty() && entities.isEmpty()) {
      problem("entities", "it is missing", "{\"customer_id\": [1001, …]}");
    }
    if (problems.isEmpty() && service.isEmpty() && features.isEmpty()) {
      problem("features", "neither features nor feature_service is given", "one of them");
    }
    if (!problems.isEmpty()) {
      throw FeastError.malformed(problems);
    }
    return new FeatureRequest(
        service, features.orElseGet(List::of), entities.orElseGet(List::of), fullNames);
  }
}
