package dev.gnomon.training;

import dev.gnomon.data.Column;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.stats.RandomStream;
import dev.gnomon.stats.SortOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;

/// The entities among some rows, in an order drawn by a seed: what is dealt out to parts and folds,
/// so that rows of one entity never stand on two sides.
///
/// The order depends on the seed and the texts of the keys alone, not on codes, on the order of the
/// rows or on the language's hash functions. Entities are dealt in strata, so that small parts keep
/// their share of each: those with and without a positive row, or, where the target is a number, by
/// tenths of their mean target.
final class Units {
  private static final int QUANTILES = 10;
  private static final int LEAST_PER_STRATUM = 10;

  private final int[] rows;
  private final int[] unitOfRow;
  private final int[][] strata;
  private final int count;

  private Units(int[] rows, int[] unitOfRow, int[][] strata, int count) {
    this.rows = rows;
    this.unitOfRow = unitOfRow;
    this.strata = strata;
    this.count = count;
  }

  static Units of(TrainingSet set, int[] rows, long seed, String purpose) {
    Column.Texts together = Together.of(set);
    int[] codes = together.codes();
    int[] unitOfCode = new int[together.dictionary().size() + 1];
    Arrays.fill(unitOfCode, -1);
    int[] unitOfRow = new int[rows.length];
    int count = 0;
    for (int i = 0; i < rows.length; i++) {
      int code = codes[rows[i]] + 1; // a missing key is one entity of its own
      if (unitOfCode[code] < 0) {
        unitOfCode[code] = count++;
      }
      unitOfRow[i] = unitOfCode[code];
    }
    long[] order = new long[count];
    String[] names = new String[count];
    RandomStream random = RandomStream.of(seed).split(purpose);
    for (int i = 0; i < rows.length; i++) {
      int unit = unitOfRow[i];
      if (names[unit] == null) {
        String text = together.dictionary().text(codes[rows[i]]);
        names[unit] = text == null ? "" : text;
        order[unit] = random.split(names[unit]).nextLong();
      }
    }
    Integer[] sorted = new Integer[count];
    Arrays.setAll(sorted, i -> i);
    Arrays.sort(
        sorted, Comparator.<Integer>comparingLong(u -> order[u]).thenComparing(u -> names[u]));
    boolean number = set.plan().useCase().frame().task().isNumber();
    int[] stratum =
        number ? byQuantile(set, rows, unitOfRow, count) : byClass(set, rows, unitOfRow, count);
    int[] sizes = new int[number ? QUANTILES : 2];
    for (int s : stratum) {
      sizes[s]++;
    }
    int[][] strata = new int[sizes.length][];
    Arrays.setAll(strata, s -> new int[sizes[s]]);
    int[] at = new int[strata.length];
    for (int unit : sorted) {
      int s = stratum[unit];
      strata[s][at[s]++] = unit;
    }
    return new Units(rows, unitOfRow, strata, count);
  }

  /// 1 for a unit with a positive row.
  private static int[] byClass(TrainingSet set, int[] rows, int[] unitOfRow, int count) {
    int[] stratum = new int[count];
    for (int i = 0; i < rows.length; i++) {
      if (set.labels()[rows[i]] == 1) {
        stratum[unitOfRow[i]] = 1;
      }
    }
    return stratum;
  }

  /// The tenth in which the mean target of a unit falls; fewer strata where units are few.
  private static int[] byQuantile(TrainingSet set, int[] rows, int[] unitOfRow, int count) {
    double[] sums = new double[count];
    int[] counts = new int[count];
    for (int i = 0; i < rows.length; i++) {
      sums[unitOfRow[i]] += set.labels()[rows[i]];
      counts[unitOfRow[i]]++;
    }
    for (int unit = 0; unit < count; unit++) {
      sums[unit] /= counts[unit];
    }
    int[] ascending = SortOrder.ascending(sums);
    int strata = Math.clamp(count / LEAST_PER_STRATUM, 1, QUANTILES);
    int[] stratum = new int[count];
    int below = 0;
    for (int i = 0; i < count; i++) {
      // Equal targets share a stratum, or the order of the rows would tell them apart.
      if (i > 0 && sums[ascending[i]] != sums[ascending[i - 1]]) {
        below = i;
      }
      stratum[ascending[i]] = (int) ((long) below * strata / count);
    }
    return stratum;
  }

  int count() {
    return count;
  }

  /// Deals the entities in the given shares; the last part takes the rest.
  ///
  /// @return per part the rows, ascending
  int[][] deal(double... shares) {
    int[] partOfUnit = new int[count];
    for (int[] stratum : strata) {
      int from = 0;
      double sum = 0;
      for (int part = 0; part <= shares.length; part++) {
        sum += part < shares.length ? shares[part] : 1;
        int to =
            part < shares.length
                ? (int) Math.min(stratum.length, Math.round(sum * stratum.length))
                : stratum.length;
        for (int i = from; i < to; i++) {
          partOfUnit[stratum[i]] = part;
        }
        from = Math.max(from, to);
      }
    }
    int[][] parts = new int[shares.length + 1][];
    for (int part = 0; part < parts.length; part++) {
      int p = part;
      parts[part] = select(i -> partOfUnit[unitOfRow[i]] == p);
    }
    return parts;
  }

  /// The fold of each row, 0 to `folds - 1`.
  int[] folds(int folds) {
    int[] foldOfUnit = new int[count];
    int next = 0;
    for (int[] stratum : strata) {
      for (int unit : stratum) {
        foldOfUnit[unit] = next++ % folds;
      }
    }
    int[] result = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      result[i] = foldOfUnit[unitOfRow[i]];
    }
    return result;
  }

  private int[] select(java.util.function.IntPredicate keep) {
    int[] found = new int[rows.length];
    int n = 0;
    for (int i = 0; i < rows.length; i++) {
      if (keep.test(i)) {
        found[n++] = rows[i];
      }
    }
    int[] result = Arrays.copyOf(found, n);
    Arrays.sort(result);
    return result;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
