package dev.gnomon.training.advice;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What follows from one statement, step by step. Its components are what `advise --json` prints.
///
/// @param domain the field of application it was taken for; empty for none known
/// @param data what the data say; empty where only the statement was looked at
/// @param notes why the data were not looked at
/// @param findings the gravest first, then by step
public record Advice(
    String useCase,
    Optional<String> domain,
    Optional<DataFacts> data,
    List<String> notes,
    List<Finding> findings) {
  public Advice {
    notes = List.copyOf(notes);
    findings = List.copyOf(findings);
  }

  /// From the statement alone.
  ///
  /// @param notes why there are no data, for the reader
  public static Advice ofStatement(UseCase useCase, List<String> notes) {
    return of(Facts.of(useCase), notes);
  }

  /// From the statement and its training set.
  ///
  /// @param sources that the training set was built from
  public static Advice of(UseCase useCase, TrainingSet set, SourceOpener sources) {
    DataFacts data = DataFacts.of(useCase, set, TrainingSets.schemas(useCase, sources));
    Optional<Money> money = useCase.problem().costs().flatMap(costs -> Money.of(costs, set));
    if (useCase.problem().costs().flatMap(Money::constant).isPresent()) {
      money = Optional.empty(); // the stated constants will do
    }
    return of(Facts.of(useCase).with(data, money), List.of());
  }

  static Advice of(Facts facts, List<String> notes) {
    List<Finding> findings = new ArrayList<>();
    for (Rule rule : Rules.ALL) {
      rule.find(facts).ifPresent(findings::add);
    }
    findings.sort(Comparator.comparing(Finding::severity).thenComparing(Finding::step));
    return new Advice(
        facts.useCase().name(), facts.domain().map(Domain::name), facts.data(), notes, findings);
  }

  public boolean contradicts() {
    return findings.stream().anyMatch(finding -> finding.severity() == Severity.CONTRADICTION);
  }

  public List<Finding> of(Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).toList();
  }
}
