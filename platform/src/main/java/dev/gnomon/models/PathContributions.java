package dev.gnomon.models;

/// Contributions for models without a closed form: nearest neighbours, kernels, votes.
///
/// The row is reached from a background row one input after the other, in the order of the inputs,
/// and left again in the same order; an input's contribution is the mean of what its two steps
/// changed. The steps of one walk add up to the whole difference, so the contributions and the
/// background's output always add up to the margin. Each walk is one permutation and its reverse of
/// the sampling form of Shapley values (Strumbelj and Kononenko 2014; Mitchell and others 2022,
/// antithetic permutations): equal to them wherever no more than two inputs interact, and dependent
/// on the order of the inputs beyond that. It costs two margins for each input that differs from
/// the background.
public final class PathContributions {
  private PathContributions() {}

  /// @param background the row that explains nothing, commonly the training mean
  /// @param out of length `inputs() + 1`, the background's output last
  public static void of(Model model, float[] background, float[] row, int offset, double[] out) {
    int width = model.inputs();
    float[] at = background.clone();
    double base = model.margin(at, 0);
    double last = base;
    for (int j = 0; j < width; j++) {
      out[j] = 0;
      if (differs(background[j], row[offset + j])) {
        at[j] = row[offset + j];
        double now = model.margin(at, 0);
        out[j] = (now - last) / 2;
        last = now;
      }
    }
    for (int j = 0; j < width; j++) {
      if (differs(background[j], row[offset + j])) {
        at[j] = background[j];
        double now = model.margin(at, 0);
        out[j] += (last - now) / 2;
        last = now;
      }
    }
    out[width] = base;
  }

  private static boolean differs(float one, float other) {
    return Float.floatToIntBits(one) != Float.floatToIntBits(other);
  }
}
