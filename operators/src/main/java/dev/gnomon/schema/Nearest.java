package dev.gnomon.schema;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Finds the word a mistyped one was probably meant to be, for messages.
public final class Nearest {
  /// Longer words are not compared: the work is quadratic, and nobody mistypes a page.
  private static final int MAX_LENGTH = 100;

  private Nearest() {}

  /// The candidate with the fewest insertions, deletions, replacements and swaps of neighbours (the
  /// optimal string alignment distance), letters of either case being equal; the first one of
  /// several. Empty when more than a third of the letters would have to change.
  public static Optional<String> to(String word, Collection<String> candidates) {
    if (word.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int allowed = Math.max(1, Math.max(word.length(), candidate.length()) / 3);
      if (Math.abs(candidate.length() - word.length()) > allowed) {
        continue;
      }
      int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance <= allowed && distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return Optional.ofNullable(best);
  }

  private static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] now = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(replace, Math.min(last[j], now[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          now[j] = Math.min(now[j], before[j - 2] + 1);
        }
      }
      int[] spare = before;
      before = last;
      last = now;
      now = spare;
    }
    return last[b.length()];
  }
}
