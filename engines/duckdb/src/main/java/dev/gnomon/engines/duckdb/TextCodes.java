package dev.gnomon.engines.duckdb;

import static dev.gnomon.engines.duckdb.DuckDbNative.MEMORY;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.gnomon.data.Dictionary;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Finds the dictionary code of a string without making it: a hash table over DuckDB's 16-byte
/// string descriptors. A Java string is made once per distinct text.
///
/// Open addressing with linear probing, at most half full. The first half of a descriptor holds
/// length and first four bytes. For a text of up to 12 bytes the second half holds the rest, so
/// that the two halves are the key; for a longer one a hash stands there and the bytes are compared
/// too. The two can't be confused, as their lengths differ.
final class TextCodes {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final byte[] INSIDE = {};

  private final Dictionary dictionary;

  /// Both halves of a key side by side, so that a look-up touches one cache line.
  private long[] keys = new long[512];

  private int[] codes = new int[256];

  /// The bytes of longer texts; [#INSIDE] for texts that their key holds.
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
      if (keys[2 * slot] == low && keys[2 * slot + 1] == high) {
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
      if (keys[2 * slot] == low
          && keys[2 * slot + 1] == hash
          && same(bytes[slot], pointer, length)) {
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
    keys[2 * slot] = low;
    keys[2 * slot + 1] = high;
    bytes[slot] = kept;
    codes[slot] = code;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldCodes = codes;
    byte[][] oldBytes = bytes;
    int capacity = oldCodes.length * 2;
    keys = new long[2 * capacity];
    codes = new int[capacity];
    bytes = new byte[capacity][];
    Arrays.fill(codes, -1);
    for (int i = 0; i < oldCodes.length; i++) {
      if (oldCodes[i] >= 0) {
        int slot = mix(oldKeys[2 * i], oldKeys[2 * i + 1]) & (capacity - 1);
        while (codes[slot] >= 0) {
          slot = (slot + 1) & (capacity - 1);
        }
        put(slot, oldKeys[2 * i], oldKeys[2 * i + 1], oldBytes[i], oldCodes[i]);
      }
    }
  }

  /// Eight bytes at a time; the last eight may overlap those before them, as a text that is looked
  /// up here has more than twelve.
  private static boolean same(byte[] known, long pointer, int length) {
    for (int i = 0; i + 8 < length; i += 8) {
      if ((long) LONGS.get(known, i) != MEMORY.get(JAVA_LONG_UNALIGNED, pointer + i)) {
        return false;
      }
    }
    int last = length - 8;
    return (long) LONGS.get(known, last) == MEMORY.get(JAVA_LONG_UNALIGNED, pointer + last);
  }

  private static long hash(long pointer, int length) {
    long hash = length;
    for (int i = 0; i + 8 < length; i += 8) {
      hash = (hash ^ MEMORY.get(JAVA_LONG_UNALIGNED, pointer + i)) * GOLDEN;
      hash ^= hash >>> 32;
    }
    hash = (hash ^ MEMORY.get(JAVA_LONG_UNALIGNED, pointer + length - 8)) * GOLDEN;
    return hash ^ (hash >>> 32);
  }

  private static int mix(long a, long b) {
    long hash = (a ^ Long.rotateLeft(b * GOLDEN, 31)) * 0xC2B2AE3D27D4EB4FL;
    return (int) (hash ^ (hash >>> 32));
  }
}
