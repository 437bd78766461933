package dev.gnomon.client;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// An object of an answer, read by name. What is null or not there is missing; what is there has
/// the type that is asked for.
record Fields(Map<String, @Nullable Object> values) {
  Fields {
    values = Collections.unmodifiableMap(values);
  }

  @SuppressWarnings("unchecked") // the reader makes maps of texts only
  static Fields of(@Nullable Object json) {
    if (json instanceof Map<?, ?> map) {
      return new Fields((Map<String, @Nullable Object>) map);
    }
    throw new Wrong("it is no object");
  }

  /// A property is missing or of another type.
  static final class Wrong extends RuntimeException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(message, null, false, false);
    }
  }

  boolean has(String name) {
    return values.get(name) != null;
  }

  @Nullable Object value(String name) {
    return values.get(name);
  }

  private <T> Optional<T> maybe(String name, Class<T> type, String what) {
    Object value = values.get(name);
    if (value != null && !type.isInstance(value)) {
      throw new Wrong("'%s' is no %s".formatted(name, what));
    }
    return Optional.ofNullable(type.cast(value));
  }

  Optional<String> maybeText(String name) {
    return maybe(name, String.class, "text");
  }

  String text(String name) {
    return maybeText(name).orElseThrow(() -> new Wrong("'%s' is missing".formatted(name)));
  }

  /// NaN when missing.
  double number(String name) {
    return maybe(name, Double.class, "number").orElse(Double.NaN);
  }

  OptionalInt maybeInt(String name) {
    double number = number(name);
    if (Double.isNaN(number)) {
      return OptionalInt.empty();
    }
    int whole = (int) number;
    if (whole != number) {
      throw new Wrong("'%s' is no whole number".formatted(name));
    }
    return OptionalInt.of(whole);
  }

  int whole(String name) {
    return maybeInt(name).orElseThrow(() -> new Wrong("'%s' is missing".formatted(name)));
  }

  /// False when missing.
  boolean flag(String name) {
    return maybe(name, Boolean.class, "boolean").orElse(false);
  }

  Instant time(String name) {
    try {
      return Instant.parse(text(name));
    } catch (DateTimeException e) {
      throw new Wrong("'%s' is no time".formatted(name));
    }
  }

  Fields object(String name) {
    Object value = values.get(name);
    if (value instanceof Map) {
      return of(value);
    }
    throw new Wrong("'%s' is no object".formatted(name));
  }

  /// Empty when missing.
  List<Fields> list(String name) {
    List<Fields> list = new ArrayList<>();
    for (Object item : maybe(name, List.class, "array").orElse(List.of())) {
      list.add(of(item));
    }
    return list;
  }

  List<GnomonException.Problem> problems() {
    return list("errors").stream()
        .map(one ->
            new GnomonException.Problem(
                one.maybeText("place").orElse(""),
                one.maybeText("found").orElse(""),
                one.maybeText("valid").orElse("")))
        .toList();
  }
}
