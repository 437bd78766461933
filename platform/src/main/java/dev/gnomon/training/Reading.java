package dev.gnomon.training;

import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Policy;
import dev.gnomon.stats.Interval;
import dev.gnomon.training.Evaluation.CandidateResult;
import dev.gnomon.training.Evaluation.Facts;
import dev.gnomon.training.Evaluation.Money;
import dev.gnomon.training.Evaluation.Part;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The one reading of the test part.
record Reading(
    UseCase useCase,
    TrainingSet set,
    Split split,
    Candidate best,
    Policy policy,
    List<String> names,
    List<CandidateResult> results,
    List<String> notes) {

  Evaluation evaluate(Function<String, Optional<Map<String, Double>>> byAlias) {
    Scored part = Scored.of(set, split.test(), best.score(set, split.test()), policy);
    Capacity capacity = Training.capacity(useCase, set, split, split.test(), true);
    Evaluator evaluator = new Evaluator(useCase, set, part, policy, capacity);
    List<Line> lines = best.policyFit().lines();
    Line served = lines.getLast();

    Map<String, Interval> test = evaluator.intervals(served, names);
    Evaluator onValidation =
        new Evaluator(
            useCase,
            set,
            Scored.of(set, split.validation(), best.score(set, split.validation()), policy),
            policy,
            Training.capacity(useCase, set, split, split.validation(), false));
    Map<String, Interval> validation = onValidation.intervals(served, names);
    boolean number = useCase.frame().task().isNumber();
    Optional<Money> money = evaluator.money(lines, best.policyFit().alone());
    Optional<Evaluation.CalibrationResult> calibration =
        number ? Optional.empty() : Optional.of(evaluator.calibration());
    Optional<Evaluation.Numbers> numbers =
        number
            ? Optional.of(
                NumberReading.of(useCase, set, split.train(), part, evaluator.bootstrap()))
            : Optional.empty();
    boolean[] decided = evaluator.decide(served);

    List<String> said = new ArrayList<>(notes);
    policy.currency().ifPresent(_ -> said.add(ASSUMED));
    evaluator.review(served).ifPresent(said::add);
    if (useCase.problem().constraints().capacity().isPresent() && capacity.limit().isEmpty()) {
      said.add("The capacity is not simulated: the rows have no time.");
    }
    if (evaluator.bootstrap().resamples() < 1000) {
      said.add("Intervals rest on %d resamples.".formatted(evaluator.bootstrap().resamples()));
    }
    List<String> segmentColumns = new ArrayList<>(useCase.evaluation().segments());
    segmentColumns.addAll(useCase.problem().constraints().protectedColumns());
    List<Evaluation.Segment> segments =
        Segments.of(
            set,
            part,
            decided,
            evaluator.costs(decided),
            evaluator.costs(new boolean[part.size()]),
            segmentColumns,
            evaluator.bootstrap(),
            said);
    Facts facts = facts();
    return new Evaluation(
        useCase.name(),
        useCase.problem().decision(),
        policy.currency(),
        numbers
            .map(n -> NumberReading.headline(n, test))
            .orElseGet(() -> headline(served, facts, money, test)),
        facts,
        best.trainer(),
        results,
        test,
        validation,
        number ? Optional.empty() : Optional.of(evaluator.deLong()),
        number ? List.of() : evaluator.points(lines),
        money,
        calibration,
        numbers,
        number ? List.of() : evaluator.roc(),
        number ? List.of() : evaluator.precisionRecall(),
        evaluator.costCurve(lines),
        Importances.of(set, best.fitted(), split.test(), useCase.training().seed()),
        segments,
        WorstSegments.of(set, part, number),
        Gates.judge(useCase, test, calibration, money, byAlias),
        said);
  }

  private static final String ASSUMED =
      "What acting achieves is taken from the stated costs and was not measured on a hold-out: the"
          + " money is assumed to that extent.";

  private String headline(
      Line served, Facts facts, Optional<Money> money, Map<String, Interval> test) {
    String yes =
        served.threshold().isPresent()
            ? "Yes at >= " + Line.figure(served.threshold().getAsDouble())
            : "Yes at " + served.rule();
    if (money.isEmpty()) {
      return String.format(
          Locale.ROOT,
          "%s: finds %.0f %% of the positives, and %.0f %% of its yes are right (ROC-AUC %.3f)",
          yes,
          100 * Metrics.required(test, "recall").estimate(),
          100 * Metrics.required(test, "precision").estimate(),
          Metrics.required(test, "roc-auc").estimate());
    }
    Money m = money.get();
    double weeks = facts.weeks() >= 1 ? facts.weeks() : 1;
    String pace =
        facts.weeks() >= 1
            ? "%,.0f decisions a week reach %,.0f of %,.0f outcomes"
            : "%,.0f decisions reach %,.0f of %,.0f outcomes";
    String saves = m.saved().estimate() >= 0 ? "save" : "cost";
    return String.format(
            Locale.ROOT,
            "%s: " + pace + " and %s %,.0f %s (95 %%: %,.0f to %,.0f; effect assumed)",
            yes,
            m.actions() / weeks,
            m.caught() / weeks,
            m.outcomes() / weeks,
            saves,
            Math.abs(m.saved().estimate()) / weeks,
            policy.currency().orElse(""),
            (saves.equals("save") ? m.saved().lower() : -m.saved().upper()) / weeks,
            (saves.equals("save") ? m.saved().upper() : -m.saved().lower()) / weeks)
        + (facts.weeks() >= 1 ? "" : " on the test part");
  }

  private Facts facts() {
    return new Facts(
        useCase.frame().entity(),
        part(split.train()),
        part(split.validation()),
        part(split.test()),
        split.gaps(),
        split.unlabelled(),
        set.plan().inputs(),
        description(),
        Evaluator.period(set, split.test()),
        Evaluator.weeks(useCase, set, split.test()),
        set.hash(),
        split.testHash(),
        useCase.training().seed());
  }

  private String description() {
    TrainingSection.Split how = useCase.training().split();
    if (how.testRows().isPresent()) {
      return "test is where %s; validation %.0f %% of the others"
          .formatted(how.testRows().get().text(), 100 * how.validation());
    }
    String test =
        switch (how.by()) {
          case TIME -> "test is the last %.0f %% of the observations by time";
          case ENTITY -> "test is %.0f %% of the entities";
          case RANDOM ->
              useCase.frame().task().isNumber()
                  ? "test is %.0f %% at random, by tenths of the target, repeated keys together"
                  : "test is %.0f %% at random, by class, repeated keys together";
        };
    String validation =
        how.by() == TrainingSection.By.TIME && how.validationBy() == TrainingSection.By.TIME
            ? "; validation before it by time"
            : "; validation %.0f %% by entity".formatted(100 * how.validation());
    String gap =
        how.by() == TrainingSection.By.TIME && set.horizonMicros() > 0
            ? "; parts at least " + Splits.days(set.horizonMicros()) + " apart"
            : "";
    return test.formatted(100 * how.test()) + validation + gap;
  }

  private Part part(int[] rows) {
    Set<Integer> entities = new HashSet<>();
    boolean number = useCase.frame().task().isNumber();
    int positives = 0;
    for (int row : rows) {
      positives += !number && set.labels()[row] == 1 ? 1 : 0;
      entities.add(set.keys().codes()[row]);
    }
    return new Part(rows.length, positives, entities.size());
  }
}
