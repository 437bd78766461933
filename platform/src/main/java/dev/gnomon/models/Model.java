package dev.gnomon.models;

import java.nio.file.Path;

/// A fitted, immutable model of one target. Safe for use by several threads; scoring allocates
/// nothing.
public interface Model {
  /// The trainer's name, and the name under which a [dev.gnomon.models.spi.ModelReader] reads it
  /// back.
  String kind();

  /// How many inputs a row has.
  int inputs();

  /// What [#margin] is; scores, calibration and explanations follow it.
  default Output output() {
    return Output.LOG_ODDS;
  }

  /// The model's raw output for the row that starts at `offset`: log-odds, unless [#output] says
  /// otherwise.
  double margin(float[] row, int offset);

  /// The raw output of `count` rows that stand one after the other; equal to [#margin] row by row.
  default void margins(float[] rows, int count, double[] out) {
    int width = inputs();
    for (int i = 0; i < count; i++) {
      out[i] = margin(rows, i * width);
    }
  }

  /// What each input adds to the margin, and last the base value: they add up to [#margin].
  ///
  /// @param out of length `inputs() + 1`
  void contributions(float[] row, int offset, double[] out);

  /// Writes the model in its native format into an existing, empty directory; the same model always
  /// gives the same bytes.
  void write(Path directory);
}
