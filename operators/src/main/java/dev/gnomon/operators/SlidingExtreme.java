package dev.gnomon.operators;

import java.util.Arrays;

/// The smallest or greatest value among events that leave in the order of their positions and may
/// arrive out of it.
///
/// A monotone deque: positions ascend and each value is more extreme than all later ones, so that
/// the first is the answer. An event in order costs amortised constant time; a late one is placed
/// by binary search, or dropped if a later and at least as extreme one is there.
///
/// Its price: a late event moves the part of the deque behind it, which is as long as the values
/// are monotone in time.
final class SlidingExtreme {
  private final double sign;
  private int[] positions = new int[8];
  private double[] values = new double[8];
  private int head;
  private int end;

  /// @param greatest whether the greatest value is kept, otherwise the smallest
  SlidingExtreme(boolean greatest) {
    this.sign = greatest ? 1 : -1;
  }

  void clear() {
    head = 0;
    end = 0;
  }

  void add(int position, double value) {
    double key = sign * value;
    int at = end;
    if (end > head && positions[end - 1] > position) {
      int low = head;
      int high = end;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (positions[middle] > position) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      at = low;
      if (values[at] >= key) {
        return;
      }
    }
    int from = at;
    while (from > head && values[from - 1] <= key) {
      from--;
    }
    if (from == at) {
      makeRoom();
      // Making room may have moved the head to 0.
      int shifted = at - moved;
      System.arraycopy(positions, shifted, positions, shifted + 1, end - shifted);
      System.arraycopy(values, shifted, values, shifted + 1, end - shifted);
      end++;
      positions[shifted] = position;
      values[shifted] = key;
      return;
    }
    positions[from] = position;
    values[from] = key;
    if (at > from + 1) {
      System.arraycopy(positions, at, positions, from + 1, end - at);
      System.arraycopy(values, at, values, from + 1, end - at);
      end -= at - from - 1;
    }
  }

  /// Takes in a value that never leaves by itself: only the most extreme one is kept.
  void keep(double value) {
    double key = sign * value;
    if (head == end) {
      positions[end] = 0;
      values[end++] = key;
    } else if (key > values[head]) {
      values[head] = key;
    }
  }

  private int moved;

  private void makeRoom() {
    moved = 0;
    if (end < positions.length) {
      return;
    }
    if (head > positions.length / 2) {
      moved = head;
      System.arraycopy(positions, head, positions, 0, end - head);
      System.arraycopy(values, head, values, 0, end - head);
      end -= head;
      head = 0;
      return;
    }
    positions = Arrays.copyOf(positions, positions.length * 2);
    values = Arrays.copyOf(values, values.length * 2);
  }

  /// Forgets the events before this position.
  void retire(int firstPosition) {
    while (head < end && positions[head] < firstPosition) {
      head++;
    }
    if (head == end) {
      head = 0;
      end = 0;
    }
  }

  /// NaN when there is none.
  double value() {
    return head == end ? Double.NaN : sign * values[head] + 0.0;
  }
}
