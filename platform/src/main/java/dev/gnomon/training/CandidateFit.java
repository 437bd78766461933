package dev.gnomon.training;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.ModelSection;
import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.TrainingSection.Imbalance;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Calibration;
import dev.gnomon.models.Policy;
import dev.gnomon.models.spi.Trainer;
import java.util.Arrays;
import java.util.Map;

/// Fits one candidate: its settings are chosen and its calibration and operating points are fitted
/// on out-of-fold predictions of the training part, then it is fitted again on the whole part.
///
/// @param folds the fold of each row of the training part
record CandidateFit(
    UseCase useCase,
    TrainingSet set,
    Split split,
    Fitter fitter,
    int[] folds,
    Policy policy,
    Progress progress) {

  Candidate fit(ModelSection.Candidate stated, Trainer trainer) {
    Tried best = search(stated, trainer);
    double[] probabilities = Candidate.calibrated(best.calibration, best.scores);
    OutcomePeriods periods = OutcomePeriods.of(useCase, set, split.train());
    PolicyFit.Result points =
        PolicyFit.fit(
            useCase, policy, Scored.of(set, split.train(), probabilities, policy), periods);
    Fitted fitted = fitter.fit(trainer, best.settings, split.train());
    double[] onValidation =
        Candidate.calibrated(best.calibration, fitted.scores(set, split.validation()));
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
            .values(Metrics.names(useCase.evaluation().metrics(), policy.hasCosts()));
    return new Candidate(
        trainer.name(),
        best.settings,
        fitted,
        best.calibration,
        points,
        probabilities,
        validation,
        0);
  }

  /// @param scores out of fold, uncalibrated
  private record Tried(Map<String, String> settings, double[] scores, Calibration calibration) {}

  private Tried search(ModelSection.Candidate stated, Trainer trainer) {
    TrainingSection training = useCase.training();
    int trials =
        training.search().method() == TrainingSection.Search.Method.NONE
            ? 1
            : training.search().trials();
    Tried best = new Tried(stated.settings(), new double[0], new Calibration.None());
    double least = Double.POSITIVE_INFINITY;
    for (Map<String, String> settings : SearchSpace.draw(stated, trials, training.seed())) {
      double[] scores = fitter.outOfFold(trainer, settings, split.train(), folds);
      Calibration calibration = calibrate(scores);
      double loss = loss(Candidate.calibrated(calibration, scores));
      progress.advance(1);
      if (loss < least) {
        least = loss;
        best = new Tried(settings, scores, calibration);
      }
    }
    return best;
  }

  /// Log loss is what every objective improves with, and is not as jumpy as money on few rows.
  private double loss(double[] probabilities) {
    int rows = probabilities.length;
    return new Metrics(
            Scored.of(set, split.train(), probabilities, policy),
            new boolean[rows],
            new double[rows])
        .value("log-loss");
  }

  private Calibration calibrate(double[] scores) {
    double[] labels = new double[scores.length];
    double[] weights = new double[scores.length];
    Arrays.fill(weights, 1);
    for (int i = 0; i < scores.length; i++) {
      labels[i] = set.labels()[split.train()[i]];
    }
    ModelSection.Calibration method = useCase.models().calibration();
    // Weights and synthetic rows give probabilities of another world; something has to bring them
    // back. After random sampling the scores were brought back by formula already.
    TrainingSection training = useCase.training();
    Imbalance.Treatment imbalance = training.imbalance().method();
    if (method == ModelSection.Calibration.NONE
        && (training.weights().isPresent()
            || (imbalance != Imbalance.Treatment.NONE
                && imbalance != Imbalance.Treatment.OVERSAMPLE
                && imbalance != Imbalance.Treatment.UNDERSAMPLE))) {
      method = ModelSection.Calibration.PLATT;
    }
    return Calibration.fit(method, scores, labels, weights);
  }
}
