package dev.gnomon.models.instances;

/// A similarity of two rows x and z, as [KernelModel] and its trainer compute it.
///
/// @param gamma scales distance or product
/// @param shift the constant of polynomial and sigmoid
/// @param degree of the polynomial
public record Kernel(Shape shape, double gamma, double shift, int degree) {
  /// The form.
  public enum Shape {
    /// (gamma x.z + shift)^degree.
    POLYNOMIAL,
    /// exp(-gamma |x - z|^2).
    RBF,
    /// tanh(gamma x.z + shift): no inner product of any space for some values, which leaves its
    /// problem without a single answer.
    SIGMOID
  }

  /// Of each row of the block with the given one.
  public void values(RowBlocks rows, int block, float[] row, int offset, double[] out) {
    int size = rows.size(block);
    switch (shape) {
      case RBF -> {
        rows.distances(block, row, offset, out);
        for (int i = 0; i < size; i++) {
          out[i] = Math.exp(-gamma * out[i]);
        }
      }
      case POLYNOMIAL -> {
        rows.products(block, row, offset, out);
        for (int i = 0; i < size; i++) {
          double base = gamma * out[i] + shift;
          double power = 1;
          for (int n = 0; n < degree; n++) {
            power *= base;
          }
          out[i] = power;
        }
      }
      case SIGMOID -> {
        rows.products(block, row, offset, out);
        for (int i = 0; i < size; i++) {
          out[i] = Math.tanh(gamma * out[i] + shift);
        }
      }
    }
  }
}
