package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.Frame.Task;
import dev.gnomon.core.usecase.MetricNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What depends on whether a class or a number is foreseen.
///
/// @param number whether the target is a number
record TaskRules(boolean number) {
  static final List<String> OF_NUMBERS =
      List.of("rmse", "mae", "mse", "median-absolute-error", "r2", "mape", "smape", "bias");
  private static final List<String> NUMBER_DEFAULTS = List.of("rmse", "mae", "r2", "mape", "smape");
  private static final List<String> CLASS_DEFAULTS =
      List.of("roc-auc", "average-precision", "log-loss", "brier", "recall", "precision");
  private static final Set<String> ERRORS =
      Set.of("rmse", "mae", "mse", "median-absolute-error", "mape", "smape");

  static TaskRules of(String task) {
    return new TaskRules(task.equals("regression"));
  }

  static TaskRules of(Task task) {
    return new TaskRules(task == Task.REGRESSION);
  }

  List<String> defaultMetrics() {
    return number ? NUMBER_DEFAULTS : CLASS_DEFAULTS;
  }

  String defaultObjective(boolean costs) {
    return number ? "rmse" : costs ? "expected-cost" : "roc-auc";
  }

  /// What trials are compared by unless the file says so.
  String defaultTrialsBy() {
    return number ? "rmse" : "log-loss";
  }

  static boolean lowerIsBetter(String metric) {
    return ERRORS.contains(metric) || MetricNames.lowerIsBetter(metric);
  }

  /// Whether every value from 0 to 1, and no other, can be reached.
  static boolean isShare(String metric) {
    return !OF_NUMBERS.contains(metric) && MetricNames.isShare(metric);
  }

  private boolean fits(String metric) {
    return number == OF_NUMBERS.contains(metric);
  }

  private List<String> fitting() {
    List<String> names = new ArrayList<>();
    for (String name : EvaluationKeys.METRIC.now()) {
      if (fits(name)) {
        names.add(name);
      }
    }
    return names;
  }

  /// Notes a metric of the other kind of target.
  void require(String metric, Fields fields, String key, Context context) {
    if (!fits(metric)) {
      context.problem(fields, key, wrong(metric), "one of " + String.join(", ", fitting()));
    }
  }

  void require(String metric, YamlNode item, Context context) {
    if (!fits(metric)) {
      context.problems().add(item, wrong(metric), "one of " + String.join(", ", fitting()));
    }
  }

  private String wrong(String metric) {
    return number
        ? "'%s' measures classes, and the target is a number".formatted(metric)
        : "'%s' measures numbers, and the target is a class".formatted(metric);
  }

  /// Notes keys that only have a meaning where something is decided with yes or no.
  void refuse(Fields fields, Context context, String... keys) {
    for (String key : keys) {
      if (number && fields.has(key)) {
        context.problem(
            fields,
            key,
            "'%s' where a number is foreseen (frame.task: regression)".formatted(key),
            "leave it out; it needs a decision with yes or no");
      }
    }
  }
}
