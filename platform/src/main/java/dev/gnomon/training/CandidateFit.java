package dev.gnomon.training;

import dev.gnomon.core.usecase.ModelSection;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Policy;
import dev.gnomon.models.spi.Trainer;
import java.util.Map;

/// Fits one candidate: its settings are chosen and its calibration and operating points are fitted
/// on out-of-fold predictions of the training part, then it is fitted again on the whole part.
record CandidateFit(
    UseCase useCase,
    TrainingSet set,
    Split split,
    Fitter fitter,
    Policy policy,
    Searching searching) {

  Candidate fit(ModelSection.Candidate stated, Trainer trainer, TrainingWatch.OfCandidate watch) {
    Searching.Found best = searching.search(stated, trainer, watch);
    return measured(
        useCase,
        set,
        split,
        trainer.name(),
        best.settings(),
        fitter.fit(trainer, best.settings(), split.train(), watch.curve()),
        best.scores(),
        policy);
  }

  /// A model that was fitted elsewhere.
  static Candidate given(
      UseCase useCase, TrainingSet set, Split split, String name, Fitted fitted, Policy policy) {
    return measured(
        useCase,
        set,
        split,
        name,
        Map.of(),
        fitted,
        OutOfFold.given(useCase, set, split.train(), fitted, policy),
        policy);
  }

  private static Candidate measured(
      UseCase useCase,
      TrainingSet set,
      Split split,
      String name,
      Map<String, String> settings,
      Fitted fitted,
      OutOfFold.Scores scores,
      Policy policy) {
    int[] rows = scores.rows();
    double[] probabilities = scores.calibrated();
    OutcomePeriods periods = OutcomePeriods.of(useCase, set, rows);
    PolicyFit.Result points =
        useCase.frame().task().isNumber()
            ? PolicyFit.Result.none()
            : PolicyFit.fit(
                useCase, policy, Scored.of(set, rows, probabilities, policy), periods, set);
    double[] onValidation =
        Candidate.calibrated(scores.calibration(), fitted.scores(set, split.validation()));
    Evaluator evaluator =
        new Evaluator(
            useCase,
            set,
            Scored.of(set, split.validation(), onValidation, policy),
            policy,
            Training.capacity(useCase, set, split, split.validation(), false));
    Map<String, Double> validation =
        evaluator
            .metrics(points.served())
            .values(Metrics.names(useCase, useCase.evaluation().metrics(), policy.hasCosts()));
    return new Candidate(
        name,
        settings,
        fitted,
        scores.calibration(),
        points,
        rows,
        probabilities,
        scores.loss(),
        validation,
        0);
  }
}
