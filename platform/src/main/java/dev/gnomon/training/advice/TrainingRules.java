package dev.gnomon.training.advice;

import static dev.gnomon.training.advice.Rule.when;
import static dev.gnomon.training.advice.Severity.ADVICE;
import static dev.gnomon.training.advice.Severity.CONTRADICTION;
import static dev.gnomon.training.advice.Severity.FINE;

import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.TrainingSection.By;
import dev.gnomon.core.usecase.TrainingSection.Search;
import java.util.List;

/// Step 6: how it is trained.
final class TrainingRules {
  private static final String IMBALANCE =
      "van den Goorbergh et al. 2022, The harm of class imbalance corrections for risk prediction models";
  private static final int FEW_TESTED = 50;

  static final List<Rule> ALL =
      List.of(
          new Rule(
              Step.TRAINING,
              "random-split-over-time",
              CONTRADICTION,
              "observations have times, and the split is at random",
              f ->
                  when(
                      f.timed() && split(f).by() == By.RANDOM,
                      "Observations have times, and `split: {by: random}` lets later ones teach what is tested on earlier ones: split by time."),
              "Decisions are made about the future; a test on the past flatters.",
              "Kaufman et al. 2012, Leakage in data mining"),
          new Rule(
              Step.TRAINING,
              "split-by-time",
              FINE,
              "observations have times, and the split is by time",
              f ->
                  when(
                      f.timed() && split(f).by() == By.TIME,
                      "The split is by time, with a gap of at least the horizon."),
              "Decisions are made about the future; a test on the past flatters.",
              "Kaufman et al. 2012, Leakage in data mining"),
          new Rule(
              Step.TRAINING,
              "entity-split-over-time",
              ADVICE,
              "observations have times, and the split is by entity",
              f ->
                  when(
                      f.timed() && split(f).by() == By.ENTITY,
                      "The split is by entity though observations have times: it says how well new entities are judged, not how well next month is. Prefer by: time."),
              "What changes over time is seen only by a test on later times.",
              "Bergmeir & Benitez 2012, On the use of cross-validation for time series predictor evaluation"),
          new Rule(
              Step.TRAINING,
              "folds-over-time",
              ADVICE,
              "observations have times, and folds don't follow them",
              f ->
                  when(
                      f.timed() && !f.useCase().training().validation().method().byTime(),
                      "Folds of the training part mix times: where things change over time, `validation: {method: expanding}` learns from the past only."),
              "Folds that learn from later rows choose settings that recall instead of foresee.",
              "Bergmeir & Benitez 2012, On the use of cross-validation for time series predictor evaluation"),
          new Rule(
              Step.TRAINING,
              "imbalance-by-threshold",
              FINE,
              "rare positives, and nothing resampled",
              f ->
                  when(
                      f.rare() && untreated(f),
                      "%s are positive, and nothing is resampled: right so. Moving the threshold of calibrated probabilities is usually enough."
                          .formatted(
                              Say.percent(
                                  f.data().map(DataFacts::positiveShare).orElse(Double.NaN)))),
              "Resampling changes the prior that probabilities speak of and seldom ranks better; the threshold follows from costs.",
              IMBALANCE),
          new Rule(
              Step.TRAINING,
              "imbalance-treated",
              ADVICE,
              "rows are reweighted or resampled",
              f ->
                  when(
                      f.binary() && !untreated(f),
                      "`training.imbalance`: compare it with none. It moves probabilities away from the true prior (they are brought back by calibration on rows as they are), and with calibrated probabilities the threshold alone is usually enough. A ratio of .5 is one to two, not balanced."),
              "Resampling seldom ranks better, and what it does to the threshold costs do better.",
              IMBALANCE),
          new Rule(
              Step.TRAINING,
              "imbalance-needless",
              ADVICE,
              "rows are reweighted or resampled though positives are not rare",
              f ->
                  f.data()
                      .filter(_ -> f.binary() && !untreated(f) && !f.rare())
                      .map(d ->
                          "%s are positive, which is not rare: leave `training.imbalance` out."
                              .formatted(Say.percent(d.positiveShare()))),
              "Treatment is customary below 5 % or beyond 10:1.",
              IMBALANCE),
          new Rule(
              Step.TRAINING,
              "objective-not-cost",
              ADVICE,
              "costs are stated, and something else is searched for",
              f ->
                  when(
                      f.hasCosts() && !search(f).objective().equals("expected-cost"),
                      "Candidates are chosen by %s, though costs are stated: `training.search.objective: expected-cost` chooses what is cheapest."
                          .formatted(search(f).objective())),
              "The best ranking need not be the cheapest at the threshold that is used.",
              "Elkan 2001, The foundations of cost-sensitive learning"),
          new Rule(
              Step.TRAINING,
              "no-search",
              ADVICE,
              "settings are not searched",
              f ->
                  when(
                      search(f).method() == Search.Method.NONE,
                      "Settings are taken as stated. 30 trials are a quick search, 100 a thorough one: `training.search: {method: bayesian, trials: 30}`."),
              "Default settings lose a few points that a short search finds.",
              "Snoek et al. 2012, Practical Bayesian optimization of machine learning algorithms"),
          new Rule(
              Step.TRAINING,
              "few-trials",
              ADVICE,
              "a search with fewer than 10 trials per candidate",
              f ->
                  when(
                      search(f).method() != Search.Method.NONE
                          && search(f).trials() < 10 * Math.max(1, f.candidates().size()),
                      "%s over %s: fewer than ten each. 30 are quick, 100 thorough."
                          .formatted(
                              Say.count(search(f).trials(), "trial"),
                              Say.count(f.candidates().size(), "candidate"))),
              "The first five trials of a Bayesian search are drawn at random.",
              "Snoek et al. 2012, Practical Bayesian optimization of machine learning algorithms"),
          new Rule(
              Step.TRAINING,
              "small-test-part",
              ADVICE,
              "fewer than 50 cases of the rarer class in the test part",
              f ->
                  f.data()
                      .filter(_ -> f.binary() && split(f).testRows().isEmpty())
                      .filter(d -> tested(f, d) < FEW_TESTED)
                      .map(d ->
                          "The test part holds about %s of the rarer class: gates can hardly be decided, since they fail only when the interval excludes the bound."
                              .formatted(Say.count(Math.round(tested(f, d)), "case"))),
              "With 50 cases a recall of .8 has an interval of about .67 to .89.",
              "Wilson 1927, Probable inference"));

  private TrainingRules() {}

  private static double tested(Facts f, DataFacts d) {
    return split(f).test() * Math.min(d.positives(), d.labelled() - d.positives());
  }

  private static TrainingSection.Split split(Facts f) {
    return f.useCase().training().split();
  }

  private static Search search(Facts f) {
    return f.useCase().training().search();
  }

  private static boolean untreated(Facts f) {
    return f.useCase().training().imbalance().equals(TrainingSection.Imbalance.NONE);
  }
}
