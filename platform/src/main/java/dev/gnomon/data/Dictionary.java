package dev.gnomon.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Distinct texts and their codes 0, 1, 2, … in the order in which they were first seen.
///
/// Append-only: a code never changes its text. Codes depend on reading order and must therefore
/// never decide a result; sort or compare by text. Not safe for use by several threads while texts
/// are added.
public final class Dictionary {
  /// The code of a missing text.
  public static final int MISSING = -1;

  private final Map<String, Integer> codes;
  private final List<String> texts;

  public Dictionary() {
    this(new HashMap<>(), new ArrayList<>());
  }

  private Dictionary(Map<String, Integer> codes, List<String> texts) {
    this.codes = codes;
    this.texts = texts;
  }

  /// The texts so far under their codes, for other threads while more are added here. To be read by
  /// code alone: nothing can be added to it or found in it.
  public Dictionary frozen() {
    return new Dictionary(Map.of(), List.copyOf(texts));
  }

  /// The code of `text`, added if new; [#MISSING] for null.
  public int code(@Nullable String text) {
    if (text == null) {
      return MISSING;
    }
    Integer known = codes.get(text);
    if (known != null) {
      return known;
    }
    int code = texts.size();
    codes.put(text, code);
    texts.add(text);
    return code;
  }

  /// The code of `text`, or [#MISSING] if it was never added.
  public int find(@Nullable String text) {
    return text == null ? MISSING : codes.getOrDefault(text, MISSING);
  }

  /// The text of a code; null for [#MISSING].
  public @Nullable String text(int code) {
    return code == MISSING ? null : texts.get(code);
  }

  public int size() {
    return texts.size();
  }
}
