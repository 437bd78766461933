package dev.gnomon.training.advice;

import static dev.gnomon.training.advice.Rule.when;
import static dev.gnomon.training.advice.Severity.ADVICE;
import static dev.gnomon.training.advice.Severity.FINE;
import static dev.gnomon.training.advice.Severity.MISSING;

import dev.gnomon.core.usecase.Check;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.stats.LittleTest;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Step 3: where data come from, and what is missing in them.
final class DataRules {
  private static final String RUBIN = "Little & Rubin 2019, Statistical analysis with missing data";
  private static final String LITTLE =
      "Little 1988, A test of missing completely at random for multivariate data";

  /// Customary limits: a tenth, and where a column is mostly holes.
  private static final double LIMIT = 0.10;

  private static final double MOSTLY = 0.60;
  private static final double LEVEL = 0.05;

  static final List<Rule> ALL =
      List.of(
          new Rule(
              Step.DATA,
              "no-checks",
              MISSING,
              "no checks are stated",
              f ->
                  when(
                      f.useCase().data().sources().values().stream()
                          .allMatch(source -> source.checks().isEmpty()),
                      "State what must hold of the data: `data.checks`. `gnomon profile` suggests checks that hold today."),
              "Bad rows reach a model silently and are found in its decisions, weeks later.",
              "Breck et al. 2019, Data validation for machine learning"),
          new Rule(
              Step.DATA,
              "time-not-stated",
              MISSING,
              "the table has a column of times, and no event-time",
              f ->
                  f.data()
                      .filter(_ -> !f.timed())
                      .filter(d -> !d.times().isEmpty())
                      .map(d ->
                          "The table holds times (%s). If one of them says when the row was observed, state it: `data.event-time: %s`; the split is then by time."
                              .formatted(Say.names(d.times()), d.times().getFirst())),
              "A random split lets later rows teach what is tested on earlier ones.",
              "Kaufman et al. 2012, Leakage in data mining"),
          new Rule(
              Step.DATA,
              "static-state",
              ADVICE,
              "a state source without times",
              f -> {
                List<String> names =
                    f.useCase().data().sources().values().stream()
                        .filter(SourceSpec::isStatic)
                        .map(SourceSpec::name)
                        .toList();
                return when(
                    !names.isEmpty(),
                    "%s is taken as always known. What was changed after an observation leaks into it: state its event-time if it has one."
                        .formatted(Say.names(names)));
              },
              "The newest row of a customer knows what became of them.",
              "Kaufman et al. 2012, Leakage in data mining"),
          new Rule(
              Step.DATA,
              "no-known-at",
              ADVICE,
              "events without known-at",
              f -> {
                List<String> names =
                    f.useCase().data().sources().values().stream()
                        .filter(s -> s.kind() == SourceSpec.Kind.EVENTS && s.knownAt().isEmpty())
                        .map(SourceSpec::name)
                        .toList();
                return when(
                    !names.isEmpty(),
                    "%s: taken as known the moment it happened. Where loading takes hours or days, state `known-at`, or training sees what a live decision can't."
                        .formatted(Say.names(names)));
              },
              "Late data make a model look better in training than it is when serving.",
              "Kaufman et al. 2012, Leakage in data mining"),
          new Rule(
              Step.DATA,
              "missing-mostly",
              ADVICE,
              "a column of which more than 60 % is missing",
              f -> {
                List<DataFacts.ColumnFacts> columns = f.columns(c -> c.missing() > MOSTLY);
                return when(
                    !columns.isEmpty(),
                    "Mostly missing: %s. Keep only whether there is a value (an indicator), or leave the column out (`features.except`)."
                        .formatted(shares(columns)));
              },
              "What is filled in would outweigh what was seen.",
              RUBIN),
          new Rule(
              Step.DATA,
              "missing-above-limit",
              ADVICE,
              "a column of which more than 10 % is missing, with no check of it",
              f -> {
                Set<String> checked = checked(f);
                List<DataFacts.ColumnFacts> columns =
                    f.columns(c ->
                        c.missing() > LIMIT
                            && c.missing() <= MOSTLY
                            && !checked.contains(c.name()));
                return when(
                    !columns.isEmpty(),
                    () ->
                        "More than 10 %% missing: %s. Say what is usual, as in `{column: %s, missing-at-most: %s}`, so that a rise of 5 points is seen."
                            .formatted(
                                shares(columns),
                                columns.getFirst().name(),
                                String.format(
                                    Locale.ROOT, "%.2f", columns.getFirst().missing() + 0.05)));
              },
              "A rising share of missing values is the most frequent cause of a model going wrong.",
              "custom of the field: limit 10 %, alert at +5 points"),
          new Rule(
              Step.DATA,
              "missing-together",
              ADVICE,
              "columns that are missing in the very same rows",
              f ->
                  f.data()
                      .filter(d -> !d.together().isEmpty())
                      .map(d ->
                          "Missing in the very same rows: %s. They come from one place that was not there; one indicator is enough, the others are duplicates."
                              .formatted(
                                  String.join(
                                      "; ", d.together().stream().map(Say::names).toList()))),
              "A block of holes is one fact about the row, not several.",
              RUBIN),
          new Rule(
              Step.DATA,
              "missing-not-at-random",
              ADVICE,
              "Little's test rejects that numbers are missing completely at random (p < .05)",
              f ->
                  little(f)
                      .filter(t -> t.pValue() < LEVEL)
                      .map(t ->
                          test(t)
                              + " rejects that they are missing completely at random: that a value is missing says something. Keep the indicators (`models.preprocessing: {impute: median}` does), or fill from the other columns (`impute: iterative`); don't drop rows. Trees take missing values as they are."),
              "Filling in a median then shifts means, and dropping rows keeps a special part; indicators let the model use what the hole tells.",
              LITTLE),
          new Rule(
              Step.DATA,
              "missing-at-random-possible",
              ADVICE,
              "Little's test does not reject it",
              f ->
                  little(f)
                      .filter(t -> t.pValue() >= LEVEL)
                      .map(t ->
                          test(t)
                              + " does not reject that they are missing completely at random: the median will do (`models.preprocessing: {impute: median}`). That is no proof: the test sees differences of means between numbers, in large normal samples, and nothing of whether a value is missing because of itself."),
              "If holes fall by chance, a plain filling harms little at small shares.",
              LITTLE),
          new Rule(
              Step.DATA,
              "missing-untested",
              ADVICE,
              "values are missing and Little's test can't be made",
              f -> {
                List<DataFacts.ColumnFacts> columns = f.columns(c -> c.missing() > 0);
                return when(
                    !columns.isEmpty() && little(f).isEmpty(),
                    "Missing: %s. Whether by chance can't be tested here (it needs numbers with differing gaps, none a combination of the others): keep the indicators."
                        .formatted(shares(columns)));
              },
              "An indicator costs little and lets the model use what the hole tells.",
              RUBIN),
          new Rule(
              Step.DATA,
              "nothing-missing",
              FINE,
              "no feature has a missing value",
              f ->
                  when(
                      f.data().isPresent() && f.columns(c -> c.missing() > 0).isEmpty(),
                      "No feature has a missing value."),
              "Nothing need be filled in; a check keeps it so.",
              RUBIN),
          new Rule(
              Step.DATA,
              "repeated-keys",
              ADVICE,
              "a table in which keys repeat",
              f ->
                  f.data()
                      .filter(_ -> f.useCase().data().isFlatTable())
                      .filter(d -> d.keys() < d.rows())
                      .map(d ->
                          "%s rows of %s keys (%s each): rows of one key stay in one part of the split, and intervals resample keys."
                              .formatted(
                                  Say.count(d.rows()),
                                  Say.count(d.keys()),
                                  Say.number((double) d.rows() / d.keys()))),
              "A model that has seen the customer in training recognises, it does not foresee.",
              "Kaufman et al. 2012, Leakage in data mining"),
          new Rule(
              Step.DATA,
              "no-data",
              MISSING,
              "the data can't be read",
              f ->
                  when(
                      f.data().isEmpty(),
                      "The data were not looked at: everything about rows, shares of positives, missing values and levels is left open."),
              "Half of the rules ask about the data.",
              "this page"));

  private DataRules() {}

  private static Optional<LittleTest> little(Facts f) {
    return f.data().flatMap(DataFacts::little);
  }

  private static String test(LittleTest t) {
    return String.format(
        Locale.ROOT,
        "Missing numbers fall into %s; Little's test (d2 = %s, %,d degrees of freedom, %s)",
        Say.count(t.patterns(), "pattern"),
        Say.number(Math.rint(10 * t.statistic()) / 10),
        t.freedom(),
        t.pValue() < 0.001 ? "p < .001" : "p = " + Say.threshold(t.pValue()));
  }

  private static String shares(List<DataFacts.ColumnFacts> columns) {
    return Say.names(
        columns.stream().map(c -> c.name() + " (" + Say.percent(c.missing()) + ")").toList());
  }

  private static Set<String> checked(Facts f) {
    Set<String> checked = new HashSet<>();
    for (SourceSpec source : f.useCase().data().sources().values()) {
      for (Check check : source.checks()) {
        if (check.rule() instanceof Check.Rule.MissingAtMost most) {
          checked.add(most.column());
        }
      }
    }
    return checked;
  }
}
