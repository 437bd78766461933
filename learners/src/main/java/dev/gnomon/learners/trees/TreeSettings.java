package dev.gnomon.learners.trees;

import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;

/// The settings that all tree learners share.
///
/// @param bins at most, per input
/// @param exactUpTo rows up to which every value is its own bin
record TreeSettings(Growth growth, int bins, int exactUpTo) {

  /// What a learner takes when nothing is stated.
  ///
  /// @param features inputs tried per node: `all`, `sqrt`, `third`
  record Standard(int maxDepth, int minLeaf, String features, boolean randomThresholds) {}

  static TreeSettings read(Settings read, Fit fit, Standard standard) {
    boolean number = fit.target() == Fit.Target.NUMBER;
    String criterion =
        number
            ? read.choice("criterion", "variance", "variance")
            : read.choice("criterion", "gini", "gini", "entropy");
    Growth growth =
        new Growth(
            Growth.Criterion.valueOf(criterion.toUpperCase(java.util.Locale.ROOT)),
            read.integer("max-depth", standard.maxDepth(), 1, 256),
            read.integer("max-leaves", 0, 0, 10_000_000),
            read.integer("min-split", 2, 2, 1_000_000_000),
            read.integer("min-leaf", standard.minLeaf(), 1, 1_000_000_000),
            features(read, standard.features(), fit.rows().inputs().width()),
            standard.randomThresholds());
    return new TreeSettings(
        growth,
        read.integer("max-bin", 255, 2, 255),
        read.integer("exact-up-to", 10_000, 0, 65_000));
  }

  /// `all`, `sqrt`, `log2`, `third`, or a share above 0 and up to 1.
  private static int features(Settings read, String standard, int width) {
    String text = read.text("max-features", standard).strip();
    double count =
        switch (text) {
          case "all" -> width;
          case "sqrt" -> Math.sqrt(width);
          case "log2" -> Math.log(width) / Math.log(2);
          case "third" -> width / 3.0;
          default -> share(read, text) * width;
        };
    return Math.clamp((long) (count + 1e-9), 1, Math.max(1, width));
  }

  private static double share(Settings read, String text) {
    try {
      double share = Double.parseDouble(text);
      if (share > 0 && share <= 1) {
        return share;
      }
    } catch (NumberFormatException e) {
      // Reported below, as a share out of bounds is.
    }
    read.problem(
        "max-features", "'%s'".formatted(text), "all, sqrt, log2, third, or a share up to 1");
    return 1;
  }

  /// Rows below which a leaf is not worth its memory: a twenty-thousandth of all.
  static int minLeaf(int least, Fit fit) {
    return Math.max(least, fit.rows().size() / 20_000);
  }
}
