package dev.gnomon.server.pages;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which way a metric gets better, told by the words of its name: of `val_log-loss` by `loss`.
/// Names that say neither or both, such as `loss_at_best_auc`, have none.
enum Direction {
  LOWER,
  HIGHER,
  UNKNOWN;

  private static final Set<String> LOW =
      Set.of(
          "loss",
          "logloss",
          "cost",
          "costs",
          "error",
          "err",
          "errors",
          "mse",
          "rmse",
          "mae",
          "mape",
          "smape",
          "wape",
          "rmsle",
          "mase",
          "wis",
          "crps",
          "brier",
          "ece",
          "mce",
          "deviance",
          "perplexity",
          "regret",
          "latency",
          "seconds",
          "millis",
          "micros",
          "bytes",
          "megabytes",
          "pinball",
          "hinge",
          "nll",
          "entropy",
          "crossentropy",
          "wer",
          "cer",
          "fpr",
          "fnr",
          "false",
          "misclassified",
          "divergence");

  private static final Set<String> HIGH =
      Set.of(
          "auc",
          "auroc",
          "auprc",
          "accuracy",
          "acc",
          "precision",
          "recall",
          "f1",
          "fbeta",
          "r2",
          "ap",
          "map",
          "ndcg",
          "mrr",
          "skill",
          "sensitivity",
          "specificity",
          "kappa",
          "mcc",
          "iou",
          "dice",
          "bleu",
          "rouge",
          "gini",
          "lift",
          "throughput",
          "saved",
          "saving",
          "savings",
          "profit",
          "revenue",
          "qini",
          "auuc",
          "silhouette");

  static Direction of(String key) {
    List<String> words =
        Arrays.asList(
            key.replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT)
                .split("[^a-z0-9]+", 64));
    // The skill of a Brier score is how much better it is than that of a constant.
    if (words.contains("skill")) {
      return HIGHER;
    }
    boolean low = words.stream().anyMatch(LOW::contains);
    boolean high = words.stream().anyMatch(HIGH::contains);
    return low == high ? UNKNOWN : low ? LOWER : HIGHER;
  }

  /// Whether a value is better than another; false where that is not known, or either is NaN.
  boolean better(double value, double than) {
    return switch (this) {
      case LOWER -> value < than;
      case HIGHER -> value > than;
      case UNKNOWN -> false;
    };
  }

  /// Text for people; empty where it is not known.
  String words() {
    return switch (this) {
      case LOWER -> "lower is better";
      case HIGHER -> "higher is better";
      case UNKNOWN -> "";
    };
  }
}
