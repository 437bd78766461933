package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.internal.Shape.Choice;
import dev.gnomon.core.usecase.internal.Shape.Names;
import dev.gnomon.core.usecase.internal.Shape.Section;
import dev.gnomon.expression.Expression;
import dev.gnomon.expression.ExpressionException;
import dev.gnomon.schema.Nearest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Holds a document against the table of keys, and remembers which nodes are wrong, so that what
/// follows can leave them alone instead of reporting them again.
final class FormCheck {
  private static final int MAX_TEXT = 10_000;
  private static final int MAX_NAME = 200;

  private final Problems problems;
  private final Set<YamlNode> wrong = Collections.newSetFromMap(new IdentityHashMap<>());

  FormCheck(Problems problems) {
    this.problems = problems;
  }

  /// Whether a node and everything in it has the right form.
  boolean isRight(YamlNode node) {
    return !wrong.contains(node);
  }

  /// Checks the node and all in it.
  boolean check(YamlNode node, Shape shape) {
    if (node instanceof YamlNode.Refused) {
      wrong.add(node);
      return false;
    }
    boolean right =
        switch (shape) {
          case Shape.ListOf list -> list(node, list);
          case Section section -> section(node, section);
          case Names names -> names(node, names);
          case Shape.Chosen chosen -> chosen(node, chosen);
          case Shape.Either either -> either(node, either);
          case Shape.Text text -> scalar(node, text);
          case Choice choice -> scalar(node, choice);
          case Shape.Whole whole -> scalar(node, whole);
          case Shape.Decimal decimal -> scalar(node, decimal);
          case Shape.Flag flag -> scalar(node, flag);
          case Shape.Span span -> scalar(node, span);
          case Shape.Moment moment -> scalar(node, moment);
          case Shape.Zone zone -> scalar(node, zone);
          case Shape.Formula formula -> scalar(node, formula);
          case Shape.FilePath path -> scalar(node, path);
          case Shape.OrWord word -> scalar(node, word);
        };
    if (!right) {
      wrong.add(node);
    }
    return right;
  }

  private boolean refuse(YamlNode node, Shape shape) {
    problems.add(node, "found " + node.describe(), "valid is " + shape.words());
    return false;
  }

  private boolean scalar(YamlNode node, Shape shape) {
    if (!(node instanceof YamlNode.Scalar scalar)) {
      return refuse(node, shape);
    }
    if (scalar.isEmpty()) {
      problems.add(
          node, "the key has no value", "valid is " + shape.words() + "; or leave the key out");
      return false;
    }
    String text = scalar.text();
    if (text.length() > MAX_TEXT) {
      problems.add(node, "a text of %,d characters".formatted(text.length()), "at most 10,000");
      return false;
    }
    return fits(node, scalar, text, shape) ? isRight(node) : refuse(node, shape);
  }

  private boolean fits(YamlNode node, YamlNode.Scalar scalar, String text, Shape shape) {
    return switch (shape) {
      case Shape.Text(String pattern, String words) -> pattern.isEmpty() || text.matches(pattern);
      case Choice choice -> {
        if (choice.has(text)) {
          yield true;
        }
        word(node, text, choice);
        wrong.add(node);
        yield true;
      }
      case Shape.Whole(long least, long most) -> {
        var value = Values.whole(scalar);
        yield value.isPresent() && value.getAsLong() >= least && value.getAsLong() <= most;
      }
      case Shape.Decimal(double least, double most) -> {
        var value = Values.number(scalar);
        yield value.isPresent() && value.getAsDouble() >= least && value.getAsDouble() <= most;
      }
      case Shape.Flag() -> Values.flag(scalar).isPresent();
      case Shape.Span(boolean zero, boolean millis) ->
          Values.span(text)
              .filter(span -> zero || !span.isZero())
              .filter(span -> millis || !text.endsWith("ms"))
              .isPresent();
      case Shape.Moment() -> Values.micros(text, ZoneOffset.UTC).isPresent();
      case Shape.Zone() -> Values.zone(text).isPresent();
      case Shape.Formula() -> formula(node, text);
      case Shape.FilePath() -> path(node, text);
      case Shape.OrWord(Shape other, List<String> names) ->
          names.contains(text) || fits(node, scalar, text, other);
      default -> throw new AssertionError(shape);
    };
  }

  /// A word that is not among the supported ones: misspelt, or not supported yet.
  private void word(YamlNode node, String text, Choice choice) {
    if (choice.later().contains(text)) {
      problems.add(
          node,
          Problems.shown(text) + " is not supported yet",
          "supported now: " + String.join(", ", choice.now()));
      return;
    }
    problems.add(
        node,
        "unknown " + Problems.shown(text),
        suggestion(text, choice.near()) + "valid is " + choice.words());
  }

  private static String suggestion(String text, List<String> words) {
    return Nearest.to(text, words).map(word -> "did you mean " + word + "? ").orElse("");
  }

  private boolean formula(YamlNode node, String text) {
    try {
      Expression.parse(text);
    } catch (ExpressionException e) {
      problems.add(node, e.found(), e.valid());
      wrong.add(node);
    }
    return true;
  }

  private boolean path(YamlNode node, String text) {
    if (text.contains("://")) {
      problems.add(node, "an address is not supported yet", "give a path relative to this file");
      wrong.add(node);
      return true;
    }
    try {
      return !text.isBlank() && !Path.of(text).toString().isEmpty();
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private boolean list(YamlNode node, Shape.ListOf list) {
    if (!(node instanceof YamlNode.Sequence sequence)) {
      return refuse(node, list);
    }
    boolean right = true;
    for (YamlNode item : sequence.items()) {
      right &= check(item, list.item());
    }
    if (sequence.items().size() < list.least()) {
      problems.add(
          node,
          sequence.items().isEmpty() ? "an empty list" : "a list that is too short",
          "valid is " + list.words());
      right = false;
    }
    return right;
  }

  private boolean section(YamlNode node, Section section) {
    if (!(node instanceof YamlNode.Mapping mapping)) {
      return refuse(node, section);
    }
    boolean right = true;
    boolean unknown = false;
    for (Map.Entry<String, YamlNode> entry : mapping.entries().entrySet()) {
      String name = entry.getKey();
      YamlNode value = entry.getValue();
      int line = mapping.keyLines().getOrDefault(name, value.line());
      Key key = section.key(name).orElse(null);
      if (key != null && key.later()) {
        problems.add(
            line,
            value.path(),
            "'" + name + "' is not supported yet",
            "leave it out; supported here now: " + String.join(", ", section.supported()));
        right = false;
      } else if (key != null) {
        right &= check(value, key.shape());
      } else if (section.others().isPresent()) {
        right &= named(line, name, value, section.others().get());
      } else {
        problems.add(
            line,
            value.path(),
            "unknown key " + Problems.shown(name),
            suggestion(name, section.known()) + "valid is " + section.words());
        right = false;
        unknown = true;
      }
    }
    for (Key key : section.keys()) {
      if (key.required() && !mapping.entries().containsKey(key.name())) {
        problems.add(
            mapping.line(),
            mapping.path(),
            "the key '" + key.name() + "' is missing",
            "it states: " + key.shape().words());
        right = false;
      }
    }
    return exactlyOne(mapping, section, unknown) && right;
  }

  private boolean exactlyOne(YamlNode.Mapping mapping, Section section, boolean unknown) {
    if (section.exactlyOne().isEmpty()) {
      return true;
    }
    List<String> present = new ArrayList<>(section.exactlyOne());
    present.retainAll(mapping.entries().keySet());
    // A misspelt key was reported with the word that was meant.
    if (present.size() == 1 || (present.isEmpty() && unknown)) {
      return present.size() == 1;
    }
    problems.add(
        mapping,
        present.isEmpty() ? "something is missing" : String.join(" and ", present) + " together",
        "exactly one of " + String.join(", ", section.exactlyOne()) + " belongs here");
    return false;
  }

  private boolean names(YamlNode node, Names names) {
    if (!(node instanceof YamlNode.Mapping mapping)) {
      return refuse(node, names);
    }
    boolean right = true;
    for (Map.Entry<String, YamlNode> entry : mapping.entries().entrySet()) {
      int line = mapping.keyLines().getOrDefault(entry.getKey(), entry.getValue().line());
      right &= named(line, entry.getKey(), entry.getValue(), names);
    }
    if (mapping.entries().isEmpty()) {
      problems.add(node, "an empty map", "valid is " + names.words());
      right = false;
    }
    return right;
  }

  private boolean named(int line, String name, YamlNode value, Names names) {
    boolean right = check(value, names.value());
    boolean fits =
        !name.isBlank()
            && name.length() <= MAX_NAME
            && (names.pattern().isEmpty() || name.matches(names.pattern()));
    if (!fits) {
      problems.add(
          line,
          value.path(),
          Problems.shown(name) + " can't be the name of a " + names.keyWords(),
          names.pattern().isEmpty()
              ? "at most 200 characters, not blank"
              : "names match " + names.pattern());
      wrong.add(value);
    }
    return right && fits;
  }

  private boolean chosen(YamlNode node, Shape.Chosen chosen) {
    if (!(node instanceof YamlNode.Mapping mapping) || mapping.entries().size() != 1) {
      return refuse(node, chosen);
    }
    Map.Entry<String, YamlNode> entry = mapping.entries().entrySet().iterator().next();
    boolean right = check(entry.getValue(), chosen.value());
    if (!chosen.key().now().contains(entry.getKey())) {
      word(entry.getValue(), entry.getKey(), chosen.key());
      right = false;
    }
    return right;
  }

  private boolean either(YamlNode node, Shape.Either either) {
    for (Shape option : either.options()) {
      boolean fits =
          switch (node) {
            case YamlNode.Scalar scalar ->
                !(option instanceof Section
                    || option instanceof Names
                    || option instanceof Shape.Chosen
                    || option instanceof Shape.ListOf);
            case YamlNode.Refused refused -> false; // handled where checks begin
            case YamlNode.Sequence sequence -> option instanceof Shape.ListOf;
            case YamlNode.Mapping mapping ->
                option instanceof Section
                    || option instanceof Names
                    || option instanceof Shape.Chosen;
          };
      if (fits) {
        return check(node, option);
      }
    }
    return refuse(node, either);
  }
}
