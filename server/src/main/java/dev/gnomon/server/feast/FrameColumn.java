package dev.gnomon.server.feast;

import java.util.Arrays;

/// One column of a frame: where each value stands in the body.
final class FrameColumn {
  private final String name;
  private int[] begins = new int[16];
  private int[] ends = new int[16];
  private int size;

  FrameColumn(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  int size() {
    return size;
  }

  /// @param end behind the last byte; `begin` for a missing value
  void add(int begin, int end) {
    if (size == begins.length) {
      begins = Arrays.copyOf(begins, 2 * size);
      ends = Arrays.copyOf(ends, 2 * size);
    }
    begins[size] = begin;
    ends[size++] = end;
  }

  boolean missing(int row) {
    return begins[row] == ends[row];
  }

  int begin(int row) {
    return begins[row];
  }

  int end(int row) {
    return ends[row];
  }
}
