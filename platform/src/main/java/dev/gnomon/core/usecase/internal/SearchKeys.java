package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.internal.Shape.Choice;
import dev.gnomon.core.usecase.internal.Shape.Decimal;
import dev.gnomon.core.usecase.internal.Shape.Either;
import dev.gnomon.core.usecase.internal.Shape.Flag;
import dev.gnomon.core.usecase.internal.Shape.ListOf;
import dev.gnomon.core.usecase.internal.Shape.Names;
import dev.gnomon.core.usecase.internal.Shape.Section;
import dev.gnomon.core.usecase.internal.Shape.Span;
import dev.gnomon.core.usecase.internal.Shape.Text;
import dev.gnomon.core.usecase.internal.Shape.Whole;
import java.util.List;

/// The keys of `training.search` and `training.validation`.
final class SearchKeys {
  private SearchKeys() {}

  private static final Shape A_RANGE =
      new Either(
          List.of(
              new ListOf(new Text("", "a text"), 1),
              Section.of(
                      Key.of(
                          "range",
                          new ListOf(
                              new Decimal(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY), 2),
                          "Lowest and highest, any number between."),
                      Key.of(
                          "log",
                          new ListOf(new Decimal(0, Double.POSITIVE_INFINITY), 2),
                          "As `range`, each factor being equally likely."),
                      Key.of(
                          "integer",
                          new ListOf(new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE), 2),
                          "Lowest and highest, whole numbers."),
                      Key.of(
                          "integer-log",
                          new ListOf(new Whole(1, Integer.MAX_VALUE), 2),
                          "As `integer`, each factor being equally likely."),
                      Key.of(
                          "values", new ListOf(new Text("", "a text"), 1), "These and no others."),
                      Key.of(
                          "when",
                          new Names(
                              "[a-z][a-z0-9-]*",
                              "setting",
                              new Either(
                                  List.of(
                                      new Text("", "a text"),
                                      new ListOf(new Text("", "a text"), 1)))),
                          "Searched only where another searched setting has this value, or one of"
                              + " these."))
                  .withExactlyOne("range", "log", "integer", "integer-log", "values")));

  static Section search(Shape metric) {
    return Section.of(
        Key.of(
                "method",
                new Choice(
                    List.of(
                        "none",
                        "grid",
                        "random",
                        "bayesian",
                        "tpe",
                        "genetic",
                        "halving",
                        "hyperband"),
                    List.of()),
                "How settings are searched.")
            .byDefault("none"),
        Key.of(
                "trials",
                new Whole(1, 10_000),
                "How many settings are tried over all candidates: one each as stated, the others"
                    + " dealt by how many settings a candidate has to search.")
            .byDefault("30 with a method"),
        Key.of(
            "seconds",
            new Whole(1, 1_000_000),
            "No trial begins after so many seconds. Results then depend on the machine."),
        Key.of(
                "objective",
                metric,
                "What chooses the candidate on validation, and the trial out of fold where no"
                    + " operating point is needed.")
            .byDefault("expected-cost with costs, else roc-auc; rmse for numbers"),
        Key.of("trials-by", metric, "What is compared between trials, out of fold.")
            .byDefault(
                "a stated objective, unless it needs an operating point; else log-loss, or rmse for"
                    + " numbers"),
        Key.of(
                "parallel",
                new Whole(1, 64),
                "Trials at once; a part of the definition, since each is chosen without the results"
                    + " of the others.")
            .byDefault("1"),
        Key.of(
                "acquisition",
                new Choice(List.of("ei", "ucb", "pi"), List.of()),
                "With bayesian: expected improvement, upper confidence bound, probability of"
                    + " improvement.")
            .byDefault("ei"),
        Key.of("multivariate", new Flag(), "With tpe: whether settings are modelled together.")
            .byDefault("false"),
        Key.of(
                "prune",
                new Flag(),
                "Whether a trial ends early when it is worse than the median of the earlier ones on"
                    + " the same folds.")
            .byDefault("true"),
        Key.of(
                "warm-start",
                new Flag(),
                "Whether the best settings of earlier searches of this use case are tried first."
                    + " Results then depend on them.")
            .byDefault("false"),
        Key.of(
                "resource",
                new Text("[a-z][a-z0-9-]*", "`rows`, or a setting, as in rounds"),
                "With halving and hyperband: what short trials get less of.")
            .byDefault("rounds, trees or epochs where the candidate has them, else rows"),
        Key.of(
                "space",
                new Names(
                    "[a-z][a-z0-9-]*",
                    "candidate",
                    new Names("[a-z][a-z0-9-]*", "setting", A_RANGE)),
                "What is searched, in place of the usual settings of a candidate: `xgboost: {eta:"
                    + " {log: [0.01, 0.3]}, max-depth: {integer: [2, 8]}}`; a list is the values"
                    + " themselves.")
            .byDefault("see docs/reference/search.md"));
  }

  static Section validation() {
    return Section.of(
        Key.of(
                "method",
                new Choice(
                    List.of(
                        "stratified-grouped",
                        "stratified",
                        "grouped",
                        "k-fold",
                        "expanding",
                        "rolling",
                        "purged",
                        "walk-forward"),
                    List.of()),
                "How the folds are made.")
            .byDefault(
                "stratified-grouped: by entity, those with and without a positive in equal shares"),
        Key.of("folds", new Whole(2, 100), "How many.").byDefault("5"),
        Key.of(
                "repeats",
                new Whole(1, 100),
                "How often, each time dealt anew; scores are averaged.")
            .byDefault("1"),
        Key.of(
                "purge",
                new Span(true, false),
                "By time: rows so close before the test rows of a fold are left out of its training"
                    + " rows; at least the horizon.")
            .byDefault("the horizon"),
        Key.of(
                "embargo",
                new Span(true, false),
                "With purged: as long after the test rows of a fold nothing is learned from.")
            .byDefault("0s"),
        Key.of(
            "every",
            new Span(false, false),
            "With walk-forward: the time from one fit to the next."),
        Key.of(
                "window",
                new Span(false, false),
                "With rolling and walk-forward: how far back is learned from.")
            .byDefault("as much as the first fold has; everything with walk-forward"),
        Key.later(
            "nested",
            "Outer folds around the whole search, for an honest estimate of what it reaches."));
  }
}
