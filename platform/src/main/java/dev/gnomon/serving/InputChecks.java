package dev.gnomon.serving;

import dev.gnomon.core.usecase.Check;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.ArrivalChecks;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The checks of the sources on values that come with a decision instead of from the store.
///
/// A flat table's columns and the attributes of state sources are features under their own name:
/// the checks about them hold for inputs of that name too. A failing input marks the decision as
/// degraded; one that fails a check with `on-failure: block` refuses it. A rate (`missing-at-most`)
/// is only told, never held against one request.
final class InputChecks {
  private final List<Of> checks = new ArrayList<>();

  private record Of(Set<String> columns, ArrivalChecks check) {}

  /// @param row the schema of the feature row
  InputChecks(UseCase useCase, Schema row) {
    for (SourceSpec spec : useCase.data().sources().values()) {
      if (spec.kind() == SourceSpec.Kind.EVENTS) {
        continue;
      }
      for (Check check : spec.checks()) {
        Set<String> columns = columns(check.rule());
        if (!columns.isEmpty() && columns.stream().allMatch(row::has)) {
          Check told =
              check.rule() instanceof Check.Rule.MissingAtMost
                  ? new Check(check.rule(), Check.OnFailure.WARN, check.line())
                  : check;
          ArrivalChecks one = new ArrivalChecks(spec.name(), List.of(told), row);
          if (!one.none()) {
            checks.add(new Of(columns, one));
          }
        }
      }
    }
  }

  private static Set<String> columns(Check.Rule rule) {
    return switch (rule) {
      case Check.Rule.Between between -> Set.of(between.column());
      case Check.Rule.In in -> Set.of(in.column());
      case Check.Rule.OfType type -> Set.of(type.column());
      case Check.Rule.MissingAtMost most -> Set.of(most.column());
      case Check.Rule.Holds holds -> new LinkedHashSet<>(holds.expression().columns());
      case Check.Rule.Unique _, Check.Rule.Refers _, Check.Rule.Fresh _ -> Set.of();
    };
  }

  /// Whether all inputs pass.
  ///
  /// @param inputs only their names matter; the values stand in the row
  /// @throws ChecksFailed when a check blocks
  boolean pass(Map<String, ?> inputs, FeatureRow row) {
    if (checks.isEmpty() || inputs.isEmpty()) {
      return true;
    }
    boolean passed = true;
    for (Of one : checks) {
      if (one.columns.stream().noneMatch(inputs::containsKey)) {
        continue;
      }
      ArrivalChecks.Verdict verdict = one.check.judge(List.of(row), i -> "inputs");
      if (!verdict.blocked().isEmpty()) {
        throw new ChecksFailed(verdict.blocked());
      }
      passed &= !verdict.warned()[0];
    }
    return passed;
  }

  List<ArrivalChecks.Reading> readings() {
    return checks.stream()
        .flatMap(one -> one.check.readings().stream())
        .collect(Collectors.toUnmodifiableList());
  }
}
