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

  Candidate fit(ModelSection.Candidate stated, Trainer trainer) {
    Searching.Found best = searching.search(stated, trainer);
    int[] rows = best.scores().rows();
    double[] probabilities = best.scores().calibrated();
    OutcomePeriods periods = OutcomePeriods.of(useCase, set, rows);
    PolicyFit.Result points =
        useCase.frame().task().isNumber()
            ? PolicyFit.Result.none()
            : PolicyFit.fit(
                useCase, policy, Scored.of(set, rows, probabilities, policy), periods, set);
    Fitted fitted = fitter.fit(trainer, best.settings(), split.train());
    double[] onValidation =
        Candidate.calibrated(best.scores().calibration(), fitted.scores(set, split.validation()));
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
        trainer.name(),
        best.settings(),
        fitted,
        best.scores().calibration(),
        points,
        rows,
        probabilities,
        best.scores().loss(),
        validation,
        0);
  }
}
