package dev.gnomon.training.advice;

import static dev.gnomon.training.advice.Rule.when;
import static dev.gnomon.training.advice.Severity.ADVICE;
import static dev.gnomon.training.advice.Severity.CONTRADICTION;
import static dev.gnomon.training.advice.Severity.FINE;
import static dev.gnomon.training.advice.Severity.MISSING;

import dev.gnomon.core.usecase.ProductionSection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Step 8: release, watch, renew.
final class ProductionRules {
  private static final String HOLD_OUT =
      "Kohavi, Tang & Xu 2020, Trustworthy online controlled experiments";
  private static final String TEST_SCORE = "Breck et al. 2017, The ML test score";
  private static final Duration ONLINE = Duration.ofSeconds(2);
  private static final Duration DAY = Duration.ofDays(1);

  static final List<Rule> ALL =
      List.of(
          new Rule(
              Step.PRODUCTION,
              "effect-asserted",
              CONTRADICTION,
              "the costs assert what the action saves, and no hold-out measures it",
              f ->
                  effect(f)
                      .filter(_ -> withheld(f) == 0)
                      .filter(_ -> withholdable(f))
                      .map(saved ->
                          "The costs assert that acting rightly saves %s of what a missed case costs, and nothing measures it: every saving printed from them is an assumption. Keep `production.hold-out: 0.05`, a share that never gets the action."
                              .formatted(Say.percent(saved))),
              "What would have happened without the action is seen only in those who did not get it.",
              HOLD_OUT),
          new Rule(
              Step.PRODUCTION,
              "retrain-before-labels",
              CONTRADICTION,
              "retraining is oftener than newly labelled observations come",
              f ->
                  f.useCase()
                      .production()
                      .retrain()
                      .flatMap(ProductionSection.Retrain::every)
                      .filter(
                          every -> f.labelsEvery().filter(l -> every.compareTo(l) < 0).isPresent())
                      .map(every ->
                          "Retraining every %s, but newly labelled observations come every %s only: trainings between see the same rows. State `retrain: {every: %s}` or more."
                              .formatted(
                                  Say.time(every),
                                  Say.time(f.labelsEvery().orElseThrow()),
                                  Say.time(f.labelsEvery().orElseThrow()))),
              "A training without new outcomes gives the same model, or another one by chance.",
              "arithmetic"),
          new Rule(
              Step.PRODUCTION,
              "no-hold-out",
              MISSING,
              "costs, and no hold-out",
              f ->
                  when(
                      f.hasCosts() && withheld(f) == 0 && withholdable(f) && effect(f).isEmpty(),
                      "Keep a share that never gets the action (`production.hold-out: 0.05`): without it no return can be stated, only assumed."),
              "What would have happened without the action is seen only in those who did not get it.",
              HOLD_OUT),
          new Rule(
              Step.PRODUCTION,
              "no-fallback",
              MISSING,
              "no fallback rules",
              f ->
                  when(
                      f.useCase().production().fallback().isEmpty(),
                      "State what is decided when no model can: `production.fallback`, ending with `{otherwise: true, score: …}`. Without it nothing is decided then."),
              "A decision is always asked for, also when a model is not there.",
              "Zinkevich, Rules of machine learning, rule 1"),
          new Rule(
              Step.PRODUCTION,
              "no-retrain",
              MISSING,
              "nothing says when to train again",
              f ->
                  when(
                      f.useCase().production().retrain().isEmpty(),
                      "State when to train again: weekly, and at the latest after 30 days, is customary where outcomes allow; also when performance falls below its contract: `retrain: {every: %s, when: [performance-below-contract]}`."
                          .formatted(
                              Say.time(
                                  f.labelsEvery()
                                      .filter(l -> l.compareTo(Duration.ofDays(7)) > 0)
                                      .orElse(Duration.ofDays(7))))),
              "The world moves on; a model does not.",
              "custom of the field: weekly, at the latest after 30 days"),
          new Rule(
              Step.PRODUCTION,
              "outcomes-unknown",
              MISSING,
              "nothing says when outcomes are in",
              f ->
                  when(
                      f.outcomesAfter().isEmpty(),
                      "Say when the outcome of a decision is known: `production.monitor.outcomes-after: 30d`. Alarms on performance and retraining wait for it."),
              "Until outcomes are in, performance can only be estimated.",
              TEST_SCORE),
          new Rule(
              Step.PRODUCTION,
              "guards-before-outcomes",
              ADVICE,
              "a release is over before outcomes are in",
              f ->
                  f.useCase()
                      .production()
                      .release()
                      .flatMap(release ->
                          f.outcomesAfter()
                              .filter(after -> steps(release).compareTo(after) < 0)
                              .map(after ->
                                  "The release takes %s and outcomes come after %s: no recall or precision can guard it. Guard on what is known in time (errors, p99, missing features, the share of positive decisions), and judge by outcomes when they arrive."
                                      .formatted(Say.time(steps(release)), Say.time(after)))),
              "A guard on recall within the hour watches a number that is not there yet.",
              "custom of the field: error rate 5 %, p99 200 ms, positive rate 5 points"),
          new Rule(
              Step.PRODUCTION,
              "serve-in-batch",
              ADVICE,
              "decisions are due once a day or more seldom, and no latency is stated",
              f ->
                  f.grid()
                      .filter(grid -> grid.every().compareTo(DAY) >= 0)
                      .filter(_ -> f.constraints().latencyP99().isEmpty())
                      .map(grid ->
                          "A decision every %s without a limit of latency: score in batch (`gnomon predict`)%s."
                              .formatted(Say.time(grid.every()), volume(f))),
              "A batch is cheaper, easier to check and easier to repeat than a server.",
              "Huyen 2022, Designing machine learning systems, 7"),
          new Rule(
              Step.PRODUCTION,
              "serve-online",
              ADVICE,
              "a latency of at most 2 s is stated, and no grid of a day or more",
              f ->
                  f.constraints()
                      .latencyP99()
                      .filter(limit -> limit.compareTo(ONLINE) <= 0)
                      .filter(_ -> f.grid().filter(g -> g.every().compareTo(DAY) >= 0).isEmpty())
                      .map(limit ->
                          "%s at the 99th percentile: decide online (`gnomon up`); features must come from the store, not be computed from files."
                              .formatted(Say.time(limit))),
              "An answer that is waited for can't be looked up in last night's batch.",
              "Huyen 2022, Designing machine learning systems, 7"),
          new Rule(
              Step.PRODUCTION,
              "serve-hybrid",
              ADVICE,
              "a latency of at most 2 s, and observations on a grid of a day or more",
              f ->
                  f.grid()
                      .filter(grid -> grid.every().compareTo(DAY) >= 0)
                      .filter(_ ->
                          f.constraints()
                              .latencyP99()
                              .filter(limit -> limit.compareTo(ONLINE) <= 0)
                              .isPresent())
                      .map(grid ->
                          "Learned every %s and asked for within %s: a hybrid. Score everybody in batch%s, and decide online where it is close (customarily scores of .3 to .7, better: around the threshold) or something new happened."
                              .formatted(
                                  Say.time(grid.every()),
                                  Say.time(f.constraints().latencyP99().orElseThrow()),
                                  volume(f))),
              "Most scores hardly change between two batches; only those near the threshold need the newest events.",
              "custom of the field: routing band .3 to .7"),
          new Rule(
              Step.PRODUCTION,
              "retrain-on-conditions",
              ADVICE,
              "retraining at fixed times only",
              f ->
                  f.useCase()
                      .production()
                      .retrain()
                      .filter(retrain -> retrain.when().isEmpty())
                      .map(_ ->
                          "Retraining follows the calendar only: add `when: [performance-below-contract, drift-in-more-than: 5]`."),
              "What breaks a model keeps no calendar.",
              "custom of the field: below .90 of the baseline, or more than 5 drifted features"),
          new Rule(
              Step.PRODUCTION,
              "effect-measured",
              FINE,
              "a hold-out is stated",
              f ->
                  when(
                      withheld(f) > 0,
                      "%s of the positive decisions get no action, so that its effect is measured."
                          .formatted(Say.percent(withheld(f)))),
              "What would have happened without the action is seen only in those who did not get it.",
              HOLD_OUT));

  private ProductionRules() {}

  private static double withheld(Facts f) {
    return f.useCase().production().holdOut();
  }

  /// Where a person could be harmed, an effect is measured by a trial, not by a hold-out.
  private static boolean withholdable(Facts f) {
    return f.domain().filter(d -> !d.withholdable()).isEmpty();
  }

  /// The share saved, where the costs assert one between nothing and all.
  private static Optional<Double> effect(Facts f) {
    return f.money().map(Money::savedShare).filter(saved -> saved > 0.001 && saved < 0.999);
  }

  private static Duration steps(ProductionSection.Release release) {
    return release.stepTime().multipliedBy(release.steps().size());
  }

  private static String volume(Facts f) {
    return f.data()
        .map(d ->
            ", about %s rows each time"
                .formatted(Say.count(Math.round((double) d.rows() / d.observations()))))
        .orElse("");
  }
}
