package dev.gnomon.models.trees;

import java.util.Arrays;

/// How a library reads a category from a float, and where it sends those that a split lists.
public enum CategoryRule {
  /// Listed categories go right. Below 0 and from 2^24 on, a value is no category at all and goes
  /// left with the others that are not listed.
  XGBOOST {
    @Override
    int code(float value) {
      return value >= 0 && value < 1 << 24 ? (int) value : -1;
    }

    @Override
    boolean listedLeft() {
      return false;
    }
  },
  /// Listed categories go left. The fraction is cut off first, so that -0.5 is category 0.
  LIGHTGBM {
    @Override
    int code(float value) {
      return value > -1 && value < 0x1p31f ? (int) value : -1;
    }

    @Override
    boolean listedLeft() {
      return true;
    }
  };

  /// The category of a value that is not missing, -1 for what is none.
  abstract int code(float value);

  abstract boolean listedLeft();

  /// @param list ascending
  boolean left(int[] list, float value) {
    int code = code(value);
    return (code >= 0 && Arrays.binarySearch(list, code) >= 0) == listedLeft();
  }
}
