package dev.gnomon.training.advice;

import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.EvaluationSection;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.ModelSection;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.schema.Type;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What rules ask about: the statement, and the data where they could be read.
///
/// @param money what the costs mean; empty without costs, and where they differ by row and there
///   are no data
record Facts(
    UseCase useCase, Optional<Domain> domain, Optional<Money> money, Optional<DataFacts> data) {
  /// Models whose decision a person can follow.
  private static final Set<String> TRANSPARENT =
      Set.of("constant", "linear", "logistic", "sgd", "naive-bayes", "decision-tree");

  private static final Set<String> LINEAR =
      Set.of("constant", "linear", "logistic", "sgd", "naive-bayes", "svm-linear");
  private static final Set<String> ENSEMBLES =
      Set.of("voting", "averaging", "blending", "stacking");

  /// Without data.
  static Facts of(UseCase useCase) {
    return new Facts(
        useCase,
        domain(useCase),
        useCase.problem().costs().flatMap(Money::constant),
        Optional.empty());
  }

  Facts with(DataFacts found, Optional<Money> measured) {
    return new Facts(useCase, domain, measured.or(() -> money), Optional.of(found));
  }

  private static Optional<Domain> domain(UseCase useCase) {
    String target =
        switch (useCase.frame().target()) {
          case Frame.Target.EventWithin event -> event.source();
          case Frame.Target.NoEventWithin event -> event.source();
          case Frame.Target.InColumn column -> column.column();
        };
    return Domain.of(
        String.join(
            " ",
            useCase.name(),
            useCase.problem().decision().orElse(""),
            useCase.frame().entity(),
            target));
  }

  boolean binary() {
    return !useCase.frame().task().isNumber();
  }

  boolean hasCosts() {
    return useCase.problem().costs().isPresent();
  }

  Stakes.Constraints constraints() {
    return useCase.problem().constraints();
  }

  Optional<DataFacts.NumberTarget> numberTarget() {
    return data.flatMap(DataFacts::target);
  }

  /// Whether observations have times.
  boolean timed() {
    return !useCase.data().isFlatTable() || table().flatMap(SourceSpec::eventTime).isPresent();
  }

  Optional<SourceSpec> table() {
    return useCase.data().isFlatTable()
        ? Optional.of(useCase.data().require(DataSection.TABLE))
        : Optional.empty();
  }

  Optional<Duration> horizon() {
    return switch (useCase.frame().target()) {
      case Frame.Target.EventWithin event -> Optional.of(event.within());
      case Frame.Target.NoEventWithin event -> Optional.of(event.within());
      case Frame.Target.InColumn _ -> Optional.empty();
    };
  }

  Optional<Frame.Observe.Grid> grid() {
    return useCase.frame().observe() instanceof Frame.Observe.Grid grid
        ? Optional.of(grid)
        : Optional.empty();
  }

  Optional<Duration> outcomesAfter() {
    return useCase.production().monitor().outcomesAfter();
  }

  /// How often newly labelled observations come: the step of the grid, else when outcomes are in.
  Optional<Duration> labelsEvery() {
    return grid().map(Frame.Observe.Grid::every).or(this::outcomesAfter);
  }

  /// Rare positives by the rule of the field: below 5 %, or more than ten negatives to one.
  boolean rare() {
    return binary() && data.isPresent() && data.get().positiveShare() < 1 / 11.0;
  }

  /// That of the rarer class.
  double minority() {
    double share = data.map(DataFacts::positiveShare).orElse(Double.NaN);
    return Math.min(share, 1 - share);
  }

  List<DataFacts.ColumnFacts> columns(Predicate<DataFacts.ColumnFacts> which) {
    return data.map(found -> found.columns().stream().filter(which).toList()).orElse(List.of());
  }

  List<String> names(Predicate<DataFacts.ColumnFacts> which) {
    return columns(which).stream().map(DataFacts.ColumnFacts::name).toList();
  }

  List<DataFacts.ColumnFacts> texts(int least, int most) {
    return columns(c -> c.type() == Type.TEXT && c.levels() >= least && c.levels() <= most);
  }

  List<String> candidates() {
    return useCase.models().candidates().stream().map(ModelSection.Candidate::trainer).toList();
  }

  boolean has(String trainer) {
    return candidates().contains(trainer);
  }

  List<String> opaque() {
    return candidates().stream().filter(name -> !TRANSPARENT.contains(name)).toList();
  }

  boolean hasLinear() {
    return candidates().stream()
        .anyMatch(name -> LINEAR.contains(name) && !name.equals("constant"));
  }

  List<String> ensembles() {
    return candidates().stream().filter(ENSEMBLES::contains).toList();
  }

  boolean metric(String name) {
    return useCase.evaluation().metrics().contains(name);
  }

  List<EvaluationSection.Gate> gates() {
    return useCase.evaluation().gates().orElse(List.of());
  }

  /// The greatest bound asked of a metric, by gate or constraint; 0 without one.
  double asked(String metric) {
    double asked =
        switch (metric) {
          case "recall" -> constraints().minRecall().orElse(0);
          case "precision" -> constraints().minPrecision().orElse(0);
          default -> 0;
        };
    for (EvaluationSection.Gate gate : gates()) {
      if (gate.metric().equals(metric)) {
        asked = Math.max(asked, gate.atLeast().orElse(0));
      }
    }
    return asked;
  }
}
