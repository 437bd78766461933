package dev.gnomon.artifacts;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// CRC-32C of each mebibyte of a content, so that any range of it can be checked without reading
/// the rest, and before any of it is given out. They are against damage; that a content is the one
/// that was meant says its SHA-256.
final class BlockSums {
  static final int BLOCK = 1 << 20;

  private final CRC32C sum = new CRC32C();
  private int[] sums = new int[4];
  private int blocks;
  private int filled;

  void update(byte[] bytes, int from, int length) {
    int at = from;
    int left = length;
    while (left > 0) {
      int take = Math.min(left, BLOCK - filled);
      sum.update(bytes, at, take);
      filled += take;
      at += take;
      left -= take;
      if (filled == BLOCK) {
        end();
      }
    }
  }

  private void end() {
    if (blocks == sums.length) {
      sums = Arrays.copyOf(sums, blocks * 2);
    }
    sums[blocks++] = (int) sum.getValue();
    sum.reset();
    filled = 0;
  }

  /// Of everything so far; nothing may be added after.
  byte[] bytes() {
    if (filled > 0) {
      end();
    }
    ByteBuffer out = ByteBuffer.allocate(blocks * Integer.BYTES);
    for (int i = 0; i < blocks; i++) {
      out.putInt(sums[i]);
    }
    return out.array();
  }

  static int sum(byte[] bytes, int length) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, length);
    return (int) sum.getValue();
  }
}
