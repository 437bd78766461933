package dev.gnomon.training.advice;

import static dev.gnomon.training.advice.Rule.when;
import static dev.gnomon.training.advice.Severity.ADVICE;
import static dev.gnomon.training.advice.Severity.CONTRADICTION;
import static dev.gnomon.training.advice.Severity.FINE;

import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import dev.gnomon.schema.Type;
import dev.gnomon.training.Leaks;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Step 4: what is known when deciding.
final class FeatureRules {
  private static final String ENCODING =
      "Micci-Barreca 2001, A preprocessing scheme for high-cardinality categorical attributes";
  private static final int MANY_LEVELS = 10;
  private static final int MOST_SERVED = 30;

  static final List<Rule> ALL =
      List.of(
          new Rule(
              Step.FEATURES,
              "known-after-as-feature",
              CONTRADICTION,
              "a column that is declared known-after is also a feature",
              FeatureRules::knownAfter,
              "A column known only after the decision holds the answer and is not there when it is asked for.",
              "Kaufman et al. 2012, Leakage in data mining"),
          new Rule(
              Step.FEATURES,
              "too-many-columns",
              ADVICE,
              "more features than a tenth of the rows",
              f ->
                  f.data()
                      .filter(d -> d.columns().size() > d.labelled() / 10.0)
                      .map(d ->
                          "%s for %s rows: select (`models.preprocessing.select: {method: l1}`, or mutual-information) inside the training part, and prefer a penalised linear model."
                              .formatted(
                                  Say.count(d.columns().size(), "feature"),
                                  Say.count(d.labelled()))),
              "With fewer than ten rows per feature some fit by chance.",
              "Harrell 2015, Regression modeling strategies, 4.4"),
          new Rule(
              Step.FEATURES,
              "many-levels",
              ADVICE,
              "a text with more than 10 levels that repeat",
              f -> {
                List<DataFacts.ColumnFacts> columns =
                    f.texts(MANY_LEVELS + 1, Integer.MAX_VALUE).stream()
                        .filter(c -> !nearlyUnique(f, c))
                        .toList();
                return when(
                    !columns.isEmpty(),
                    () ->
                        "Many levels: %s. Encode by the target with cross-fitting: `models.preprocessing.columns: {%s: {encode: target}}`; one-hot would spread few rows over many inputs."
                            .formatted(levels(columns), columns.getFirst().name()));
              },
              "An encoding by the target needs one input; fitted on its own rows it would leak, hence cross-fitting.",
              ENCODING),
          new Rule(
              Step.FEATURES,
              "nearly-unique-text",
              ADVICE,
              "a text whose levels hardly repeat",
              f -> {
                List<DataFacts.ColumnFacts> columns =
                    f.texts(MANY_LEVELS + 1, Integer.MAX_VALUE).stream()
                        .filter(c -> nearlyUnique(f, c))
                        .toList();
                return when(
                    !columns.isEmpty(),
                    () ->
                        "Hardly a value repeats: %s. An identifier teaches nothing (`features.except`); a text in words is read with `models.preprocessing.text: {columns: [%s]}`."
                            .formatted(levels(columns), columns.getFirst().name()));
              },
              "A level that occurs once can't be learned from.",
              ENCODING),
          new Rule(
              Step.FEATURES,
              "few-levels",
              FINE,
              "texts of at most 10 levels",
              f -> {
                List<DataFacts.ColumnFacts> columns = f.texts(2, MANY_LEVELS);
                return when(
                    !columns.isEmpty(),
                    "One-hot encoding suits %s of at most 10 levels."
                        .formatted(Say.count(columns.size(), "text")));
              },
              "Few levels, one input each: nothing is lost.",
              "custom of the field: more than 10 levels, target encoding"),
          new Rule(
              Step.FEATURES,
              "constant",
              ADVICE,
              "a column with one value at most",
              f -> {
                List<String> names = f.names(c -> c.levels() <= 1);
                return when(
                    !names.isEmpty(),
                    "Constant: %s. Leave out (`features.except`), or see why nothing varies."
                        .formatted(Say.names(names)));
              },
              "What does not vary tells nothing, and often shows a broken join.",
              "Breck et al. 2019, Data validation for machine learning"),
          new Rule(
              Step.FEATURES,
              "times-as-features",
              ADVICE,
              "a feature that is a point in time",
              f -> {
                List<String> names = f.names(c -> c.type() == Type.TIME);
                return when(
                    !names.isEmpty(),
                    "Points in time: %s. Derive what recurs (hour, weekday) or an age (`(observed_at - x) / 1d`)."
                        .formatted(Say.names(names)));
              },
              "A date of the past never comes again.",
              "custom of the field"),
          new Rule(
              Step.FEATURES,
              "more-than-served",
              ADVICE,
              "more than 30 features and a limit of latency",
              f ->
                  f.data()
                      .filter(d -> d.columns().size() > MOST_SERVED)
                      .flatMap(d ->
                          f.constraints()
                              .latencyP99()
                              .map(limit ->
                                  "%s under a limit of %s: 20 to 30 usually carry the score. Try `models.preprocessing.select: {method: importance, keep: 30}`."
                                      .formatted(
                                          Say.count(d.columns().size(), "feature"),
                                          Say.time(limit)))),
              "Each feature costs a read, a monitor and somebody's care.",
              "Sculley et al. 2015, Hidden technical debt in machine learning systems"),
          new Rule(
              Step.FEATURES,
              "fairness-by-omission",
              ADVICE,
              "protected columns are stated",
              f ->
                  when(
                      !f.constraints().protectedColumns().isEmpty(),
                      "Protected: %s. That they are no inputs does not make decisions fair: read the gaps between groups in the report (customary limit .10 for selection rate and for equalised odds; a loss of 2 to 5 %% of accuracy is accepted for it)."
                          .formatted(Say.names(f.constraints().protectedColumns()))),
              "Other columns stand in for those left out.",
              "Dwork et al. 2012, Fairness through awareness; Hardt et al. 2016, Equality of opportunity"));

  private FeatureRules() {}

  private static Optional<String> knownAfter(Facts f) {
    try {
      Leaks.refuseKnownAfter(f.useCase());
      return Optional.empty();
    } catch (Refusal refusal) {
      return Optional.of(
          refusal.reasons().stream()
              .map(Problem::line)
              .collect(Collectors.joining("\n", "", "\nTraining will refuse it.")));
    }
  }

  private static boolean nearlyUnique(Facts f, DataFacts.ColumnFacts column) {
    return column.levels() > 0.5 * f.data().orElseThrow().rows() * (1 - column.missing());
  }

  private static String levels(List<DataFacts.ColumnFacts> columns) {
    return Say.names(
        columns.stream().map(c -> c.name() + " (" + Say.count(c.levels()) + ")").toList());
  }
}
