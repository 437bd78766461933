package dev.gnomon.learners;

import dev.gnomon.models.spi.Fit;

/// Centre and spread of a target, so that tolerances and rates mean the same in every unit.
///
/// @param spread the weighted standard deviation; 1 where the target never varies
record Standard(double mean, double spread) {
  static final Standard NONE = new Standard(0, 1);

  static Standard of(Fit.Rows rows) {
    double mean = BaseRate.mean(rows.targets(), rows.weights());
    double sum = 0;
    double total = 0;
    for (int i = 0; i < rows.size(); i++) {
      double distance = rows.targets()[i] - mean;
      sum += rows.weights()[i] * distance * distance;
      total += rows.weights()[i];
    }
    double spread = total > 0 ? Math.sqrt(sum / total) : 0;
    return new Standard(mean, spread > 0 ? spread : 1);
  }

  float[] apply(float[] targets) {
    float[] found = new float[targets.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = (float) ((targets[i] - mean) / spread);
    }
    return found;
  }
}
