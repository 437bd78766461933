package dev.gnomon.models.trees;

import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What boosting libraries take under the same names.
public final class BoosterSettings {
  private BoosterSettings() {}

  /// Adds what positives weigh, for a class; a number has none.
  public static void positiveWeight(Settings read, Fit fit, Map<String, Object> parameters) {
    if (fit.target() == Fit.Target.NUMBER) {
      if (read.states("scale-pos-weight")) {
        read.problem("scale-pos-weight", "a number has no positives", "leave it out");
      }
    } else {
      parameters.put("scale_pos_weight", read.number("scale-pos-weight", 1, 1e-9, 1e9));
    }
  }

  /// The signs of [Monotone] by input, separated by commas; empty when no input has one.
  public static Optional<String> monotone(Settings read, Fit fit) {
    int[] signs = Monotone.signs(read, fit.rows().inputs().names());
    return Arrays.stream(signs).allMatch(sign -> sign == 0)
        ? Optional.empty()
        : Optional.of(
            Arrays.stream(signs).mapToObj(String::valueOf).collect(Collectors.joining(",")));
  }

  /// The libraries' own seeds have 32 bits, of which the sign is not accepted.
  public static int seed(long seed) {
    return (int) ((seed ^ (seed >>> 32)) & Integer.MAX_VALUE);
  }
}
