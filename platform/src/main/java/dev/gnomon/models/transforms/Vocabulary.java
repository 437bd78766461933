package dev.gnomon.models.transforms;

import java.util.Arrays;
import java.util.List;

/// Terms and their positions, found by a slice of characters without making a text of it. Open
/// addressing with linear probing, at most half full.
final class Vocabulary {
  private final String[] terms;
  private final int[] slots;
  private final int mask;

  Vocabulary(List<String> terms) {
    this.terms = terms.toArray(String[]::new);
    int size = Integer.highestOneBit(Math.max(4, terms.size() * 2 - 1)) << 1;
    this.slots = new int[size];
    this.mask = size - 1;
    Arrays.fill(slots, -1);
    for (int i = 0; i < this.terms.length; i++) {
      char[] text = this.terms[i].toCharArray();
      int slot = hash(text, 0, text.length) & mask;
      while (slots[slot] >= 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = i;
    }
  }

  List<String> terms() {
    return List.of(terms);
  }

  int size() {
    return terms.length;
  }

  /// The position of a term, or -1.
  int find(char[] text, int from, int to) {
    int slot = hash(text, from, to) & mask;
    while (slots[slot] >= 0) {
      if (equal(terms[slots[slot]], text, from, to)) {
        return slots[slot];
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  private static boolean equal(String term, char[] text, int from, int to) {
    int length = to - from;
    if (term.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (term.charAt(i) != text[from + i]) {
        return false;
      }
    }
    return true;
  }

  private static int hash(char[] text, int from, int to) {
    int h = 1;
    for (int i = from; i < to; i++) {
      h = 31 * h + text[i];
    }
    h *= 0x9E3779B1;
    return h ^ (h >>> 15);
  }
}
