package dev.gnomon.features.internal;

import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.FeatureNames;
import dev.gnomon.core.usecase.FeatureSection.Aggregate;
import dev.gnomon.core.usecase.FeatureSection.Resolution;
import dev.gnomon.core.usecase.FeatureSection.Span;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.operators.Operator;
import java.util.ArrayList;
import java.util.List;

/// What the file can say and the engine does not compute yet.
final class NotYet {
  private NotYet() {}

  static List<Problem> of(UseCase useCase) {
    List<Problem> problems = new ArrayList<>();
    String file = useCase.file().getFileName() + " ";
    for (Aggregate aggregate : useCase.features().aggregates()) {
      String place = file + "features.%s (line %d)".formatted(aggregate.source(), aggregate.line());
      if (Operator.named(aggregate.operator()).isEmpty()) {
        problems.add(
            new Problem(
                place,
                "'%s' is not supported yet".formatted(aggregate.operator()),
                "supported now: count, sum, mean, min, max, time-since-last"));
      }
      for (Span span : aggregate.spans()) {
        if (!(span instanceof Span.Last)) {
          problems.add(
              new Problem(
                  place,
                  "the window '%s' is not supported yet".formatted(FeatureNames.window(span)),
                  "a duration, as in windows: [30d]"));
        }
      }
      if (aggregate.resolution() instanceof Resolution.Stated) {
        problems.add(
            new Problem(place, "a stated hop is not supported yet", "resolution: hop or exact"));
      }
    }
    if (!useCase.frame().entities().isEmpty()) {
      problems.add(
          new Problem(
              file + "frame.entities",
              "several entities are not supported yet",
              "one entity, as in entity: customer"));
    }
    for (SourceSpec source : useCase.data().sources().values()) {
      if (!source.isOfPrimaryEntity()) {
        problems.add(
            new Problem(
                file + "data.sources." + source.name() + ".key",
                "keys of other entities are not supported yet",
                "the column with the key of the frame's entity"));
      }
    }
    if (!useCase.features().request().isEmpty()) {
      problems.add(
          new Problem(
              file + "features.request",
              "request features are not supported yet",
              "leave them out"));
    }
    return problems;
  }
}
