package dev.gnomon.operators;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The texts of one column of one key, each once. Not safe for use by several threads.
public final class TextPool implements TextCodes {
  /// Below that many texts a search beats a map in time and space.
  private static final int SEARCHED = 8;

  private String[] texts = new String[2];
  private int size;
  private @Nullable Map<String, Integer> codes;

  /// The code of a text, added if new; -1 for null.
  public int code(@Nullable String text) {
    if (text == null) {
      return -1;
    }
    Map<String, Integer> known = codes;
    if (known == null) {
      for (int i = 0; i < size; i++) {
        if (texts[i].equals(text)) {
          return i;
        }
      }
      if (size == SEARCHED) {
        known = new HashMap<>();
        for (int i = 0; i < size; i++) {
          known.put(texts[i], i);
        }
        codes = known;
      }
    } else {
      Integer code = known.get(text);
      if (code != null) {
        return code;
      }
    }
    if (size == texts.length) {
      texts = Arrays.copyOf(texts, size * 2);
    }
    texts[size] = text;
    if (known != null) {
      known.put(text, size);
    }
    return size++;
  }

  int size() {
    return size;
  }

  @Override
  public String text(int code) {
    return texts[code];
  }

  @Override
  public long hash(int code) {
    return Hash64.of(texts[code]);
  }

  /// Bytes on the heap, roughly.
  long bytes() {
    long sum = 40L + 8L * texts.length + (codes == null ? 0 : 64L * size);
    for (int i = 0; i < size; i++) {
      sum += 56 + texts[i].length();
    }
    return sum;
  }
}
