package dev.gnomon.core.usecase.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What may stand at a place of the use-case file.
public sealed interface Shape {
  /// For messages and the reference page: `a duration, as in 30d`.
  String words();

  /// Any text, in its source form: `NO` and `012` stay what they are.
  ///
  /// @param pattern a regular expression for all of it; empty for any
  record Text(String pattern, String words) implements Shape {}

  /// One of some words.
  ///
  /// @param now what is supported
  /// @param later what is known, but refused by name
  /// @param pattern a regular expression for words that hold a figure; empty for none
  /// @param examples of those
  record Choice(List<String> now, List<String> later, String pattern, List<String> examples)
      implements Shape {
    Choice(List<String> now, List<String> later) {
      this(now, later, "", List.of());
    }

    boolean has(String word) {
      return now.contains(word) || (!pattern.isEmpty() && word.matches(pattern));
    }

    /// Every word that a mistyped one may have been meant to be.
    List<String> near() {
      List<String> all = new ArrayList<>(now);
      all.addAll(examples);
      return all;
    }

    @Override
    public String words() {
      return (now.size() == 1 ? now.get(0) : "one of " + String.join(", ", now))
          + (examples.isEmpty() ? "" : ", or with a figure, as in " + String.join(", ", examples));
    }
  }

  record Whole(long least, long most) implements Shape {
    @Override
    public String words() {
      return "a whole number "
          + range(String.valueOf(least), String.valueOf(most), most >= Integer.MAX_VALUE);
    }
  }

  record Decimal(double least, double most) implements Shape {
    @Override
    public String words() {
      boolean open = Double.isInfinite(most) || most == Double.MAX_VALUE;
      return Double.isInfinite(least)
          ? "a number"
          : "a number " + range(plain(least), plain(most), open);
    }

    private static String plain(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1e9
          ? String.valueOf((long) value)
          : String.valueOf(value);
    }
  }

  private static String range(String least, String most, boolean open) {
    return open ? "of at least " + least : "from " + least + " to " + most;
  }

  record Flag() implements Shape {
    @Override
    public String words() {
      return "true or false";
    }
  }

  /// A duration.
  ///
  /// @param millis whether it may be given in milliseconds; else whole seconds
  record Span(boolean zero, boolean millis) implements Shape {
    @Override
    public String words() {
      return millis ? "a duration, as in 100ms or 2s" : "a duration, as in 15m, 12h or 30d";
    }
  }

  /// A word, or else a plain value of another shape.
  record OrWord(Shape other, List<String> names) implements Shape {
    @Override
    public String words() {
      return other.words()
          + (names.size() == 1 ? ", or " : ", or one of ")
          + String.join(", ", names);
    }
  }

  /// A date or time.
  record Moment() implements Shape {
    @Override
    public String words() {
      return "a date or time, as in 2024-03-01 or 2024-03-01T12:00:00Z";
    }
  }

  record Zone() implements Shape {
    @Override
    public String words() {
      return "a time zone, as in Europe/Berlin or +02:00";
    }
  }

  /// An expression.
  record Formula() implements Shape {
    @Override
    public String words() {
      return "an expression";
    }
  }

  record FilePath() implements Shape {
    @Override
    public String words() {
      return "a path relative to this file";
    }
  }

  record ListOf(Shape item, int least) implements Shape {
    @Override
    public String words() {
      return "a list of " + (least > 0 ? "at least " + least + ": " : "") + item.words();
    }
  }

  /// Fixed keys.
  ///
  /// @param others for the keys that are not listed; none are allowed when empty
  /// @param exactlyOne of these keys; empty for no such rule
  record Section(List<Key> keys, Optional<Names> others, List<String> exactlyOne) implements Shape {
    static Section of(Key... keys) {
      return of(Stream.of(keys));
    }

    static Section of(Stream<Key> keys) {
      return new Section(keys.toList(), Optional.empty(), List.of());
    }

    Section withOthers(Names names) {
      return new Section(keys, Optional.of(names), exactlyOne);
    }

    Section withExactlyOne(String... names) {
      return new Section(keys, others, List.of(names));
    }

    Optional<Key> key(String name) {
      return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }

    List<String> supported() {
      return keys.stream().filter(key -> !key.later()).map(Key::name).toList();
    }

    List<String> known() {
      return keys.stream().map(Key::name).toList();
    }

    @Override
    public String words() {
      List<String> names = new ArrayList<>(supported());
      others.ifPresent(rest -> names.add(rest.keyWords()));
      return "a map with " + String.join(", ", names);
    }
  }

  /// Names chosen by the author, each with the same kind of value.
  ///
  /// @param pattern of a name
  /// @param keyWords what a name is
  record Names(String pattern, String keyWords, Shape value) implements Shape {
    @Override
    public String words() {
      return "a map from " + keyWords + " to " + value.words();
    }
  }

  /// A choice that carries settings: `{xgboost: {max-depth: 4}}`.
  record Chosen(Choice key, Shape value) implements Shape {
    @Override
    public String words() {
      return "{" + key.words() + ": " + value.words() + "}";
    }
  }

  /// Several forms, told apart by whether a plain value, a list or a map stands there; at most one
  /// of each.
  record Either(List<Shape> options) implements Shape {
    @Override
    public String words() {
      return String.join(", or ", options.stream().map(Shape::words).toList());
    }
  }
}
