package dev.gnomon.learners.trees;

import dev.gnomon.models.Matrix;
import java.util.Arrays;

/// The inputs, column by column, as small integers that order as the values do.
///
/// Up to a stated number of rows every distinct value has a bin of its own, and splits are exact;
/// beyond, a column has at most `most` bins of about equally many rows, cut at quantiles of up to
/// 200,000 evenly spaced rows. Missing values have the bin behind the last one. A bin knows the
/// least and greatest value that fell into it, so that a threshold lies in the middle of the gap
/// between two bins that hold rows.
final class Bins {
  private static final int SAMPLE = 200_000;
  private static final int MOST_EXACT = 65_000;

  private final int rows;
  private final int[] present;
  private final byte[][] narrow;
  private final char[][] wide;
  private final float[][] least;
  private final float[][] greatest;

  private Bins(int rows, int width) {
    this.rows = rows;
    this.present = new int[width];
    this.narrow = new byte[width][];
    this.wide = new char[width][];
    this.least = new float[width][];
    this.greatest = new float[width][];
  }

  /// @param most bins of present values per column, 2 to 255
  /// @param exactUpTo up to how many rows every value has its own bin
  static Bins of(Matrix matrix, int most, int exactUpTo, Workers workers) {
    Bins bins = new Bins(matrix.rows(), matrix.width());
    boolean exact = matrix.rows() <= Math.min(exactUpTo, MOST_EXACT);
    workers.run(matrix.width(), column -> bins.fill(matrix, column, exact ? MOST_EXACT : most));
    return bins;
  }

  private void fill(Matrix matrix, int column, int most) {
    int width = matrix.width();
    float[] all = matrix.values();
    float[] cuts = cuts(matrix, column, most);
    int count = cuts.length + 1;
    float[] low = new float[count];
    float[] high = new float[count];
    Arrays.fill(low, Float.POSITIVE_INFINITY);
    Arrays.fill(high, Float.NEGATIVE_INFINITY);
    byte[] small = count <= 255 ? new byte[rows] : new byte[0];
    char[] large = count <= 255 ? new char[0] : new char[rows];
    for (int i = 0; i < rows; i++) {
      float value = all[i * width + column];
      int bin = count;
      if (!Float.isNaN(value)) {
        bin = bin(cuts, value);
        low[bin] = Math.min(low[bin], value);
        high[bin] = Math.max(high[bin], value);
      }
      if (count <= 255) {
        small[i] = (byte) bin;
      } else {
        large[i] = (char) bin;
      }
    }
    present[column] = count;
    narrow[column] = small;
    wide[column] = large;
    least[column] = low;
    greatest[column] = high;
  }

  /// The first value of every bin but the first.
  private float[] cuts(Matrix matrix, int column, int most) {
    int width = matrix.width();
    int step = Math.max(1, rows / SAMPLE);
    float[] sample = new float[(rows + step - 1) / Math.max(1, step)];
    int size = 0;
    for (int i = 0; i < rows; i += step) {
      float value = matrix.values()[i * width + column];
      if (!Float.isNaN(value)) {
        // -0 sorts before 0 and yet is equal to it.
        sample[size++] = value + 0f;
      }
    }
    Arrays.sort(sample, 0, size);
    int distinct = 0;
    for (int i = 0; i < size; i++) {
      distinct += i == 0 || sample[i] != sample[i - 1] ? 1 : 0;
    }
    float[] cuts = new float[Math.max(0, Math.min(distinct, most) - 1)];
    int found = 0;
    int open = 0;
    int left = size;
    for (int i = 1; i < size && found < cuts.length; i++) {
      open++;
      if (sample[i] == sample[i - 1]) {
        continue;
      }
      int bins = cuts.length + 1 - found;
      if (distinct <= most || (long) open * bins >= left) {
        cuts[found++] = sample[i];
        left -= open;
        open = 0;
      }
    }
    return Arrays.copyOf(cuts, found);
  }

  /// How many cuts are not above the value.
  private static int bin(float[] cuts, float value) {
    int low = 0;
    int high = cuts.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cuts[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  int rows() {
    return rows;
  }

  int width() {
    return present.length;
  }

  /// Bins of present values; the bin of missing ones has this number.
  int present(int column) {
    return present[column];
  }

  boolean isNarrow(int column) {
    return present[column] <= 255;
  }

  /// Bins of a column with at most 255 of them, as unsigned bytes.
  byte[] narrow(int column) {
    return narrow[column];
  }

  char[] wide(int column) {
    return wide[column];
  }

  int bin(int column, int row) {
    return isNarrow(column) ? narrow[column][row] & 0xFF : wide[column][row];
  }

  /// The last bin below a number drawn evenly between the values of two bins; never the higher one.
  ///
  /// @param chance in [0, 1)
  int drawn(int column, int lowest, int highest, double chance) {
    double low = least[column][lowest];
    double high = greatest[column][highest];
    double drawn = low + chance * (high - low);
    if (!Double.isFinite(drawn)) {
      return lowest + (int) (chance * (highest - lowest));
    }
    int from = lowest;
    int to = highest - 1;
    while (from < to) {
      int middle = (from + to + 1) >>> 1;
      if (greatest[column][middle] <= drawn) {
        from = middle;
      } else {
        to = middle - 1;
      }
    }
    return from;
  }

  /// The threshold between two bins: values of the lower one are below it, those of the upper one
  /// are not. The middle of the gap, as other libraries place it.
  float threshold(int column, int lower, int upper) {
    double middle = greatest[column][lower] / 2.0 + least[column][upper] / 2.0;
    if (Double.isNaN(middle)) {
      return 0;
    }
    // The least float above the middle: x < threshold is then x <= middle.
    float rounded = (float) middle;
    return rounded <= middle ? Math.nextUp(rounded) : rounded;
  }
}
