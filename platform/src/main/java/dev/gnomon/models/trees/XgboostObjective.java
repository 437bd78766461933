package dev.gnomon.models.trees;

import dev.gnomon.models.Output;

/// The objectives of XGBoost whose model gives one number per row, and what that number is.
///
/// The base score in a file is on the scale of predictions, whichever version wrote it (0.5 by
/// default in version 1, estimated from the targets since 2); XGBoost takes it to the scale of
/// margins in single precision.
enum XgboostObjective {
  LOGISTIC("binary:logistic", Output.LOG_ODDS),
  /// Its own prediction is the log-odds, and so is its base score; the score here is their
  /// probability.
  LOGIT_RAW("binary:logitraw", Output.LOG_ODDS),
  HINGE("binary:hinge", Output.SIDE),
  SHARE("reg:logistic", Output.LOG_ODDS),
  SQUARED("reg:squarederror", Output.NUMBER),
  LINEAR("reg:linear", Output.NUMBER),
  SQUARED_LOG("reg:squaredlogerror", Output.NUMBER),
  PSEUDO_HUBER("reg:pseudohubererror", Output.NUMBER),
  ABSOLUTE("reg:absoluteerror", Output.NUMBER),
  POISSON("count:poisson", Output.LOG_NUMBER),
  GAMMA("reg:gamma", Output.LOG_NUMBER),
  TWEEDIE("reg:tweedie", Output.LOG_NUMBER);

  private final String text;
  private final Output output;

  XgboostObjective(String text, Output output) {
    this.text = text;
    this.output = output;
  }

  Output output() {
    return output;
  }

  /// @throws IllegalArgumentException saying why this one can't be scored
  static XgboostObjective of(String text) {
    for (XgboostObjective objective : values()) {
      if (objective.text.equals(text)) {
        return objective;
      }
    }
    String why =
        switch (text.replaceAll(":.*", "")) {
          case "multi" -> " gives several numbers per row";
          case "rank" -> " only orders the rows of one query";
          case "survival" -> " gives a hazard or a censored time, no probability and no number";
          default -> " is not known here";
        };
    throw new IllegalArgumentException("objective '%s'%s".formatted(text, why));
  }

  /// @throws IllegalArgumentException for a base score outside of the predictions
  float margin(float score) {
    if (this == LOGIT_RAW && Float.isFinite(score)) {
      return score;
    }
    boolean valid =
        switch (output) {
          case LOG_ODDS, PROBABILITY -> score > 0 && score < 1;
          case LOG_NUMBER -> score > 0 && Float.isFinite(score);
          case NUMBER, SIDE -> Float.isFinite(score);
        };
    if (!valid) {
      throw new IllegalArgumentException("base score " + score);
    }
    return switch (output) {
      case LOG_ODDS, PROBABILITY -> (float) -Math.log(1f / score - 1f);
      case LOG_NUMBER -> (float) Math.log(score);
      case NUMBER, SIDE -> score;
    };
  }
}
