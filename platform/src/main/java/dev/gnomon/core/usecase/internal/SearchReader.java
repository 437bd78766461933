package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.MetricNames;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.TrainingSection.Range;
import dev.gnomon.core.usecase.TrainingSection.Search;
import dev.gnomon.core.usecase.TrainingSection.Validation;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads `training.search` and `training.validation`.
final class SearchReader {
  private static final int TRIALS = 30;

  /// What can be compared between trials without knowing where yes begins.
  private static final Set<String> WITHOUT_A_LINE =
      Set.of("roc-auc", "average-precision", "log-loss", "brier", "rmse", "mae", "r2");

  private SearchReader() {}

  static Search search(Fields search, Stakes stakes, TaskRules rules, Context context) {
    Search.Method method = Words.of(Search.Method.class, search.text("method", "none"));
    boolean none = method == Search.Method.NONE;
    if (none && search.isRight()) {
      for (String key : List.of("trials", "seconds", "space", "parallel")) {
        if (search.has(key)) {
          context.problem(search, key, key + " without a search", "method: bayesian");
        }
      }
    }
    String objective = search.text("objective", rules.defaultObjective(stakes.costs().isPresent()));
    rules.require(objective, search, "objective", context);
    if (MetricNames.isMoney(objective) && stakes.costs().isEmpty()) {
      context.problem(
          search, "objective", "'%s' without costs".formatted(objective), "state problem.costs");
    }
    String trialsBy =
        search.text(
            "trials-by",
            search.has("objective") && WITHOUT_A_LINE.contains(objective)
                ? objective
                : rules.defaultTrialsBy());
    rules.require(trialsBy, search, "trials-by", context);
    if (MetricNames.isMoney(trialsBy) && stakes.costs().isEmpty()) {
      context.problem(
          search, "trials-by", "'%s' without costs".formatted(trialsBy), "state problem.costs");
    }
    refuseElsewhere(search, context, "acquisition", method == Search.Method.BAYESIAN, "bayesian");
    refuseElsewhere(search, context, "multivariate", method == Search.Method.TPE, "tpe");
    refuseElsewhere(
        search,
        context,
        "resource",
        method == Search.Method.HALVING || method == Search.Method.HYPERBAND,
        "halving or hyperband");
    return new Search(
        method,
        none ? 1 : search.count("trials").orElse(TRIALS),
        search.count("seconds").isPresent()
            ? Optional.of(Duration.ofSeconds(search.count("seconds").getAsInt()))
            : Optional.empty(),
        objective,
        trialsBy,
        search.count("parallel").orElse(1),
        Words.of(Search.Acquisition.class, search.text("acquisition", "ei")),
        search.flag("multivariate", false),
        search.flag("prune", true),
        search.flag("warm-start", false),
        search.text("resource"),
        space(search.sectionOrNone("space"), context));
  }

  private static void refuseElsewhere(
      Fields fields, Context context, String key, boolean there, String method) {
    if (!there && fields.has(key) && fields.isRight()) {
      context.problem(fields, key, key + " without its method", "method: " + method);
    }
  }

  private static Map<String, Map<String, Range>> space(Fields space, Context context) {
    Map<String, Map<String, Range>> found = new LinkedHashMap<>();
    for (String trainer : space.keys()) {
      Map<String, Range> ranges = new LinkedHashMap<>();
      space
          .section(trainer)
          .ifPresent(settings -> {
            for (String setting : settings.keys()) {
              range(settings, setting, context).ifPresent(range -> ranges.put(setting, range));
            }
            when(settings, ranges, context);
          });
      found.put(trainer, ranges);
    }
    return found;
  }

  private static Optional<Range> range(Fields settings, String setting, Context context) {
    Optional<YamlNode> node = settings.node(setting);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (node.get() instanceof YamlNode.Sequence) {
      return Optional.of(new Range(Range.Kind.VALUES, settings.texts(setting), Map.of()));
    }
    Fields range = settings.section(setting).orElseThrow();
    for (Range.Kind kind : Range.Kind.values()) {
      String key = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
      List<String> bounds = range.texts(key);
      if (bounds.isEmpty()) {
        continue;
      }
      if (kind != Range.Kind.VALUES && !ordered(bounds, kind)) {
        context.problem(
            range,
            key,
            "[" + String.join(", ", bounds) + "]",
            "the lowest and the highest value"
                + (kind == Range.Kind.LOG ? ", the lowest above 0" : ""));
        return Optional.empty();
      }
      Map<String, List<String>> when = new LinkedHashMap<>();
      Fields conditions = range.sectionOrNone("when");
      conditions.keys().forEach(other -> when.put(other, conditions.texts(other)));
      return Optional.of(new Range(kind, bounds, when));
    }
    return Optional.empty();
  }

  private static boolean ordered(List<String> bounds, Range.Kind kind) {
    if (bounds.size() != 2) {
      return false;
    }
    double low = Double.parseDouble(bounds.get(0));
    double high = Double.parseDouble(bounds.get(1));
    return low < high && Double.isFinite(high - low) && (kind != Range.Kind.LOG || low > 0);
  }

  /// A condition names a setting that stands before it and has values to choose from.
  private static void when(Fields settings, Map<String, Range> ranges, Context context) {
    for (Map.Entry<String, Range> range : ranges.entrySet()) {
      for (Map.Entry<String, List<String>> when : range.getValue().when().entrySet()) {
        Range other = ranges.get(when.getKey());
        if (other == null
            || other.kind() != Range.Kind.VALUES
            || !other.bounds().containsAll(when.getValue())
            || when.getKey().equals(range.getKey())
            || other.when().containsKey(range.getKey())) {
          context.problem(
              settings,
              range.getKey(),
              "when %s is one of %s".formatted(when.getKey(), when.getValue()),
              other == null || other.kind() != Range.Kind.VALUES
                  ? "another setting of the same candidate that has `values`"
                  : "values of %s: %s".formatted(when.getKey(), other.bounds()));
        }
      }
    }
  }

  static Validation validation(
      Fields validation, boolean timed, Optional<Duration> horizon, Context context) {
    Validation.Scheme method =
        Words.of(Validation.Scheme.class, validation.text("method", "stratified-grouped"));
    String valid = "a method by time: expanding, rolling, purged or walk-forward";
    if (method.byTime() && !timed) {
      context.problem(
          validation,
          "method",
          "folds by time, but a flat table has no times",
          "stratified-grouped, stratified, grouped or k-fold");
    }
    if (method.byTime() && validation.count("repeats").orElse(1) > 1) {
      context.problem(validation, "repeats", "folds by time can't be dealt anew", "leave it out");
    }
    if (!method.byTime() && validation.has("purge")) {
      context.problem(validation, "purge", "purge without folds by time", valid);
    }
    if (method != Validation.Scheme.PURGED && validation.has("embargo")) {
      context.problem(
          validation,
          "embargo",
          "an embargo, where nothing later is learned from",
          "method: purged, or leave it out");
    }
    boolean walk = method == Validation.Scheme.WALK_FORWARD;
    if (walk != validation.has("every") && validation.isRight()) {
      context.problem(
          validation,
          "every",
          walk ? "walk-forward without the time between fits" : "a time between fits",
          walk ? "every: 7d" : "method: walk-forward");
    }
    if (walk && validation.has("folds")) {
      context.problem(
          validation, "folds", "a walk forward has as many folds as there is time", "leave it out");
    }
    if (validation.has("window") && !walk && method != Validation.Scheme.ROLLING) {
      context.problem(validation, "window", "a window", "method: rolling or walk-forward");
    }
    Optional<Duration> purge = validation.span("purge");
    if (purge.isPresent() && horizon.isPresent() && purge.get().compareTo(horizon.get()) < 0) {
      context.problem(
          validation,
          "purge",
          "a purge shorter than the horizon lets outcomes leak into the training rows of a fold",
          "at least the horizon (frame.target.within), or leave it out");
    }
    return new Validation(
        method,
        validation.count("folds").orElse(5),
        validation.count("repeats").orElse(1),
        purge,
        validation.span("embargo").orElse(Duration.ZERO),
        validation.span("every"),
        validation.span("window"));
  }
}
