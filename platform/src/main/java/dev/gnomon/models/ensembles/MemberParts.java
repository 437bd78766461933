package dev.gnomon.models.ensembles;

import dev.gnomon.models.Model;
import java.util.Arrays;

/// Contributions of a weighted sum of members, each carried to the sum's scale.
///
/// On its own scale a member's contributions add up to its output r, from its base r0. On another
/// scale s they are stretched by the slope of the chord, (s(r) - s(r0)) / (r - r0) (the rescale
/// rule of DeepLIFT: Shrikumar and others 2017), so that they add up to s(r), from s(r0): exact
/// where the scale is the member's own, and additive by construction elsewhere.
final class MemberParts {
  private MemberParts() {}

  /// @param out gets the parts of sum of weights x scale(member), the base last
  static void weighted(
      Model[] members, MemberScale scale, double[] weights, float[] row, int offset, double[] out) {
    int width = members[0].inputs();
    double[] parts = new double[width + 1];
    Arrays.fill(out, 0, width + 1, 0);
    for (int m = 0; m < members.length; m++) {
      Model member = members[m];
      member.contributions(row, offset, parts);
      double raw = member.margin(row, offset);
      double base = parts[width];
      double there = scale.of(member.output(), raw);
      double from = scale.of(member.output(), base);
      double slope =
          Math.abs(raw - base) > 1e-9 * (1 + Math.abs(base))
              ? (there - from) / (raw - base)
              : scale.slope(member.output(), base);
      double sum = 0;
      for (int j = 0; j < width; j++) {
        double part = slope * parts[j];
        out[j] += weights[m] * part;
        sum += part;
      }
      out[width] += weights[m] * (there - sum);
    }
  }
}
