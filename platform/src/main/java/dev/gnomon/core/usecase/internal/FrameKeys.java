package dev.gnomon.core.usecase.internal;

import static dev.gnomon.core.usecase.internal.Kinds.COLUMN;
import static dev.gnomon.core.usecase.internal.Kinds.SOURCE;
import static dev.gnomon.core.usecase.internal.Kinds.SOURCE_NAME;
import static dev.gnomon.core.usecase.internal.Kinds.SPAN;
import static dev.gnomon.core.usecase.internal.Kinds.SPAN_OR_ZERO;
import static dev.gnomon.core.usecase.internal.Kinds.TEXT;
import static dev.gnomon.core.usecase.internal.Kinds.choice;

import dev.gnomon.core.usecase.internal.Shape.Either;
import dev.gnomon.core.usecase.internal.Shape.FilePath;
import dev.gnomon.core.usecase.internal.Shape.Moment;
import dev.gnomon.core.usecase.internal.Shape.Names;
import dev.gnomon.core.usecase.internal.Shape.Section;
import dev.gnomon.core.usecase.internal.Shape.Text;
import java.util.List;

/// The keys of `frame`.
final class FrameKeys {
  static final Section SECTION =
      Section.of(
          Key.of(
                  "task",
                  choice(
                      List.of("binary", "regression"),
                      "multiclass",
                      "ranking",
                      "forecast",
                      "anomaly",
                      "uplift",
                      "clusters",
                      "multi"),
                  "The kind of learning problem.")
              .must(),
          Key.of("entity", new Text(SOURCE_NAME, "a name"), "What the decision is about.")
              .byDefault("row"),
          Key.of(
                  "observe",
                  Section.of(
                      Key.of("every", SPAN, "The step of a grid in time.")
                          .byDefault("the horizon of the target"),
                      Key.of("from", new Moment(), "The first time of the grid."),
                      Key.of("to", new Moment(), "The last time of the grid, inclusive."),
                      Key.of(
                              "population",
                              Section.of(
                                  Key.of("source", SOURCE, "Keys known to it are observed.").must(),
                                  Key.of(
                                      "within", SPAN, "Only keys with a row in the last so long.")),
                              "Who is observed at each time.")
                          .byDefault("the only `state` source"),
                      Key.of("until", SOURCE, "Keys leave at their first row in this source."),
                      Key.of(
                          "table",
                          new Either(List.of(new FilePath(), DataKeys.LISTED_TABLE)),
                          "A file that lists the observations by key and `observed_at`, instead of a grid.")),
                  "When decisions are, or would have been, made.")
              .byDefault("each row of the flat table"),
          Key.of(
                  "target",
                  Section.of(
                          Key.of("event", SOURCE, "Positive if it happens in time."),
                          Key.of("no-event", SOURCE, "Positive if it does not happen in time."),
                          Key.of(
                              "column",
                              COLUMN,
                              "A column of the table: its number, or with `positive` a class."),
                          Key.of("within", SPAN, "The horizon: `(t, t + within]`."),
                          Key.of("lateness", SPAN_OR_ZERO, "How late events may become known.")
                              .byDefault("its 99.9 % delay"),
                          Key.of(
                              "positive",
                              TEXT,
                              "With `column`, needed for `task: binary`: the source text of the positive class."))
                      .withExactlyOne("event", "no-event", "column"),
                  "What is to be foreseen.")
              .must(),
          Key.of(
              "entities",
              new Names(SOURCE_NAME, "entity", COLUMN),
              "Further entities, each with the column that holds its key on an observation: of the listed observations,"
                  + " else an attribute of `entity`."),
          Key.later("item", "Ranking: what is ranked."),
          Key.later("k", "Ranking: how many are shown. Clusters: how many there are."),
          Key.later("positive", "Ranking: what counts as success."),
          Key.later("candidates", "Ranking: where candidates come from."),
          Key.later("diversity", "Ranking: how different neighbours should be."),
          Key.later("series", "Forecast: the columns that name a series."),
          Key.later("value", "Forecast: the column that is forecast."),
          Key.later("every", "Forecast: the step."),
          Key.later("horizon", "Forecast: how far."),
          Key.later("quantiles", "Forecast: which quantiles."),
          Key.later("hierarchy", "Forecast: sums that must agree."),
          Key.later("known-ahead", "Forecast: columns known for the future."),
          Key.later("contamination", "Anomaly: the share of anomalies."),
          Key.later("treatment", "Uplift: who was treated."),
          Key.later("outcome", "Uplift: what came of it."),
          Key.later("density", "Clusters: by density."),
          Key.later("targets", "Multi: several targets."),
          Key.later("ranking", "The keys of a ranking."),
          Key.later("forecast", "The keys of a forecast."),
          Key.later("anomaly", "The keys of anomaly detection."),
          Key.later("uplift", "The keys of uplift."),
          Key.later("clusters", "The keys of clusters."),
          Key.later("multi", "The keys of several targets."));

  private FrameKeys() {}
}
