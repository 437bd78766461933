package dev.gnomon.stats;

/// A logistic curve from scores to probabilities: p = 1 / (1 + exp(a f + b)); `a` is negative for a
/// score that means something.
///
/// Platt 1999 with his smoothed targets (N+ + 1) / (N+ + 2) and 1 / (N- + 2), which keep the curve
/// finite on separable data; Newton steps with backtracking (Lin, Lin, Weng 2007).
public record PlattFit(double a, double b) {

  public static PlattFit fit(double[] scores, double[] labels, double[] weights) {
    double positives = 0;
    double negatives = 0;
    for (int i = 0; i < scores.length; i++) {
      positives += weights[i] * labels[i];
      negatives += weights[i] * (1 - labels[i]);
    }
    double high = (positives + 1) / (positives + 2);
    double low = 1 / (negatives + 2);
    double a = 0;
    double b = Math.log((negatives + 1) / (positives + 1));
    double loss = loss(a, b, scores, labels, weights, high, low);
    for (int step = 0; step < 200; step++) {
      double ga = 0;
      double gb = 0;
      double haa = 1e-12;
      double hab = 0;
      double hbb = 1e-12;
      for (int i = 0; i < scores.length; i++) {
        double target = labels[i] > 0.5 ? high : low;
        double p = 1 / (1 + Math.exp(a * scores[i] + b));
        double h = weights[i] * p * (1 - p);
        double error = weights[i] * (target - p);
        ga += error * scores[i];
        gb += error;
        haa += h * scores[i] * scores[i];
        hab += h * scores[i];
        hbb += h;
      }
      double determinant = haa * hbb - hab * hab;
      double da = -(hbb * ga - hab * gb) / determinant;
      double db = -(haa * gb - hab * ga) / determinant;
      double stepSize = 1;
      double next = loss(a + da, b + db, scores, labels, weights, high, low);
      while (!(next <= loss) && stepSize > 1e-10) {
        stepSize /= 2;
        next = loss(a + stepSize * da, b + stepSize * db, scores, labels, weights, high, low);
      }
      if (!(next <= loss)) {
        break;
      }
      a += stepSize * da;
      b += stepSize * db;
      loss = next;
      if (Math.abs(da) <= 1e-11 * (1 + Math.abs(a)) && Math.abs(db) <= 1e-11 * (1 + Math.abs(b))) {
        break;
      }
    }
    return new PlattFit(a, b);
  }

  public double at(double score) {
    return 1 / (1 + Math.exp(a * score + b));
  }

  private static double loss(
      double a,
      double b,
      double[] scores,
      double[] labels,
      double[] weights,
      double high,
      double low) {
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      double target = labels[i] > 0.5 ? high : low;
      double z = a * scores[i] + b;
      // -t ln p - (1 - t) ln(1 - p) = ln(1 + e^z) - (1 - t) z, without overflow.
      double softplus = Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
      sum += weights[i] * (softplus - (1 - target) * z);
    }
    return sum;
  }
}
