package dev.gnomon.core.usecase.internal;

import dev.gnomon.expression.Expression;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/// Reads the values of one map of the file. What is absent or of the wrong form is empty: the form
/// was checked and reported before.
record Fields(YamlNode.Mapping mapping, FormCheck form) {

  static Fields none(String path, int line, FormCheck form) {
    return new Fields(new YamlNode.Mapping(Map.of(), Map.of(), line, path), form);
  }

  /// Whether the key is there, right or wrong.
  boolean has(String key) {
    return mapping.entries().containsKey(key);
  }

  Set<String> keys() {
    return mapping.entries().keySet();
  }

  boolean isRight() {
    return form.isRight(mapping);
  }

  /// The line of a key, or of the map where it is absent.
  int line(String key) {
    Integer line = mapping.keyLines().get(key);
    return line == null ? mapping.line() : line;
  }

  String path(String key) {
    return mapping.child(key);
  }

  /// The node of a key if it has the right form.
  Optional<YamlNode> node(String key) {
    return Optional.ofNullable(mapping.entries().get(key)).filter(form::isRight);
  }

  private Optional<YamlNode.Scalar> scalar(String key) {
    return node(key).filter(YamlNode.Scalar.class::isInstance).map(YamlNode.Scalar.class::cast);
  }

  Optional<String> text(String key) {
    return scalar(key).map(YamlNode.Scalar::text);
  }

  String text(String key, String byDefault) {
    return text(key).orElse(byDefault);
  }

  OptionalDouble number(String key) {
    Optional<YamlNode.Scalar> scalar = scalar(key);
    return scalar.isPresent() ? Values.number(scalar.get()) : OptionalDouble.empty();
  }

  OptionalInt count(String key) {
    Optional<YamlNode.Scalar> scalar = scalar(key);
    return scalar.isPresent()
        ? OptionalInt.of((int) Values.whole(scalar.get()).orElseThrow())
        : OptionalInt.empty();
  }

  boolean flag(String key, boolean byDefault) {
    return scalar(key).flatMap(Values::flag).orElse(byDefault);
  }

  Optional<Duration> span(String key) {
    return text(key).flatMap(Values::span);
  }

  Optional<Expression> formula(String key) {
    return text(key).map(Expression::parse);
  }

  /// The items of a list that are right, each on its own; empty when there is no list.
  List<YamlNode> items(String key) {
    return mapping.entries().get(key) instanceof YamlNode.Sequence sequence
        ? sequence.items().stream().filter(form::isRight).toList()
        : List.of();
  }

  /// A plain value as a list of one, or the plain values of a list.
  List<String> texts(String key) {
    Optional<String> one = text(key);
    return one.isPresent() ? List.of(one.get()) : texts(items(key));
  }

  static List<String> texts(List<YamlNode> items) {
    return items.stream()
        .filter(YamlNode.Scalar.class::isInstance)
        .map(item -> ((YamlNode.Scalar) item).text())
        .toList();
  }

  /// The map of a key, also when something in it is wrong.
  Optional<Fields> section(String key) {
    return fields(mapping.entries().get(key));
  }

  Optional<Fields> fields(@org.jspecify.annotations.Nullable YamlNode node) {
    return node instanceof YamlNode.Mapping inner
        ? Optional.of(new Fields(inner, form))
        : Optional.empty();
  }

  /// As [#section], empty fields when the key is absent.
  Fields sectionOrNone(String key) {
    return section(key).orElseGet(() -> none(path(key), line(key), form));
  }
}
