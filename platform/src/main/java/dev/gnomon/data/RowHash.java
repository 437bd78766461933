package dev.gnomon.data;

import java.util.Arrays;

/// 64-bit hashes of values and rows, equal for equal content whatever the dictionary.
///
/// With n distinct rows two of them share a hash with probability n²/2^65: 1e-5 at 20 million. Used
/// to find duplicates for reports, never to drop rows.
final class RowHash {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final int[] columns;
  private final long[][] known;
  private final Dictionary[] dictionaries;

  /// @param columns positions in the batches to come
  RowHash(int... columns) {
    this.columns = columns.clone();
    this.known = new long[columns.length][0];
    this.dictionaries = new Dictionary[columns.length];
    Arrays.setAll(dictionaries, i -> new Dictionary());
  }

  long of(Table table, int row) {
    long hash = columns.length;
    for (int i = 0; i < columns.length; i++) {
      hash = mix(hash * 31 + value(table.column(columns[i]), i, row));
    }
    return hash;
  }

  /// Whether every one of the columns is missing in a row.
  boolean allMissing(Table table, int row) {
    for (int column : columns) {
      if (!table.column(column).missing(row)) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // codes belong to one dictionary object
  private long value(Column column, int slot, int row) {
    return switch (column) {
      // -0 and 0 are one number.
      case Column.Numbers numbers -> mix(Double.doubleToLongBits(numbers.values()[row] + 0.0));
      case Column.Moments moments -> mix(moments.micros()[row]);
      case Column.Texts texts -> {
        int code = texts.codes()[row];
        if (code < 0) {
          yield GOLDEN;
        }
        if (dictionaries[slot] != texts.dictionary()) {
          dictionaries[slot] = texts.dictionary();
          known[slot] = new long[0];
        }
        if (code >= known[slot].length) {
          known[slot] = Arrays.copyOf(known[slot], Math.max(code + 1, known[slot].length * 2));
        }
        if (known[slot][code] == 0) {
          known[slot][code] = text(texts.dictionary().text(code));
        }
        yield known[slot][code];
      }
    };
  }

  private static long text(@org.jspecify.annotations.Nullable String text) {
    long hash = GOLDEN;
    if (text != null) {
      for (int i = 0; i < text.length(); i++) {
        hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        hash ^= hash >>> 29;
      }
    }
    return mix(hash) | 1;
  }

  private static long mix(long x) {
    long hash = (x ^ (x >>> 32)) * GOLDEN;
    hash = (hash ^ (hash >>> 29)) * 0xBF58476D1CE4E5B9L;
    return hash ^ (hash >>> 32);
  }
}
