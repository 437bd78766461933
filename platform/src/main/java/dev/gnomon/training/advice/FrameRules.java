package dev.gnomon.training.advice;

import static dev.gnomon.training.advice.Rule.when;
import static dev.gnomon.training.advice.Severity.ADVICE;
import static dev.gnomon.training.advice.Severity.CONTRADICTION;
import static dev.gnomon.training.advice.Severity.FINE;

import dev.gnomon.schema.Times;
import java.util.List;

/// Step 2: the learning problem.
final class FrameRules {
  private static final int FEW_POSITIVES = 200;

  static final List<Rule> ALL =
      List.of(
          new Rule(
              Step.FRAME,
              "grid-too-short",
              CONTRADICTION,
              "the grid of observations is shorter than two horizons",
              f ->
                  f.grid()
                      .filter(_ -> f.horizon().isPresent())
                      .filter(grid ->
                          (grid.toMicros() - grid.fromMicros()) / 1_000
                              < 2 * f.horizon().get().toMillis())
                      .map(grid ->
                          "The grid spans %s days and the horizon is %s: training, validation and test are kept a horizon apart, so that at least two are needed."
                              .formatted(
                                  Say.number(
                                      Math.rint(
                                          (double) (grid.toMicros() - grid.fromMicros())
                                              / Times.DAY)),
                                  Say.time(f.horizon().get()))),
              "An outcome that reaches into the next part leaks.",
              "Kaufman et al. 2012, Leakage in data mining"),
          new Rule(
              Step.FRAME,
              "overlapping-horizons",
              ADVICE,
              "observations come oftener than the horizon",
              f ->
                  f.grid()
                      .filter(_ -> f.horizon().isPresent())
                      .filter(grid -> grid.every().compareTo(f.horizon().get()) < 0)
                      .map(grid ->
                          "An entity is observed every %s with a horizon of %s, so that one outcome is seen up to %s times: money counts it once (`problem.repeat`), and intervals resample entities."
                              .formatted(
                                  Say.time(grid.every()),
                                  Say.time(f.horizon().get()),
                                  Say.number(
                                      Math.ceil(
                                          (double) f.horizon().get().toMillis()
                                              / grid.every().toMillis())))),
              "Rows of one entity are not independent; counting them as if they were makes intervals too narrow and savings too large.",
              "Field & Welsh 2007, Bootstrapping clustered data"),
          new Rule(
              Step.FRAME,
              "few-positives",
              ADVICE,
              "fewer than 200 cases of the rarer class",
              f ->
                  f.data()
                      .filter(_ -> f.binary())
                      .filter(d ->
                          Math.min(d.positives(), d.labelled() - d.positives()) < FEW_POSITIVES)
                      .map(d ->
                          "Only %s: every interval will be wide. Use few features, and a linear model; a longer history helps more than a better learner."
                              .formatted(
                                  Say.count(
                                          Math.min(d.positives(), d.labelled() - d.positives()),
                                          "case")
                                      + " of the rarer class")),
              "The rarer class is what a model learns from; ten cases per estimated coefficient is a common least.",
              "Harrell 2015, Regression modeling strategies, 4.4"),
          new Rule(
              Step.FRAME,
              "cases-enough",
              FINE,
              "at least 200 cases of both classes",
              f ->
                  f.data()
                      .filter(_ -> f.binary())
                      .filter(d ->
                          Math.min(d.positives(), d.labelled() - d.positives()) >= FEW_POSITIVES)
                      .map(d ->
                          "%s, %s of them positive (%s)."
                              .formatted(
                                  Say.count(d.labelled(), "observation"),
                                  Say.count(d.positives()),
                                  Say.percent(d.positiveShare()))),
              "The rarer class is what a model learns from.",
              "Harrell 2015, Regression modeling strategies, 4.4"),
          new Rule(
              Step.FRAME,
              "unknown-outcomes",
              ADVICE,
              "more than a tenth of the observations have no outcome",
              f ->
                  f.data()
                      .filter(d -> d.rows() > 0 && d.labelled() < 0.9 * d.rows())
                      .map(d ->
                          "%s of %s observations have no known outcome and teach nothing. End the grid earlier, or see whether the target is recorded for all."
                              .formatted(
                                  Say.count((long) d.rows() - d.labelled()), Say.count(d.rows()))),
              "If those without an outcome differ from the others, what is learned holds for the others only.",
              "Little & Rubin 2019, Statistical analysis with missing data"),
          new Rule(
              Step.FRAME,
              "number-thresholded",
              ADVICE,
              "a number is foreseen and a decision stated",
              f ->
                  when(
                      !f.binary() && f.useCase().problem().decision().isPresent(),
                      "A number is foreseen and no costs decide on it. If the decision is yes or no in the end, frame it so (`task: binary`): then costs, threshold and capacity follow."),
              "Errors in the number matter only where they change the decision.",
              "Elkan 2001, The foundations of cost-sensitive learning"));

  private FrameRules() {}
}
