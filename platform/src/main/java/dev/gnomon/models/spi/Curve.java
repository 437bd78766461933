package dev.gnomon.models.spi;

/// Told how good a fit is from round to round: its learning curve. A call returns at once and comes
/// from the thread that fits.
public interface Curve {
  /// Nobody looks.
  Curve NONE =
      new Curve() {
        @Override
        public void point(String metric, long round, double value) {}

        @Override
        public boolean wanted() {
          return false;
        }
      };

  /// @param metric with the rows it was measured on before it: `inner/logloss` for rows held out
  ///   for early stopping, `train/...` for those that are learned from
  /// @param round boosting round or epoch, from 1
  void point(String metric, long round, double value);

  /// Whether anybody looks: a trainer measures for the curve alone only then.
  default boolean wanted() {
    return true;
  }
}
