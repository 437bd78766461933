package dev.gnomon.engines.onnx;

import dev.gnomon.models.Calibration;

/// Calibration in ONNX, in double precision.
final class CalibrationNodes {
  private static final double LEAST = 1e-15;

  private CalibrationNodes() {}

  static Matrix apply(Calibration calibration, Matrix score) {
    return switch (calibration) {
      case Calibration.None _ -> score;
      case Calibration.Shifted shifted -> apply(shifted.then(), shift(shifted.logOdds(), score));
      case Calibration.Platt platt -> {
        Matrix p = score.atLeast(LEAST).atMost(1 - LEAST);
        Matrix odds = p.log().minus(p.negated().plus(1).log());
        yield odds.times(platt.fit().a()).plus(platt.fit().b()).negated().logistic();
      }
      case Calibration.Isotonic isotonic ->
          Steps.through(score, isotonic.fit().x(), isotonic.fit().y());
    };
  }

  private static Matrix shift(double logOdds, Matrix p) {
    if (logOdds == 0) {
      return p;
    }
    Matrix up = p.times(Math.exp(logOdds));
    return up.over(up.plus(p.negated().plus(1)));
  }
}
