package dev.gnomon.tracking.search;

import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.search.Comparison.Relation;
import dev.gnomon.tracking.search.Searched.Prefix;
import dev.gnomon.tracking.search.Searched.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Reads one filter, or one key of an order. There is no nesting and no OR, so that a single pass
/// from left to right is enough, and no depth to bound.
final class FilterParser {
  /// More than a page of run ids in one list, and far below what the databases bear.
  private static final int MAX_LENGTH = 200_000;

  private static final int MAX_CONDITIONS = 100;
  private static final int MAX_LIST = 5_000;
  private static final int MAX_PATTERN = 6_000;
  private static final String PROMPT_TAG = "mlflow.prompt.is_prompt";

  private final Searched what;
  private final FilterText text;

  /// @param name of the parameter, for errors
  FilterParser(Searched what, String name, String source) {
    this.what = what;
    if (source.length() > MAX_LENGTH) {
      throw TrackingError.invalid(
          "Invalid %s: %d characters, at most %d are allowed"
              .formatted(name, source.length(), MAX_LENGTH));
    }
    this.text = new FilterText(name, source);
  }

  List<Condition> conditions() {
    var found = new ArrayList<Condition>();
    text.skipBlank();
    if (text.atEnd()) {
      return found;
    }
    while (true) {
      if (found.size() == MAX_CONDITIONS) {
        throw text.error("at most %d comparisons are allowed".formatted(MAX_CONDITIONS));
      }
      found.add(condition());
      text.skipBlank();
      if (text.atEnd()) {
        return found;
      }
      if (!text.word("AND")) {
        throw text.error(
            "expected AND or the end; OR and parentheses around comparisons are not part of the"
                + " grammar");
      }
    }
  }

  Order order() {
    Field field = field(true);
    boolean ascending = true;
    if (text.word("DESC")) {
      ascending = false;
    } else {
      text.word("ASC");
    }
    end("ASC, DESC or the end");
    return new Order(field, ascending);
  }

  /// Nothing but a field.
  Field onlyField() {
    Field field = field(true);
    end("the end");
    return field;
  }

  private void end(String expected) {
    text.skipBlank();
    if (!text.atEnd()) {
      throw text.error("expected " + expected);
    }
  }

  private Condition condition() {
    Field field = field(false);
    Comparison comparison =
        switch (field) {
          case Field.Attribute a when a.number() -> number("attribute '" + a.name() + "'");
          case Field.Attribute a -> attribute(a);
          case Field.Metric m -> number("metric '" + m.key() + "'");
          case Field.Param p -> text("parameter '" + p.key() + "'", false);
          case Field.Tag t -> text("tag '" + t.key() + "'", false);
          case Field.Dataset _ -> text("a data set", true);
        };
    boolean orMissing =
        (what == Searched.MODELS || what == Searched.VERSIONS)
            && field.equals(new Field.Tag(PROMPT_TAG))
            && comparison instanceof Comparison.Text(boolean equal, _)
            && !equal;
    return new Condition(field, comparison, orMissing);
  }

  private Comparison attribute(Field.Attribute attribute) {
    boolean lists = what.property(attribute.name()).map(Property::lists).orElse(false);
    return switch (text("attribute '" + attribute.name() + "'", lists)) {
      case Comparison.Text(boolean equal, String value) ->
          new Comparison.Text(equal, what.stored(attribute.name(), value));
      case Comparison.In(boolean among, List<String> values) ->
          new Comparison.In(
              among, values.stream().map(v -> what.stored(attribute.name(), v)).toList());
      case Comparison other -> other;
    };
  }

  private Comparison number(String of) {
    String operator = text.operator();
    for (Relation relation : Relation.values()) {
      if (relation.sign().equals(operator)) {
        return new Comparison.Numeric(relation, text.number(of));
      }
    }
    throw text.unexpected("for " + of + " =, !=, >, >=, <, <= are valid", operator);
  }

  private Comparison text(String of, boolean lists) {
    String operator = text.operator();
    boolean list = operator.equals("IN") || operator.equals("NOT IN");
    return switch (list && !lists ? "" : operator) {
      case "=" -> new Comparison.Text(true, text.string(of));
      case "!=" -> new Comparison.Text(false, text.string(of));
      case "LIKE", "ILIKE" -> like(operator, text.string(of));
      case "IN", "NOT IN" -> new Comparison.In(operator.equals("IN"), text.list(of, MAX_LIST));
      default ->
          throw text.unexpected(
              "for " + of + " =, !=, LIKE, ILIKE" + (lists ? ", IN, NOT IN" : "") + " are valid",
              operator);
    };
  }

  private Comparison like(String operator, String pattern) {
    if (pattern.length() > MAX_PATTERN) {
      throw text.error(
          "a pattern of %d characters, at most %d are allowed"
              .formatted(pattern.length(), MAX_PATTERN));
    }
    return new Comparison.Like(pattern, operator.equals("ILIKE"));
  }

  private Field field(boolean ordering) {
    text.skipBlank();
    int start = text.position();
    String first = text.name("an attribute, or one of the prefixes " + prefixes());
    if (!text.skip('.')) {
      return property(start, first, ordering);
    }
    Prefix prefix =
        what.prefix(first)
            .orElseThrow(() ->
                text.errorAt(
                    start,
                    "Invalid entity type '%s': valid are %s".formatted(shown(first), prefixes())));
    int at = text.position();
    String key = text.key();
    return switch (prefix) {
      case METRIC -> new Field.Metric(key, null);
      case PARAM -> new Field.Param(key);
      case TAG -> new Field.Tag(key);
      case ATTRIBUTE -> property(at, key, ordering);
      case DATASET -> dataset(at, key, ordering);
    };
  }

  private Field dataset(int at, String key, boolean ordering) {
    if (ordering) {
      throw text.errorAt(at, "data sets can't be sorted by: a run may have several");
    }
    return switch (key) {
      case "name" -> new Field.Dataset(Field.Part.NAME);
      case "digest" -> new Field.Dataset(Field.Part.DIGEST);
      case "context" -> new Field.Dataset(Field.Part.CONTEXT);
      default ->
          throw text.errorAt(
              at,
              "Invalid dataset key '%s': valid are name, digest, context".formatted(shown(key)));
    };
  }

  private Field property(int at, String word, boolean ordering) {
    return what.property(word)
        .filter(p -> ordering || p.filter())
        .map(Property::field)
        .orElseThrow(() ->
            text.errorAt(
                at,
                "Invalid attribute key '%s': valid are %s%s"
                    .formatted(
                        shown(word),
                        what.properties().stream()
                            .filter(p -> ordering || p.filter())
                            .map(Property::name)
                            .collect(Collectors.joining(", ")),
                        suggestion(word))));
  }

  private String suggestion(String word) {
    return what.prefixes().contains(Prefix.TAG) && !what.properties().isEmpty()
        ? "; anything else needs a prefix, for example tags.%s".formatted(shown(word))
        : "";
  }

  private String prefixes() {
    return what.prefixes().stream().map(p -> p.name + ".").collect(Collectors.joining(", "));
  }

  /// Text of a client within an error: short.
  static String shown(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
