package dev.gnomon.learners;

import dev.gnomon.models.Settings;
import java.util.Arrays;

/// Weights of members that are not negative and add up to 1.
final class MemberWeights {
  private static final int STEPS = 2000;

  private MemberWeights() {}

  static double[] equal(int members) {
    double[] weights = new double[members];
    Arrays.fill(weights, 1.0 / members);
    return weights;
  }

  /// As stated, `0.3, 0.7`, divided by their sum; equal where nothing is stated.
  static double[] stated(Settings read, String text, int members) {
    if (text.isBlank()) {
      return equal(members);
    }
    String[] parts = text.split(",", -1);
    double[] weights = new double[parts.length];
    double sum = 0;
    boolean good = parts.length == members;
    for (int i = 0; i < parts.length; i++) {
      try {
        weights[i] = Double.parseDouble(parts[i].strip());
      } catch (NumberFormatException e) {
        good = false;
      }
      good &= weights[i] >= 0 && Double.isFinite(weights[i]);
      sum += weights[i];
    }
    if (!good || !(sum > 0)) {
      read.problem(
          "weights",
          "'%s'".formatted(text),
          "%d numbers, none negative, not all 0".formatted(members));
      return equal(members);
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /// The weights with the least mean loss of the weighted scores: a convex problem on the simplex,
  /// by exponentiated gradient steps (Kivinen and Warmuth 1997) with a step that grows while the
  /// loss falls and is halved when it does not.
  ///
  /// @param scores member by member for each row
  /// @param loss convex in the score
  static double[] learnt(
      float[] scores, int members, float[] targets, float[] rowWeights, PointLoss loss) {
    double[] weights = equal(members);
    double[] next = new double[members];
    double[] gradient = new double[members];
    double step = 1;
    double reached = gradient(scores, targets, rowWeights, loss, weights, gradient);
    for (int i = 0; i < STEPS && step > 1e-9; i++) {
      double least = Arrays.stream(gradient).min().orElse(0);
      double sum = 0;
      for (int m = 0; m < members; m++) {
        next[m] = weights[m] * Math.exp(-step * (gradient[m] - least));
        sum += next[m];
      }
      for (int m = 0; m < members; m++) {
        next[m] /= sum;
      }
      double[] nextGradient = new double[members];
      double found = gradient(scores, targets, rowWeights, loss, next, nextGradient);
      if (found <= reached) {
        double moved = 0;
        for (int m = 0; m < members; m++) {
          moved = Math.max(moved, Math.abs(next[m] - weights[m]));
        }
        System.arraycopy(next, 0, weights, 0, members);
        System.arraycopy(nextGradient, 0, gradient, 0, members);
        reached = found;
        step *= 1.5;
        if (moved < 1e-9) {
          break;
        }
      } else {
        step /= 2;
      }
    }
    return weights;
  }

  /// The mean loss, and its gradient in the weights.
  private static double gradient(
      float[] scores,
      float[] targets,
      float[] rowWeights,
      PointLoss loss,
      double[] weights,
      double[] out) {
    int members = weights.length;
    double sum = 0;
    double total = 0;
    Arrays.fill(out, 0);
    for (int i = 0; i < targets.length; i++) {
      double z = 0;
      for (int m = 0; m < members; m++) {
        z += weights[m] * scores[i * members + m];
      }
      sum += rowWeights[i] * loss.value(z, targets[i]);
      double slope = rowWeights[i] * loss.slope(z, targets[i]);
      for (int m = 0; m < members; m++) {
        out[m] += slope * scores[i * members + m];
      }
      total += rowWeights[i];
    }
    for (int m = 0; m < members; m++) {
      out[m] /= total;
    }
    return sum / total;
  }
}
