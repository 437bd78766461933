package dev.gnomon.models.spi;

import dev.gnomon.core.Progress;
import dev.gnomon.models.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// One request to fit a model.
///
/// @param rows what to learn from, and nothing else
/// @param inner rows held out of `rows` by the caller for early stopping; may be none, then the
///   trainer does not stop early
/// @param settings as stated in the file, by name
/// @param threads part of the definition: another number may give another model
/// @param curve told of each round; the model does not depend on it
public record Fit(
    Target target,
    Rows rows,
    Rows inner,
    Map<String, String> settings,
    long seed,
    int threads,
    Progress progress,
    Curve curve) {

  /// Without a curve.
  public Fit(
      Target target,
      Rows rows,
      Rows inner,
      Map<String, String> settings,
      long seed,
      int threads,
      Progress progress) {
    this(target, rows, inner, settings, seed, threads, progress, Curve.NONE);
  }

  /// What is predicted.
  public enum Target {
    /// 0 or 1.
    BINARY,
    /// Any finite number.
    NUMBER
  }

  /// @param targets 0 or 1, or any finite number, per row
  /// @param weights per row, positive
  /// @param groups 0 and up per row: rows of one group (one entity) must not be torn apart by folds
  ///   inside a trainer
  public record Rows(Matrix inputs, float[] targets, float[] weights, int[] groups) {
    public Rows {
      int rows = inputs.rows();
      if (targets.length != rows || weights.length != rows || groups.length != rows) {
        throw new IllegalArgumentException(
            "%d rows with %d targets, %d weights and %d groups"
                .formatted(rows, targets.length, weights.length, groups.length));
      }
    }

    /// Rows that each are a group of their own.
    public static Rows of(Matrix inputs, float[] targets, float[] weights) {
      int[] groups = new int[inputs.rows()];
      Arrays.setAll(groups, i -> i);
      return new Rows(inputs, targets, weights, groups);
    }

    public static Rows none(List<String> names) {
      return of(new Matrix(names, new float[0], 0), new float[0], new float[0]);
    }

    public int size() {
      return inputs.rows();
    }
  }

  /// The same rows and circumstances for another trainer; its rounds are no points of this curve.
  public Fit with(Map<String, String> others) {
    return new Fit(target, rows, inner, others, seed, threads, progress);
  }
}
