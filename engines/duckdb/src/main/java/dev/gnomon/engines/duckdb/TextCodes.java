package dev.gnomon.engines.duckdb;

import static dev.gnomon.engines.duckdb.DuckDbNative.MEMORY;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.gnomon.data.Dictionary;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Finds the dictionary code of a string without making it: a hash table over DuckDB's 16-byte
/// string descriptors. A Java string is made once per distinct text.
///
/// Open addressing with linear probing, at most half full. For a text of up to 12 bytes the
/// descriptor holds all of it and is the key; for a longer one the key is its length and first four
/// bytes together with a hash, and the bytes are compared.
final class TextCodes {
  /// Stands for the bytes of a text that the descriptor holds.
  private static final byte[] INSIDE = {};

  private final Dictionary dictionary;
  private long[] first = new long[256];
  private long[] second = new long[256];
  private int[] codes = new int[256];
  private byte[][] bytes = new byte[256][];
  private int used;

  TextCodes(Dictionary dictionary) {
    this.dictionary = dictionary;
    Arrays.fill(codes, -1);
  }

  /// @param low the first eight bytes of the descriptor: the length in the lower half
  /// @param high the last eight bytes: the text's, or a pointer
  int code(long low, long high) {
    int length = (int) low;
    return length <= Chunks.INLINE ? shortCode(low, high, length) : longCode(low, high, length);
  }

  private int shortCode(long low, long high, int length) {
    int mask = codes.length - 1;
    int slot = mix(low, high) & mask;
    while (codes[slot] >= 0) {
      if (first[slot] == low && second[slot] == high && bytes[slot].length == 0) {
        return codes[slot];
      }
      slot = (slot + 1) & mask;
    }
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = (byte) (i < 4 ? low >>> (32 + 8 * i) : high >>> (8 * (i - 4)));
    }
    return add(slot, low, high, INSIDE, text);
  }

  private int longCode(long low, long pointer, int length) {
    long hash = hash(pointer, length);
    int mask = codes.length - 1;
    int slot = mix(low, hash) & mask;
    while (codes[slot] >= 0) {
      byte[] known = bytes[slot];
      if (first[slot] == low
          && second[slot] == hash
          && known.length == length
          && MemorySegment.mismatch(
                  MEMORY, pointer, pointer + length, MemorySegment.ofArray(known), 0, length)
              < 0) {
        return codes[slot];
      }
      slot = (slot + 1) & mask;
    }
    byte[] text = new byte[length];
    MemorySegment.copy(MEMORY, JAVA_BYTE, pointer, text, 0, length);
    return add(slot, low, hash, text, text);
  }

  private int add(int slot, long low, long high, byte[] kept, byte[] text) {
    int code = dictionary.code(new String(text, StandardCharsets.UTF_8));
    put(slot, low, high, kept, code);
    if (++used * 2 > codes.length) {
      grow();
    }
    return code;
  }

  private void put(int slot, long low, long high, byte[] kept, int code) {
    first[slot] = low;
    second[slot] = high;
    bytes[slot] = kept;
    codes[slot] = code;
  }

  private void grow() {
    long[] oldFirst = first;
    long[] oldSecond = second;
    int[] oldCodes = codes;
    byte[][] oldBytes = bytes;
    int capacity = oldCodes.length * 2;
    first = new long[capacity];
    second = new long[capacity];
    codes = new int[capacity];
    bytes = new byte[capacity][];
    Arrays.fill(codes, -1);
    for (int i = 0; i < oldCodes.length; i++) {
      if (oldCodes[i] >= 0) {
        int slot = mix(oldFirst[i], oldSecond[i]) & (capacity - 1);
        while (codes[slot] >= 0) {
          slot = (slot + 1) & (capacity - 1);
        }
        put(slot, oldFirst[i], oldSecond[i], oldBytes[i], oldCodes[i]);
      }
    }
  }

  private static long hash(long pointer, int length) {
    long hash = length;
    int i = 0;
    for (; i + 8 <= length; i += 8) {
      hash = (hash ^ MEMORY.get(JAVA_LONG_UNALIGNED, pointer + i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    for (; i < length; i++) {
      hash = (hash ^ MEMORY.get(JAVA_BYTE, pointer + i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    return hash;
  }

  private static int mix(long a, long b) {
    long hash = (a ^ Long.rotateLeft(b * 0x9E3779B97F4A7C15L, 31)) * 0xC2B2AE3D27D4EB4FL;
    return (int) (hash ^ (hash >>> 32));
  }
}
