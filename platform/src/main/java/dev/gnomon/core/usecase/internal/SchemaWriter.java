package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.internal.Shape.Choice;
import dev.gnomon.core.usecase.internal.Shape.Names;
import dev.gnomon.core.usecase.internal.Shape.Section;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes the table of keys as JSON Schema (draft 2020-12), for editors.
///
/// Editors resolve YAML scalars before they validate, so that a text may look like a number or a
/// truth value to them: such places accept all three.
final class SchemaWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private SchemaWriter() {}

  static ObjectNode write(Section root) {
    ObjectNode schema = NODES.objectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Gnomon use case");
    schema.setAll(of(root));
    return schema;
  }

  private static ObjectNode of(Key key) {
    ObjectNode schema = NODES.objectNode();
    if (key.later()) {
      schema.put("description", "Not supported yet. " + key.doc());
      schema.set("not", NODES.objectNode());
      return schema;
    }
    String without = key.byDefault().isEmpty() ? "" : " Default: " + key.byDefault() + ".";
    schema.put("description", key.doc() + without);
    schema.setAll(of(key.shape()));
    return schema;
  }

  private static ObjectNode of(Shape shape) {
    return switch (shape) {
      case Shape.Text(String pattern, String words) -> {
        ObjectNode text = types("string", "number", "boolean");
        if (!pattern.isEmpty()) {
          text.put("pattern", whole(pattern));
        }
        yield text;
      }
      case Choice choice -> choice(choice);
      case Shape.Whole(long least, long most) -> {
        ObjectNode whole = NODES.objectNode().put("type", "integer");
        if (least != Long.MIN_VALUE) {
          whole.put("minimum", least);
        }
        if (most != Long.MAX_VALUE) {
          whole.put("maximum", most);
        }
        yield whole;
      }
      case Shape.Decimal(double least, double most) -> {
        ObjectNode decimal = NODES.objectNode().put("type", "number");
        if (!Double.isInfinite(least)) {
          decimal.put("minimum", least);
        }
        if (!Double.isInfinite(most)) {
          decimal.put("maximum", most);
        }
        yield decimal;
      }
      case Shape.Flag() -> NODES.objectNode().put("type", "boolean");
      case Shape.Span(boolean zero, boolean millis) ->
          types("string").put("pattern", "^[0-9]+(" + (millis ? "ms|" : "") + "s|m|h|d|w)$");
      case Shape.Moment() -> types("string").put("pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}");
      case Shape.OrWord(Shape other, List<String> names) -> {
        ObjectNode either = NODES.objectNode();
        ArrayNode any = either.putArray("anyOf");
        any.add(choice(new Choice(names, List.of())));
        any.add(of(other));
        yield either;
      }
      case Shape.Zone(), Shape.FilePath() -> types("string");
      case Shape.Formula() -> types("string", "number");
      case Shape.ListOf(Shape item, int least) -> {
        ObjectNode list = NODES.objectNode().put("type", "array");
        if (least > 0) {
          list.put("minItems", least);
        }
        list.set("items", of(item));
        yield list;
      }
      case Section section -> section(section);
      case Names names -> {
        ObjectNode map = NODES.objectNode().put("type", "object").put("minProperties", 1);
        others(map, names, List.of());
        yield map;
      }
      case Shape.Chosen(Choice key, Shape value) -> {
        ObjectNode map = NODES.objectNode().put("type", "object");
        map.put("minProperties", 1).put("maxProperties", 1).put("additionalProperties", false);
        ObjectNode properties = map.putObject("properties");
        key.now().forEach(word -> properties.set(word, of(value)));
        yield map;
      }
      case Shape.Either(List<Shape> options) -> {
        ObjectNode either = NODES.objectNode();
        ArrayNode any = either.putArray("anyOf");
        options.forEach(option -> any.add(of(option)));
        yield either;
      }
    };
  }

  private static ObjectNode choice(Choice choice) {
    ObjectNode schema = NODES.objectNode();
    ArrayNode words = schema.putArray("enum");
    for (String word : choice.now()) {
      words.add(word);
      if (word.equals("true")) {
        words.add(true);
      }
    }
    if (!choice.pattern().isEmpty()) {
      ObjectNode either = NODES.objectNode();
      ArrayNode any = either.putArray("anyOf");
      any.add(schema);
      any.add(types("string").put("pattern", whole(choice.pattern())));
      return either;
    }
    return schema;
  }

  private static ObjectNode section(Section section) {
    ObjectNode schema = NODES.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = NODES.arrayNode();
    for (Key key : section.keys()) {
      properties.set(key.name(), of(key));
      if (key.required()) {
        required.add(key.name());
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    if (!section.exactlyOne().isEmpty()) {
      ArrayNode one = schema.putArray("oneOf");
      section.exactlyOne().forEach(name -> one.addObject().putArray("required").add(name));
    }
    if (section.others().isPresent()) {
      others(schema, section.others().get(), section.known());
    } else {
      schema.put("additionalProperties", false);
    }
    return schema;
  }

  /// @param fixed keys that have a meaning of their own: the pattern must not match them too
  private static void others(ObjectNode schema, Names names, List<String> fixed) {
    if (names.pattern().isEmpty()) {
      schema.set("additionalProperties", of(names.value()));
      return;
    }
    String not = fixed.isEmpty() ? "" : "(?!(?:" + String.join("|", fixed) + ")$)";
    schema
        .putObject("patternProperties")
        .set("^" + not + "(?:" + names.pattern() + ")$", of(names.value()));
    schema.put("additionalProperties", false);
  }

  private static String whole(String pattern) {
    return "^(?:" + pattern + ")$";
  }

  private static ObjectNode types(String... names) {
    ObjectNode schema = NODES.objectNode();
    if (names.length == 1) {
      return schema.put("type", names[0]);
    }
    ArrayNode types = schema.putArray("type");
    for (String name : names) {
      types.add(name);
    }
    return schema;
  }
}
