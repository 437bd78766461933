package dev.gnomon.core.usecase.internal;

import java.util.Locale;

/// The words of the file are the enum constants in lower case with dashes.
final class Words {
  private Words() {}

  static <E extends Enum<E>> E of(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
