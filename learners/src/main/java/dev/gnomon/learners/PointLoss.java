package dev.gnomon.learners;

/// What one row costs as a function of its margin z and its target y, with both derivatives in z.
///
/// A classification target is 0 or 1. Where a loss has a corner its slope is the one of the flat
/// side, and its curvature 0.
sealed interface PointLoss {
  double value(double z, double y);

  double slope(double z, double y);

  double curvature(double z, double y);

  /// Whether the curvature is the same everywhere, so that one quadratic is the whole loss.
  default boolean quadratic() {
    return false;
  }

  /// ln(1 + e^z), without overflow.
  static double softplus(double z) {
    return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  }

  static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  /// Minus the log-likelihood of a 0 or 1.
  record Log() implements PointLoss {
    @Override
    public double value(double z, double y) {
      return softplus(z) - y * z;
    }

    @Override
    public double slope(double z, double y) {
      return sigmoid(z) - y;
    }

    @Override
    public double curvature(double z, double y) {
      double p = sigmoid(z);
      return p * (1 - p);
    }
  }

  /// Log loss scaled down where the row is already easy: -a (1 - q)^gamma ln q, with q the
  /// probability given to the class that happened and a = alpha for positives, 1 - alpha for
  /// negatives (Lin and others 2017, equation 5). Not convex: far on the wrong side its curvature
  /// is negative.
  record Focal(double alpha, double gamma) implements PointLoss {
    @Override
    public double value(double z, double y) {
      double m = y > 0.5 ? z : -z;
      return share(y) * Math.pow(sigmoid(-m), gamma) * softplus(-m);
    }

    @Override
    public double slope(double z, double y) {
      double m = y > 0.5 ? z : -z;
      double q = sigmoid(m);
      double r = sigmoid(-m);
      double inM = -Math.pow(r, gamma) * (gamma * q * softplus(-m) + r);
      return share(y) * (y > 0.5 ? inM : -inM);
    }

    @Override
    public double curvature(double z, double y) {
      double m = y > 0.5 ? z : -z;
      double q = sigmoid(m);
      double r = sigmoid(-m);
      // d/dm of -r^g (g q s + r), with s = softplus(-m): r' = q' = q r up to sign, s' = -r.
      double inner = gamma * q * softplus(-m) + r;
      double turned = gamma * q * r * softplus(-m) - gamma * q * r - q * r;
      return share(y) * (gamma * q * Math.pow(r, gamma) * inner - Math.pow(r, gamma) * turned);
    }

    private double share(double y) {
      return y > 0.5 ? alpha : 1 - alpha;
    }
  }

  /// Log loss of a score that is a probability itself, kept 1e-6 away from 0 and 1.
  record LogOfProbability() implements PointLoss {
    private static final double LEAST = 1e-6;

    @Override
    public double value(double z, double y) {
      double p = Math.clamp(z, LEAST, 1 - LEAST);
      return y > 0.5 ? -Math.log(p) : -Math.log1p(-p);
    }

    @Override
    public double slope(double z, double y) {
      double p = Math.clamp(z, LEAST, 1 - LEAST);
      return y > 0.5 ? -1 / p : 1 / (1 - p);
    }

    @Override
    public double curvature(double z, double y) {
      double p = Math.clamp(z, LEAST, 1 - LEAST);
      return y > 0.5 ? 1 / (p * p) : 1 / ((1 - p) * (1 - p));
    }
  }

  /// max(0, 1 - margin on the right side).
  record Hinge() implements PointLoss {
    @Override
    public double value(double z, double y) {
      return Math.max(0, 1 - (y > 0.5 ? z : -z));
    }

    @Override
    public double slope(double z, double y) {
      double m = y > 0.5 ? z : -z;
      return m >= 1 ? 0 : y > 0.5 ? -1 : 1;
    }

    @Override
    public double curvature(double z, double y) {
      return 0;
    }
  }

  /// The square of [Hinge].
  record SquaredHinge() implements PointLoss {
    @Override
    public double value(double z, double y) {
      double missing = Math.max(0, 1 - (y > 0.5 ? z : -z));
      return missing * missing;
    }

    @Override
    public double slope(double z, double y) {
      double missing = Math.max(0, 1 - (y > 0.5 ? z : -z));
      return (y > 0.5 ? -2 : 2) * missing;
    }

    @Override
    public double curvature(double z, double y) {
      return (y > 0.5 ? z : -z) < 1 ? 2 : 0;
    }
  }

  /// The square of the distance beyond epsilon.
  record SquaredTube(double epsilon) implements PointLoss {
    @Override
    public double value(double z, double y) {
      double beyond = Math.max(0, Math.abs(z - y) - epsilon);
      return beyond * beyond;
    }

    @Override
    public double slope(double z, double y) {
      return 2 * Math.copySign(Math.max(0, Math.abs(z - y) - epsilon), z - y);
    }

    @Override
    public double curvature(double z, double y) {
      return Math.abs(z - y) > epsilon ? 2 : 0;
    }
  }

  /// (z - y)^2 / 2.
  record Squared() implements PointLoss {
    @Override
    public double value(double z, double y) {
      return (z - y) * (z - y) / 2;
    }

    @Override
    public double slope(double z, double y) {
      return z - y;
    }

    @Override
    public double curvature(double z, double y) {
      return 1;
    }

    @Override
    public boolean quadratic() {
      return true;
    }
  }

  /// Squared up to a distance of delta, linear beyond it (Huber 1964).
  record Huber(double delta) implements PointLoss {
    @Override
    public double value(double z, double y) {
      double distance = Math.abs(z - y);
      return distance <= delta ? distance * distance / 2 : delta * (distance - delta / 2);
    }

    @Override
    public double slope(double z, double y) {
      return Math.clamp(z - y, -delta, delta);
    }

    @Override
    public double curvature(double z, double y) {
      return Math.abs(z - y) <= delta ? 1 : 0;
    }
  }
}
