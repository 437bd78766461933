package dev.gnomon.training.advice;

import static dev.gnomon.training.advice.Rule.when;
import static dev.gnomon.training.advice.Severity.ADVICE;
import static dev.gnomon.training.advice.Severity.CONTRADICTION;
import static dev.gnomon.training.advice.Severity.FINE;
import static dev.gnomon.training.advice.Severity.MISSING;

import dev.gnomon.core.usecase.Stakes;
import java.util.List;
import java.util.Optional;

/// Step 1: what is decided, and what mistakes cost.
final class ProblemRules {
  private static final String ELKAN = "Elkan 2001, The foundations of cost-sensitive learning";
  private static final String CUSTOM = "custom of the field, by domain";
  private static final double NEAR_ONE = 0.9;

  static final List<Rule> ALL =
      List.of(
          new Rule(
              Step.PROBLEM,
              "acting-never-pays",
              CONTRADICTION,
              "FN <= TP in at least half of the rows",
              f ->
                  f.money()
                      .filter(m -> m.neverPays() >= 0.5)
                      .map(m ->
                          "In %s of the rows a missed case costs no more than acting rightly (typically %s against %s %s): acting would never pay there. Is a saving counted as a cost, or true-positive stated without what is saved?"
                              .formatted(
                                  Say.percent(m.neverPays()),
                                  Say.number(m.falseNegative()),
                                  Say.number(m.truePositive()),
                                  m.currency())),
              "Costs are those of each outcome in all; where acting rightly is no cheaper than missing the case, the best decision is never to act.",
              ELKAN),
          new Rule(
              Step.PROBLEM,
              "acting-always-pays",
              CONTRADICTION,
              "FP <= TN in at least half of the rows",
              f ->
                  f.money()
                      .filter(m -> m.alwaysPays() >= 0.5)
                      .map(m ->
                          "A needless action costs nothing extra (false-positive %s, true-negative %s %s): the best decision is always to act, and no model is needed."
                              .formatted(
                                  Say.number(m.falsePositive()),
                                  Say.number(m.trueNegative()),
                                  m.currency())),
              "With no price on a needless action the optimal threshold is 0.",
              ELKAN),
          new Rule(
              Step.PROBLEM,
              "recall-and-precision-near-one",
              CONTRADICTION,
              "recall and precision of at least .9 are both demanded",
              f -> {
                double recall = f.asked("recall");
                double precision = f.asked("precision");
                return when(
                    f.binary() && recall >= NEAR_ONE && precision >= NEAR_ONE,
                    "Recall of at least %s and precision of at least %s are demanded together: a model that reaches both makes hardly a mistake, and one is bought with the other. State the one that matters, and let the costs settle the other."
                        .formatted(Say.number(recall), Say.number(precision)));
              },
              "Precision and recall move against each other along the threshold.",
              "Davis & Goadrich 2006, The relationship between precision-recall and ROC curves"),
          new Rule(
              Step.PROBLEM,
              "capacity-below-recall",
              CONTRADICTION,
              "the capacity is smaller than the positives that the demanded recall must reach",
              ProblemRules::capacity,
              "No model can reach more cases than there are actions to take.",
              "arithmetic"),
          new Rule(
              Step.PROBLEM,
              "no-decision",
              MISSING,
              "no decision is stated",
              f ->
                  when(
                      f.useCase().problem().decision().isEmpty(),
                      "Say in a sentence what is done when the answer is yes: `problem.decision`."),
              "A score nobody acts on is worth nothing; costs are those of an action.",
              "Zinkevich, Rules of machine learning, rule 2"),
          new Rule(
              Step.PROBLEM,
              "no-owner",
              MISSING,
              "no owner is stated",
              f ->
                  when(
                      f.useCase().problem().owner().isEmpty(),
                      "Say who answers for it: `problem.owner: team@example.com`. Alarms go there."),
              "An alarm without an owner is read by nobody.",
              "Breck et al. 2017, The ML test score"),
          new Rule(
              Step.PROBLEM,
              "no-costs",
              MISSING,
              "a decision of yes or no without costs",
              f ->
                  when(
                      f.binary() && !f.hasCosts(),
                      "State what each outcome costs: `problem.costs`. Without it the threshold is .5, which supposes that both mistakes cost the same"
                          + f.domain()
                              .filter(Domain::hasRatio)
                              .map(d ->
                                  "; in %s a missed case customarily costs %s needless actions, which is a threshold of %s to %s."
                                      .formatted(
                                          d.name(),
                                          d.ratios(),
                                          Say.threshold(Domain.threshold(d.mostRatio())),
                                          Say.threshold(Domain.threshold(d.leastRatio()))))
                              .orElse(".")),
              "The threshold follows from the extra cost of each mistake and from nothing else.",
              ELKAN),
          new Rule(
              Step.PROBLEM,
              "no-protected",
              MISSING,
              "hiring, credit or medicine without protected columns",
              f ->
                  when(
                      f.domain().filter(Domain::regulated).isPresent()
                          && f.constraints().protectedColumns().isEmpty(),
                      "Name the columns that must not be disadvantaged (sex, age, origin): `problem.constraints.protected`. They are kept for audits."),
              "Dropping such columns does not make decisions fair: others stand in for them, and without them nothing can be audited.",
              "Dwork et al. 2012, Fairness through awareness"),
          new Rule(
              Step.PROBLEM,
              "no-reasons",
              MISSING,
              "hiring, credit or medicine without reasons",
              f ->
                  when(
                      f.domain().filter(Domain::regulated).isPresent()
                          && f.constraints().reasons() == Stakes.Reasons.NONE,
                      "Ask for the reasons of each decision: `problem.constraints.reasons: required`."),
              "Persons who are refused may ask why, and in many places have a right to an answer.",
              "custom of the field; for credit e.g. 12 CFR 1002.9 (Regulation B)"),
          new Rule(
              Step.PROBLEM,
              "capacity-unjudged",
              MISSING,
              "a capacity per period, but rows without times",
              f ->
                  when(
                      f.constraints().capacity().isPresent() && !f.timed(),
                      "The capacity is per period and the table has no times, so that it can't be simulated: state `data.event-time`."),
              "How many cases fall into a period is known only with times.",
              "arithmetic"),
          new Rule(
              Step.PROBLEM,
              "stated-threshold",
              ADVICE,
              "costs are stated",
              f -> f.money().filter(m -> !Double.isNaN(m.threshold())).map(ProblemRules::threshold),
              "With calibrated probabilities the optimum is c_FP / (c_FP + c_FN) of the extra cost of each mistake.",
              ELKAN),
          new Rule(
              Step.PROBLEM,
              "costs-by-row",
              ADVICE,
              "costs are formulas over columns, and there are no data",
              f ->
                  when(
                      f.hasCosts() && f.money().isEmpty(),
                      "The costs differ by row, so that there is no one threshold: each row has its own, (FP - TN) / ((FP - TN) + (FN - TP)). Their range is said when the data can be read."),
              "A threshold by amount set by hand (.3, .5, .7) can't follow the amount as the formula does.",
              ELKAN),
          new Rule(
              Step.PROBLEM,
              "customary-threshold",
              ADVICE,
              "the domain has a customary threshold range that its costs rule out",
              ProblemRules::customary,
              "Fixed threshold ranges by domain suppose scores that are not probabilities, and costs that nobody stated.",
              ELKAN),
          new Rule(
              Step.PROBLEM,
              "ratio-outside-custom",
              ADVICE,
              "the stated cost ratio lies outside what is customary in the domain",
              f ->
                  ratio(f, false)
                      .map(m ->
                          "A missed case costs %s needless actions here; in %s %s is customary. If that is meant, nothing need change."
                              .formatted(
                                  Say.ratio(m.ratio()),
                                  f.domain().orElseThrow().name(),
                                  f.domain().orElseThrow().ratios())),
              "A ratio far from the usual is more often a slip in the costs than a special business.",
              CUSTOM),
          new Rule(
              Step.PROBLEM,
              "ratio-as-customary",
              FINE,
              "the stated cost ratio is customary in the domain",
              f ->
                  ratio(f, true)
                      .map(m ->
                          "A missed case costs %s needless actions; in %s %s is customary."
                              .formatted(
                                  Say.ratio(m.ratio()),
                                  f.domain().orElseThrow().name(),
                                  f.domain().orElseThrow().ratios())),
              "A ratio far from the usual is more often a slip in the costs than a special business.",
              CUSTOM),
          new Rule(
              Step.PROBLEM,
              "acting-sometimes-never-pays",
              ADVICE,
              "FN <= TP in some rows, but fewer than half",
              f ->
                  f.money()
                      .filter(m -> m.neverPays() > 0 && m.neverPays() < 0.5)
                      .map(m ->
                          "In %s of the rows a missed case costs no more than acting rightly: these are never acted on."
                              .formatted(Say.percent(m.neverPays()))),
              "Where the case is worth less than the action, leaving it is cheaper.",
              ELKAN),
          new Rule(
              Step.PROBLEM,
              "saving-counted-twice",
              ADVICE,
              "acting rightly is a gain and the missed case a loss",
              f ->
                  f.money()
                      .filter(m -> m.truePositive() < 0 && m.falseNegative() > 0)
                      .map(m ->
                          "Acting rightly is stated as a gain of %s and a missed case as a loss of %s %s. If both are the same saving it is counted twice: measure all four outcomes from one starting point."
                              .formatted(
                                  Say.number(-m.truePositive()),
                                  Say.number(m.falseNegative()),
                                  m.currency())),
              "A customer kept is either a gain or a loss avoided, not both.",
              "accounting"),
          new Rule(
              Step.PROBLEM,
              "priority",
              ADVICE,
              "the domain is known",
              f ->
                  f.domain()
                      .filter(_ -> f.binary())
                      .map(d -> "Read as %s: %s.".formatted(d.name(), d.priority())),
              "Which mistake is dearer decides which metric is looked at first.",
              CUSTOM));

  private ProblemRules() {}

  private static Optional<String> capacity(Facts f) {
    double recall = f.asked("recall");
    if (f.constraints().capacity().isEmpty()
        || f.data().isEmpty()
        || f.data().get().positivesPerPeriod().isEmpty()
        || recall == 0) {
      return Optional.empty();
    }
    Stakes.Capacity capacity = f.constraints().capacity().get();
    double positives = f.data().get().positivesPerPeriod().getAsDouble();
    return when(
        capacity.max() < recall * positives,
        "A recall of %s must reach %s of the %s cases of an average period of %s, but only %s actions are allowed: at most a recall of %s is possible, with a perfect model."
            .formatted(
                Say.number(recall),
                Say.number(recall * positives),
                Say.number(positives),
                Say.time(capacity.per()),
                Say.count(capacity.max()),
                Say.threshold(capacity.max() / positives)));
  }

  private static String threshold(Money m) {
    String from =
        m.perRow() && m.lowThreshold() < m.highThreshold()
            ? "The costs say: act from a probability of about %s on (%s to %s for nine in ten rows, each by its own costs)"
                .formatted(
                    Say.threshold(m.threshold()),
                    Say.threshold(m.lowThreshold()),
                    Say.threshold(m.highThreshold()))
            : "The costs say: act from a probability of %s on"
                .formatted(Say.threshold(m.threshold()));
    return from
        + ": a needless action costs %s %s extra, a missed case %s."
            .formatted(
                Say.number(m.falsePositive() - m.trueNegative()),
                m.currency(),
                Say.number(m.falseNegative() - m.truePositive()));
  }

  private static Optional<String> customary(Facts f) {
    if (!f.binary() || f.domain().filter(Domain::hasThreshold).isEmpty()) {
      return Optional.empty();
    }
    Domain d = f.domain().get();
    String range = Say.threshold(d.leastThreshold()) + " to " + Say.threshold(d.mostThreshold());
    double stated = f.money().map(Money::threshold).orElse(Double.NaN);
    if (Double.isNaN(stated)) {
      return Optional.of(
          "In %s thresholds of %s are often taught. Costs of %s put it at %s to %s: leave the threshold to the costs."
              .formatted(
                  d.name(),
                  range,
                  d.ratios(),
                  Say.threshold(Domain.threshold(d.mostRatio())),
                  Say.threshold(Domain.threshold(d.leastRatio()))));
    }
    return when(
        stated < d.leastThreshold() || stated > d.mostThreshold(),
        "In %s thresholds of %s are often taught. The stated costs rule them out: they put it at %s. At %s a calibrated model would act only where a missed case cost %s needless actions."
            .formatted(
                d.name(),
                range,
                Say.threshold(stated),
                Say.threshold(d.leastThreshold()),
                Say.ratio(1 / d.leastThreshold() - 1)));
  }

  private static Optional<Money> ratio(Facts f, boolean within) {
    return f.domain()
        .filter(Domain::hasRatio)
        .flatMap(d ->
            f.money()
                .filter(m -> !Double.isNaN(m.threshold()))
                .filter(m ->
                    within
                        == (m.ratio() >= d.leastRatio() - 1e-9
                            && m.ratio() <= d.mostRatio() + 1e-9)));
  }
}
