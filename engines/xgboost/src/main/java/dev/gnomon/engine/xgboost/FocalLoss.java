package dev.gnomon.engine.xgboost;

import java.util.List;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.IEvaluation;
import ml.dmlc.xgboost4j.java.IObjective;
import ml.dmlc.xgboost4j.java.XGBoostError;

/// Focal loss of a probability p: -a (1 - p)^g log p for a positive, -(1 - a) p^g log(1 - p) for a
/// negative, each times the row's weight. Rows that are already told apart count less, the more so
/// the larger g; with g = 0 and a = 1/2 it is half of the log loss.
///
/// Lin, Goyal, Girshick, He, Dollar: Focal loss for dense object detection (2017). The loss is not
/// convex in the margin z: where its second derivative is small or negative, a small positive
/// number stands in, which shortens no step towards the minimum but keeps every leaf finite.
/// Probabilities that minimise it are pulled towards one half and need the calibration that
/// follows.
record FocalLoss(double alpha, double gamma) implements IObjective, IEvaluation {
  private static final double FLATTEST = 1e-6;

  /// First derivative by the margin, for a positive; a negative is its mirror image. With p = 1 /
  /// (1
  /// + e^-z) and q = 1 - p the loss is -q^g log p, its derivative q^g (g p log p - q).
  static double slope(double p, double gamma) {
    double q = 1 - p;
    return Math.pow(q, gamma) * (gamma * p * Math.log(p) - q);
  }

  /// Second derivative, kept positive.
  static double curvature(double p, double gamma) {
    double q = 1 - p;
    double logP = Math.log(p);
    // d/dz of q^g (g p log p - q), with dp/dz = p q and dq/dz = -p q.
    double value =
        Math.pow(q, gamma)
            * (-gamma * p * (gamma * p * logP - q) + p * q * (gamma * (logP + 1) + 1));
    return Math.max(value, FLATTEST);
  }

  /// The loss of one row.
  static double loss(double p, double gamma) {
    return -Math.pow(1 - p, gamma) * Math.log(p);
  }

  private double share(boolean positive) {
    return positive ? alpha : 1 - alpha;
  }

  private static double likely(double margin, boolean positive) {
    double p = 1 / (1 + Math.exp(positive ? -margin : margin));
    return Math.clamp(p, 1e-15, 1 - 1e-15);
  }

  @Override
  public List<float[]> getGradient(float[][] margins, DMatrix rows) {
    float[] labels = labels(rows);
    float[] weights = weights(rows);
    float[] first = new float[labels.length];
    float[] second = new float[labels.length];
    for (int i = 0; i < labels.length; i++) {
      boolean positive = labels[i] > 0.5;
      double p = likely(margins[i][0], positive);
      // XGBoost gives a custom objective no weights of its own.
      double scale = weights[i] * share(positive);
      first[i] = (float) (scale * (positive ? 1 : -1) * slope(p, gamma));
      second[i] = (float) (scale * curvature(p, gamma));
    }
    return List.of(first, second);
  }

  @Override
  public String getMetric() {
    return "focal";
  }

  /// The mean loss, for early stopping.
  @Override
  public float eval(float[][] probabilities, DMatrix rows) {
    float[] labels = labels(rows);
    float[] weights = weights(rows);
    double sum = 0;
    double weight = 0;
    for (int i = 0; i < labels.length; i++) {
      boolean positive = labels[i] > 0.5;
      double p = positive ? probabilities[i][0] : 1 - (double) probabilities[i][0];
      sum += weights[i] * share(positive) * loss(Math.clamp(p, 1e-15, 1 - 1e-15), gamma);
      weight += weights[i];
    }
    return (float) (sum / weight);
  }

  private static float[] labels(DMatrix rows) {
    try {
      return rows.getLabel();
    } catch (XGBoostError e) {
      throw new IllegalStateException(e);
    }
  }

  private static float[] weights(DMatrix rows) {
    try {
      return rows.getWeight();
    } catch (XGBoostError e) {
      throw new IllegalStateException(e);
    }
  }
}
