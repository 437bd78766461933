package dev.gnomon.models.transforms;

import dev.gnomon.core.usecase.PreprocessingSection.Text;
import java.util.Arrays;

/// The n-grams of one text, as slices of one buffer that is used again for the next text.
///
/// Letters are lower-cased one code point at a time. Words are the runs of at least two letters,
/// digits, numerals or underscores, as scikit-learn's vectorisers find them; they stand in the
/// buffer with one space between, so that every n-gram of words is one slice. N-grams of characters
/// are taken of the text itself, runs of white space counting as one space.
final class Terms {
  private static final ThreadLocal<Terms> OF_THREAD = ThreadLocal.withInitial(Terms::new);

  char[] text = new char[256];

  /// Where each unit (word or code point) begins and ends; one more begin stands behind the last.
  int[] from = new int[64];

  int[] to = new int[64];
  int units;

  private int length;

  private Terms() {}

  /// The n-grams of a text; good until the thread asks for those of the next.
  static Terms of(String text, Text.Unit unit) {
    Terms terms = OF_THREAD.get();
    if (unit == Text.Unit.WORDS) {
      terms.words(text);
    } else {
      terms.characters(text);
    }
    return terms;
  }

  /// Divides the values of a text by their length, unless all are zero.
  ///
  /// @param squares the sum of their squares
  static void toUnitLength(double[] out, int from, int end, double squares) {
    if (squares > 0) {
      double length = Math.sqrt(squares);
      for (int i = from; i < end; i++) {
        out[i] /= length;
      }
    }
  }

  private void words(String source) {
    units = 0;
    length = 0;
    int i = 0;
    int end = source.length();
    while (i < end) {
      int start = length;
      int points = 0;
      if (units > 0) {
        append(' ');
        start = length;
      }
      while (i < end) {
        int point = source.codePointAt(i);
        if (!isWord(point)) {
          break;
        }
        append(Character.toLowerCase(point));
        points++;
        i += Character.charCount(point);
      }
      if (points >= 2) {
        unit(start, length);
      } else {
        length = units > 0 ? start - 1 : start;
      }
      if (i < end) {
        i += Character.charCount(source.codePointAt(i));
      }
    }
  }

  private void characters(String source) {
    units = 0;
    length = 0;
    boolean space = false;
    for (int i = 0; i < source.length(); ) {
      int point = source.codePointAt(i);
      i += Character.charCount(point);
      boolean white = Character.isWhitespace(point) || Character.isSpaceChar(point);
      if (white && space) {
        continue;
      }
      // A single space of another kind stays itself, a run becomes a plain one: as scikit-learn.
      int start = length;
      boolean run = white && i < source.length() && isWhite(source.codePointAt(i));
      append(run ? ' ' : Character.toLowerCase(point));
      unit(start, length);
      space = white;
    }
  }

  private static boolean isWhite(int point) {
    return Character.isWhitespace(point) || Character.isSpaceChar(point);
  }

  private static boolean isWord(int point) {
    if (point < 128) {
      return (point >= 'a' && point <= 'z')
          || (point >= 'A' && point <= 'Z')
          || (point >= '0' && point <= '9')
          || point == '_';
    }
    int type = Character.getType(point);
    return Character.isLetterOrDigit(point)
        || type == Character.OTHER_NUMBER
        || type == Character.LETTER_NUMBER;
  }

  private void append(int point) {
    if (length + 2 > text.length) {
      text = Arrays.copyOf(text, 2 * text.length);
    }
    length += Character.toChars(point, text, length);
  }

  private void unit(int start, int end) {
    if (units == from.length) {
      from = Arrays.copyOf(from, 2 * units);
      to = Arrays.copyOf(to, 2 * units);
    }
    from[units] = start;
    to[units++] = end;
  }
}
