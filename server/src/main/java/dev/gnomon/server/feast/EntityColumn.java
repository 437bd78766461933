package dev.gnomon.server.feast;

import dev.gnomon.serving.DecideJson;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One column of the entities of a request, kept as it was sent so that it can be sent back: keys,
/// or values for features on demand.
final class EntityColumn {
  /// How a value was written.
  enum Kind {
    NULL,
    TEXT,
    INT32,
    INT64,
    FLOAT,
    DOUBLE,
    BOOL
  }

  private final String name;
  private Kind[] kinds = new Kind[16];
  private @Nullable String[] texts = new @Nullable String[16];
  private int size;

  EntityColumn(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /// The same values under another name.
  EntityColumn named(String other) {
    EntityColumn column = new EntityColumn(other);
    column.kinds = kinds;
    column.texts = texts;
    column.size = size;
    return column;
  }

  int size() {
    return size;
  }

  /// @param text of a number in decimal notation; null for [Kind#NULL]
  void add(Kind kind, @Nullable String text) {
    if (size == kinds.length) {
      kinds = Arrays.copyOf(kinds, 2 * size);
      texts = Arrays.copyOf(texts, 2 * size);
    }
    kinds[size] = kind;
    texts[size++] = text;
  }

  Kind kind(int row) {
    return kinds[row];
  }

  String text(int row) {
    return String.valueOf(texts[row]);
  }

  /// The key as sources have it: a whole number is the key of its digits. Null when the value can't
  /// be one.
  @Nullable String key(int row) {
    String text = texts[row];
    if (text == null) {
      return null;
    }
    return switch (kinds[row]) {
      case NULL -> null;
      case INT32, INT64, BOOL -> text;
      case TEXT -> text.isBlank() || text.length() > DecideJson.MAX_KEY ? null : text;
      case FLOAT, DOUBLE -> {
        double number = Double.parseDouble(text);
        long whole = (long) number;
        yield !Double.isFinite(number)
            ? null
            : whole == number ? Long.toString(whole) : Double.toString(number);
      }
    };
  }

  /// The value as an input of a feature on demand; a number that is none is missing.
  @Nullable Object input(int row) {
    String text = texts[row];
    if (text == null) {
      return null;
    }
    return switch (kinds[row]) {
      case NULL -> null;
      case TEXT, BOOL -> text;
      case INT32, INT64 -> Long.valueOf(text);
      case FLOAT, DOUBLE -> {
        double number = Double.parseDouble(text);
        yield Double.isFinite(number) ? number : null;
      }
    };
  }
}
