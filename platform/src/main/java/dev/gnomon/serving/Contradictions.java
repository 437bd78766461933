package dev.gnomon.serving;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.FeatureSection;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What use cases that are served together must not state otherwise than one another: they share
/// sources and views by name.
final class Contradictions {
  private Contradictions() {}

  /// @throws BadInput naming all of them
  static void refuse(List<UseCase> list) {
    List<Problem> problems = new ArrayList<>();
    Map<String, UseCase> names = new LinkedHashMap<>();
    Map<String, SourceSpec> sources = new LinkedHashMap<>();
    for (UseCase useCase : list) {
      if (names.putIfAbsent(useCase.name(), useCase) != null) {
        problems.add(
            new Problem(
                useCase.file().toString(),
                "a second use case named '%s'".formatted(useCase.name()),
                "one name per use case"));
      }
      for (SourceSpec spec : useCase.data().sources().values()) {
        SourceSpec before = sources.putIfAbsent(spec.name(), spec);
        if (before != null && spec.kind() != SourceSpec.Kind.TABLE && !same(before, spec)) {
          problems.add(
              new Problem(
                  useCase.file().toString(),
                  "source '%s' means something else in another use case".formatted(spec.name()),
                  "the same definition, or another name"));
        }
      }
    }
    contradictingViews(list, problems);
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  /// A view that is stated by name means the same in every use case.
  private static void contradictingViews(List<UseCase> list, List<Problem> problems) {
    Map<String, List<Object>> views = new LinkedHashMap<>();
    for (UseCase useCase : list) {
      FeatureSection features = useCase.features();
      for (FeatureSection.View view : features.views().values()) {
        List<Object> definition = features.definition(view.source());
        List<Object> before = views.putIfAbsent(view.name(), definition);
        if (before != null && !before.equals(definition)) {
          problems.add(
              new Problem(
                  useCase.file().toString(),
                  "view '%s' means something else in another use case".formatted(view.name()),
                  "one file for both under features.use, or another name"));
        }
      }
    }
  }

  private static boolean same(SourceSpec a, SourceSpec b) {
    return a.kind() == b.kind()
        && a.format().equals(b.format())
        && a.key().equals(b.key())
        && a.entities().equals(b.entities())
        && a.eventTime().equals(b.eventTime())
        && a.knownAt().equals(b.knownAt())
        && a.id().equals(b.id())
        && a.where().equals(b.where())
        && a.columns().equals(b.columns())
        && a.stream().equals(b.stream());
  }
}
