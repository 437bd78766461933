package dev.gnomon.models.transforms;

import dev.gnomon.core.BadInput;
import java.util.Arrays;
import java.util.List;

/// Fits principal components: the eigenvectors of the covariance matrix.
final class ComponentFit {
  private static final int MOST = 500;

  private ComponentFit() {}

  /// @param wanted below 1 the share of the variance that is kept at least, else how many
  static Components fit(Columns columns, double wanted, List<String> notes) {
    int width = columns.width();
    if (width > MOST) {
      throw new BadInput(
          "models.preprocessing.pca",
          "%,d inputs".formatted(width),
          "at most %,d; `select` first, or encode with fewer inputs".formatted(MOST));
    }
    double[] means = new double[width];
    double[][] centred = new double[width][];
    for (int i = 0; i < width; i++) {
      means[i] = Moments.of(columns.column(i)).mean();
      centred[i] = columns.column(i).clone();
      for (int r = 0; r < centred[i].length; r++) {
        double value = centred[i][r];
        centred[i][r] = Double.isNaN(value) ? 0 : value - means[i];
      }
    }
    double[][] covariance = new double[width][width];
    for (int i = 0; i < width; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int r = 0; r < columns.rows(); r++) {
          sum += centred[i][r] * centred[j][r];
        }
        covariance[i][j] = sum / Math.max(1, columns.rows() - 1);
        covariance[j][i] = covariance[i][j];
      }
    }
    Symmetric.Eigen eigen = Symmetric.eigen(covariance);
    double all = Arrays.stream(eigen.values()).sum();
    int most = 0;
    while (most < width && eigen.values()[most] > 1e-12 * eigen.values()[0]) {
      most++;
    }
    int count = 0;
    double kept = 0;
    while (count < most && (wanted < 1 ? kept < wanted * all : count < wanted)) {
      kept += eigen.values()[count++];
    }
    if (count == 0) {
      throw new BadInput(
          "models.preprocessing.pca", "no input varies", "features that differ between rows");
    }
    notes.add(
        "%d principal components of %d inputs keep %.1f %% of the variance"
            .formatted(count, width, 100 * kept / all));
    return new Components(means, Arrays.copyOf(eigen.vectors(), count));
  }
}
