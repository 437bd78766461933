package dev.gnomon.models.trees;

import dev.gnomon.models.Output;

/// An objective of LightGBM whose model gives one number per row, and what that number is.
///
/// @param slope times the sum of the trees is the output
record LightgbmObjective(String name, Output output, double slope) {
  /// @param text as the file has it: a name and its parameters
  /// @throws IllegalArgumentException saying why this one can't be scored
  static LightgbmObjective of(String text) {
    String[] words = LightgbmText.words(text);
    String name = words.length == 0 ? "" : words[0];
    double slope = 1;
    for (int i = 1; i < words.length; i++) {
      if (words[i].equals("sqrt")) {
        throw bad(text, "was learnt on square roots");
      }
      if (words[i].startsWith("sigmoid:")) {
        slope = Double.parseDouble(words[i].substring("sigmoid:".length()));
      }
    }
    if (!(slope > 0 && slope < Double.POSITIVE_INFINITY)) {
      throw bad(text, "has no slope");
    }
    return switch (name) {
      case "binary" -> new LightgbmObjective(name, Output.LOG_ODDS, slope);
      case "cross_entropy" -> new LightgbmObjective(name, Output.LOG_ODDS, 1);
      case "regression", "regression_l1", "huber", "fair", "quantile", "mape" ->
          new LightgbmObjective(name, Output.NUMBER, 1);
      case "poisson", "gamma", "tweedie" -> new LightgbmObjective(name, Output.LOG_NUMBER, 1);
      case "multiclass", "multiclassova" -> throw bad(text, "gives several numbers per row");
      case "lambdarank", "rank_xendcg" -> throw bad(text, "only orders the rows of one query");
      case "cross_entropy_lambda" -> throw bad(text, "gives an intensity, no probability");
      case "" -> throw bad(text, "does not say what its sum means");
      default -> throw bad(text, "is not known here");
    };
  }

  private static IllegalArgumentException bad(String text, String why) {
    return new IllegalArgumentException("objective '%s' %s".formatted(text, why));
  }
}
