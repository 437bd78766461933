package dev.gnomon.learners;

import dev.gnomon.models.spi.Fit;

/// The weighted mean of each input over the rows that have it: the row that explains nothing.
final class MeanRow {
  private MeanRow() {}

  /// NaN where an input is always missing.
  static float[] of(Fit.Rows rows) {
    int width = rows.inputs().width();
    float[] values = rows.inputs().values();
    double[] sums = new double[width];
    double[] totals = new double[width];
    for (int i = 0; i < rows.size(); i++) {
      double weight = rows.weights()[i];
      for (int j = 0; j < width; j++) {
        float value = values[i * width + j];
        if (!Float.isNaN(value)) {
          sums[j] += weight * value;
          totals[j] += weight;
        }
      }
    }
    float[] means = new float[width];
    for (int j = 0; j < width; j++) {
      means[j] = totals[j] > 0 ? (float) (sums[j] / totals[j]) : Float.NaN;
    }
    return means;
  }
}
