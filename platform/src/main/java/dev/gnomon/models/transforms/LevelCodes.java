package dev.gnomon.models.transforms;

import dev.gnomon.data.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/// The levels of a text column among the training rows, sorted by text, and the level of each row.
///
/// @param codes per training row the position among the levels; their number for missing
/// @param missing how many rows have none
record LevelCodes(List<String> levels, int[] codes, int missing) {
  static LevelCodes of(Column.Texts column, int[] rows) {
    int[] local = new int[column.dictionary().size()];
    List<Integer> seen = new ArrayList<>();
    int missing = 0;
    for (int row : rows) {
      int code = column.codes()[row];
      if (code < 0) {
        missing++;
      } else if (local[code]++ == 0) {
        seen.add(code);
      }
    }
    seen.sort(Comparator.comparing(code -> text(column, code)));
    Arrays.fill(local, -1);
    for (int i = 0; i < seen.size(); i++) {
      local[seen.get(i)] = i;
    }
    int[] codes = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      int code = column.codes()[rows[i]];
      codes[i] = code < 0 ? seen.size() : local[code];
    }
    return new LevelCodes(seen.stream().map(code -> text(column, code)).toList(), codes, missing);
  }

  private static String text(Column.Texts column, int code) {
    return Objects.requireNonNull(column.dictionary().text(code));
  }

  /// Rows per level; the last entry counts the missing.
  long[] counts() {
    long[] counts = new long[levels.size() + 1];
    for (int code : codes) {
      counts[code]++;
    }
    return counts;
  }

  /// Missing counts as a level.
  boolean isConstant() {
    return levels.size() + (missing > 0 ? 1 : 0) < 2;
  }
}
