package dev.gnomon.core.usecase.internal;

import static dev.gnomon.core.usecase.internal.Kinds.COLUMNS;
import static dev.gnomon.core.usecase.internal.Kinds.SOURCE_NAME;
import static dev.gnomon.core.usecase.internal.Kinds.SPAN;

import dev.gnomon.core.usecase.internal.Shape.Either;
import dev.gnomon.core.usecase.internal.Shape.ListOf;
import dev.gnomon.core.usecase.internal.Shape.Section;
import dev.gnomon.core.usecase.internal.Shape.Text;
import dev.gnomon.core.usecase.internal.Shape.Whole;
import dev.gnomon.core.usecase.internal.Shape.Zone;
import java.util.List;
import java.util.stream.Stream;

/// The use-case file as one table of keys: what may stand where, what it means, what holds without
/// it. The reader, the JSON Schema and the reference page are made from this table and nothing
/// else.
public final class Keys {
  private static final String USE_CASE_NAME = "[a-z][a-z0-9-]{0,62}";

  /// A view that several use cases share.
  public static final Section VIEW_FILE =
      Section.of(
          Key.of("gnomon-view", new Whole(1, 1), "The version of this format.").must(),
          Key.of("name", FeatureKeys.VIEW_NAME, "What it is called.").must(),
          FeatureKeys.OWNER,
          FeatureKeys.DESCRIPTION,
          Key.of(
              "ttl",
              SPAN,
              "The age beyond which its values count as missing, where a feature states none."),
          FeatureKeys.FRESHNESS,
          Key.of(
                  "source",
                  Section.of(
                      Stream.concat(
                          Stream.of(
                              Key.of(
                                      "name",
                                      new Text(SOURCE_NAME, "a source"),
                                      "The name of the source.")
                                  .must()),
                          DataKeys.A_SOURCE.keys().stream())),
                  "Its source, as under `data.sources`; paths are relative to this file.")
              .must(),
          Key.of(
                  "features",
                  new Either(
                      List.of(
                          new ListOf(FeatureKeys.AN_AGGREGATE, 1),
                          Section.of(
                              Key.of(
                                      "columns",
                                      FeatureKeys.WHICH_COLUMNS,
                                      "State: `all`, or a list.")
                                  .byDefault("all"),
                              Key.of("except", COLUMNS, "State: left out of `all`."),
                              Key.of(
                                  "ttl",
                                  SPAN,
                                  "State: the age beyond which the values count as missing.")))),
                  "Aggregates of events, or columns of a state source, as under `features`.")
              .must());

  /// The whole file.
  public static final Section ROOT =
      Section.of(
          Key.of("gnomon", new Whole(1, 1), "The version of this format.").byDefault("1"),
          Key.of(
                  "name",
                  new Text(USE_CASE_NAME, "a lower-case name with digits and dashes"),
                  "The use case, in addresses and commands.")
              .must(),
          Key.of("zone", new Zone(), "The zone of all times that state none.").byDefault("UTC"),
          Key.of(
              "problem", ProblemKeys.SECTION, "Step 1: what is decided, and what mistakes cost."),
          Key.of("frame", FrameKeys.SECTION, "Step 2: the learning problem.").must(),
          Key.of("data", DataKeys.SECTION, "Step 3: where it comes from, and what must hold.")
              .must(),
          Key.of("features", FeatureKeys.SECTION, "Step 4: what is known when deciding.")
              .byDefault("all columns of the table or of each `state` source"),
          Key.of("models", ModelKeys.SECTION, "Step 5: what is trained."),
          Key.of("training", TrainingKeys.SECTION, "Step 6: how it is trained."),
          Key.of("evaluation", EvaluationKeys.SECTION, "Step 7: what every version must reach."),
          Key.of("production", ProductionKeys.SECTION, "Step 8: release, watch, renew."));

  private Keys() {}
}
