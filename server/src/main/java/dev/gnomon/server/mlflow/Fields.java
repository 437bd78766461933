package dev.gnomon.server.mlflow;

import dev.gnomon.server.HttpProblem;
import dev.gnomon.server.Request;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.TrackingError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The fields of one request, from its JSON body or from its query, each read as what it must be.
///
/// A field that is null is as if it were not there; fields that nobody reads are ignored. Whole
/// numbers come as numbers or as texts, since JSON's own have 53 bits.
final class Fields {
  private static final String DOCS =
      " See the API docs for more information about request parameters.";
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,19}");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?[0-9]{1,400}(\\.[0-9]{0,400})?([eE][+-]?[0-9]{1,5})?");
  private static final int SHOWN = 200;
  private static final double WHOLE_LIMIT = 0x1p63;

  private static final int DEEPEST = 64;
  private static final int LONGEST_NUMBER = 400;
  private static final int LONGEST_NAME = 10_000;
  private static final int LONGEST_TEXT = 20_000_000;

  /// Takes bare NaN too, as Python writes it.
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxNumberLength(LONGEST_NUMBER)
                          .maxNameLength(LONGEST_NAME)
                          .maxStringLength(LONGEST_TEXT)
                          .build())
                  .build())
          .build();

  private final ObjectNode node;
  private final String place;
  private final boolean query;
  private final Request request;

  private Fields(ObjectNode node, String place, boolean query, Request request) {
    this.node = node;
    this.place = place;
    this.query = query;
    this.request = request;
  }

  /// @throws HttpProblem when the body is no JSON object
  static Fields of(Request request) {
    return request.method().equals("GET") || request.method().equals("HEAD")
        ? new Fields(ofQuery(request), "", true, request)
        : new Fields(ofBody(request.body()), "", false, request);
  }

  private static ObjectNode ofQuery(Request request) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    for (String name : request.query().keySet()) {
      List<String> values = request.queryAll(name);
      if (values.size() == 1) {
        out.put(name, values.getFirst());
      } else {
        ArrayNode list = out.putArray(name);
        values.forEach(list::add);
      }
    }
    return out;
  }

  private static ObjectNode ofBody(byte[] body) {
    if (body.length == 0) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      JsonNode parsed = MAPPER.readTree(body);
      // Very old clients send the JSON as a JSON string.
      if (parsed.isString()) {
        parsed = MAPPER.readTree(parsed.stringValue());
      }
      if (parsed instanceof ObjectNode object) {
        return object;
      }
    } catch (StreamConstraintsException _) {
      throw unusable(
          ("goes beyond a limit: %d levels of nesting, names of %d characters, numbers of %d digits,"
                  + " texts of %d characters")
              .formatted(DEEPEST, LONGEST_NAME, LONGEST_NUMBER, LONGEST_TEXT));
    } catch (JacksonException e) {
      throw unusable(
          "is not one JSON object that has each name once; see line %d, column %d"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    }
    throw unusable("is not one JSON object");
  }

  private static HttpProblem unusable(String why) {
    return new HttpProblem(400, "Bad request", "The body of the request " + why + ".");
  }

  /// The part of the path that stands where the route has its n-th `{…}`.
  String segment(int n) {
    String segment = request.segments().get(n);
    if (!storable(segment)) {
      throw TrackingError.invalid("The path holds characters that can't be kept.");
    }
    return segment;
  }

  /// Who asks.
  String user() {
    return request.caller().name();
  }

  /// How long the body is.
  int bytes() {
    return request.body().length;
  }

  // Texts

  @Nullable String optional(String name) {
    JsonNode value = value(name);
    return value == null ? null : text(name, value);
  }

  /// As [#optional], empty is none too.
  @Nullable String filled(String name) {
    String text = optional(name);
    return text == null || text.isEmpty() ? null : text;
  }

  /// Empty when there is none.
  String text(String name) {
    String text = optional(name);
    return text == null ? "" : text;
  }

  String required(String name) {
    String text = optional(name);
    if (text == null || text.isEmpty()) {
      throw missing(name);
    }
    return text;
  }

  /// A text, or a number that stands for one.
  @Nullable String id(String name) {
    JsonNode value = value(name);
    return value == null ? null : idText(name, value);
  }

  String requiredId(String name) {
    String text = id(name);
    if (text == null || text.isEmpty()) {
      throw missing(name);
    }
    return text;
  }

  /// The run, by its name or the older one of that field.
  String runId() {
    String id = filled("run_id");
    if (id != null) {
      return id;
    }
    String older = filled("run_uuid");
    if (older == null) {
      throw missing("run_id");
    }
    return older;
  }

  List<String> texts(String name) {
    return list(name).stream().map(one -> text(name, one)).toList();
  }

  List<String> ids(String name) {
    return list(name).stream().map(one -> idText(name, one)).toList();
  }

  // Numbers

  @Nullable Long whole(String name) {
    JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    }
    if (value.isFloatingPointNumber()) {
      double number = value.doubleValue();
      if (number == Math.rint(number) && Math.abs(number) < WHOLE_LIMIT) {
        return (long) number;
      }
    }
    if (value.isString() && WHOLE.matcher(value.stringValue()).matches()) {
      try {
        return Long.valueOf(value.stringValue());
      } catch (NumberFormatException _) {
        throw invalid(name, value, "It must be a whole number of 64 bits.");
      }
    }
    throw invalid(name, value, "It must be a whole number of 64 bits.");
  }

  long requiredWhole(String name) {
    Long value = whole(name);
    if (value == null) {
      throw missing(name);
    }
    return value;
  }

  long wholeOr(String name, long otherwise) {
    Long value = whole(name);
    return value == null ? otherwise : value;
  }

  /// The size of a page.
  int most(int otherwise, int limit) {
    long value = wholeOr("max_results", otherwise);
    if (value < 1 || value > limit) {
      throw invalid(
          "max_results", node.get("max_results"), "It must be from 1 to %d.".formatted(limit));
    }
    return (int) value;
  }

  double requiredNumber(String name) {
    JsonNode value = value(name);
    if (value == null) {
      throw missing(name);
    }
    if (value.isNumber()) {
      return value.doubleValue();
    }
    if (value.isString()) {
      String text = value.stringValue();
      switch (text) {
        case "NaN" -> {
          return Double.NaN;
        }
        case "Infinity" -> {
          return Double.POSITIVE_INFINITY;
        }
        case "-Infinity" -> {
          return Double.NEGATIVE_INFINITY;
        }
        default -> {
          if (NUMBER.matcher(text).matches()) {
            return Double.parseDouble(text);
          }
        }
      }
    }
    throw invalid(name, value, "It must be a number, NaN, Infinity or -Infinity.");
  }

  // The rest

  @Nullable Boolean flag(String name) {
    JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isString()) {
      String word = value.stringValue().toLowerCase(Locale.ROOT);
      if (word.equals("true") || word.equals("false")) {
        return word.equals("true");
      }
    }
    throw invalid(name, value, "It must be true or false.");
  }

  boolean requiredFlag(String name) {
    Boolean value = flag(name);
    if (value == null) {
      throw missing(name);
    }
    return value;
  }

  <E extends Enum<E>> @Nullable E word(String name, Class<E> words) {
    JsonNode value = value(name);
    if (value == null || (value.isString() && value.stringValue().isEmpty())) {
      return null;
    }
    if (value.isString()) {
      for (E word : words.getEnumConstants()) {
        if (word.name().equals(value.stringValue())) {
          return word;
        }
      }
    }
    throw invalid(
        name,
        value,
        Arrays.stream(words.getEnumConstants())
            .map(Enum::name)
            .collect(Collectors.joining(", ", "It must be one of ", ".")));
  }

  /// Objects of a list.
  List<Fields> each(String name) {
    List<JsonNode> list = list(name);
    List<Fields> out = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      String at = "%s[%d]".formatted(name, i);
      if (!(list.get(i) instanceof ObjectNode object)) {
        throw invalid(at, list.get(i), "It must be an object.");
      }
      out.add(new Fields(object, place + at + ".", query, request));
    }
    return out;
  }

  List<Fields> requiredEach(String name) {
    List<Fields> each = each(name);
    if (each.isEmpty()) {
      throw missing(name);
    }
    return each;
  }

  /// An object that must be there.
  Fields requiredObject(String name) {
    JsonNode value = value(name);
    if (value == null) {
      throw missing(name);
    }
    if (!(value instanceof ObjectNode object)) {
      throw invalid(name, value, "It must be an object.");
    }
    return new Fields(object, place + name + ".", query, request);
  }

  /// Pairs of `key` and `value`.
  List<Tag> tags(String name) {
    return each(name).stream().map(one -> one.tag("key")).toList();
  }

  Tag tag(String keyName) {
    return new Tag(required(keyName), text("value"));
  }

  private @Nullable JsonNode value(String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private List<JsonNode> list(String name) {
    JsonNode value = value(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof ArrayNode array) {
      List<JsonNode> out = new ArrayList<>(array.size());
      array.forEach(out::add);
      return out;
    }
    if (query) {
      return List.of(value);
    }
    throw invalid(name, value, "It must be a list.");
  }

  private String text(String name, JsonNode value) {
    if (!value.isString()) {
      throw invalid(name, value, "It must be a text.");
    }
    if (!storable(value.stringValue())) {
      throw invalid(name, value, "It holds the character 0 or half a character.");
    }
    return value.stringValue();
  }

  private String idText(String name, JsonNode value) {
    return value.isIntegralNumber() ? value.bigIntegerValue().toString() : text(name, value);
  }

  /// Whether databases and UTF-8 can hold it: no NUL, no surrogate without its other half.
  private static boolean storable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isLowSurrogate(c)) {
        return false;
      }
      if (Character.isHighSurrogate(c)) {
        i++;
        if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      }
    }
    return true;
  }

  TrackingError missing(String name) {
    return TrackingError.invalid(
        "Missing value for required parameter '%s%s'.%s".formatted(place, name, DOCS));
  }

  /// As much of it as has a place in a message.
  static String shown(String text) {
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
  }

  private TrackingError invalid(String name, @Nullable JsonNode value, String why) {
    return TrackingError.invalid(
        "Invalid value %s for parameter '%s%s' supplied: %s%s"
            .formatted(shown(String.valueOf(value)), place, name, why, DOCS));
  }
}
