package dev.gnomon.training;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.ModelSection;
import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.TrainingSection.Imbalance;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Calibration;
import dev.gnomon.models.Policy;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.training.search.Search;
import dev.gnomon.training.validation.Fold;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Scores the rows of the training part by models that did not see them, and says how good these
/// scores are.
///
/// With repeated folds a row's score is the mean of its scores. With folds by time the rows of the
/// first block have none; calibration and operating points are fitted on those that do.
///
/// @param metric what trials are compared by
record OutOfFold(
    UseCase useCase,
    TrainingSet set,
    int[] rows,
    List<Fold> folds,
    Fitter fitter,
    Policy policy,
    String metric) {

  /// @param rows those that have a score
  /// @param scores uncalibrated
  /// @param loss lower is better; NaN when it is not defined
  record Scores(int[] rows, double[] scores, Calibration calibration, double loss) {
    double[] calibrated() {
      return Candidate.calibrated(calibration, scores);
    }
  }

  /// @param share of each fold's training rows that is learned from
  /// @param stop asked after each fold
  Scores of(Trainer trainer, Map<String, String> settings, double share, Search.Stop stop) {
    double[] sums = new double[rows.length];
    int[] counts = new int[rows.length];
    Scores scores = new Scores(new int[0], new double[0], new Calibration.None(), Double.NaN);
    for (Fold fold : folds) {
      int[] learned = at(fold.train());
      Fitted fitted =
          fitter.fit(
              trainer,
              settings,
              share >= 1
                  ? learned
                  : Units.of(set, learned, useCase.training().seed(), "resource").deal(share)[0]);
      double[] found = fitted.scores(set, at(fold.test()));
      for (int i = 0; i < found.length; i++) {
        sums[fold.test()[i]] += found[i];
        counts[fold.test()[i]]++;
      }
      scores = scored(sums, counts);
      if (!Double.isFinite(scores.loss) || stop.after(scores.loss)) {
        return scores;
      }
    }
    return scores;
  }

  /// The scores of a model that was fitted elsewhere: no fold is needed where nothing is fitted.
  ///
  /// @throws BadInput for scores that are none
  static Scores given(UseCase useCase, TrainingSet set, int[] rows, Fitted fitted, Policy policy) {
    double[] scores = fitted.scores(set, rows);
    boolean number = useCase.frame().task().isNumber();
    for (int i = 0; i < scores.length; i++) {
      if (!Double.isFinite(scores[i]) || (!number && !(scores[i] >= 0 && scores[i] <= 1))) {
        throw new BadInput(
            "model",
            "its score of '%s' is %s"
                .formatted(set.keys().dictionary().text(set.keys().codes()[rows[i]]), scores[i]),
            number ? "finite numbers" : "probabilities, 0 to 1, as the output that is read");
      }
    }
    Calibration calibration =
        number
            ? new Calibration.None()
            : calibration(useCase.models().calibration(), set, rows, scores);
    return new Scores(rows, scores, calibration, Double.NaN);
  }

  private int[] at(int[] positions) {
    int[] found = new int[positions.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = rows[positions[i]];
    }
    return found;
  }

  private Scores scored(double[] sums, int[] counts) {
    int n = (int) Arrays.stream(counts).filter(c -> c > 0).count();
    int[] scored = new int[n];
    double[] scores = new double[n];
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        scored[at] = rows[i];
        scores[at++] = sums[i] / counts[i];
      }
    }
    if (!Arrays.stream(scores).allMatch(Double::isFinite)) {
      return new Scores(scored, scores, new Calibration.None(), Double.NaN);
    }
    Calibration calibration = calibrate(scored, scores);
    return new Scores(
        scored, scores, calibration, loss(scored, Candidate.calibrated(calibration, scores)));
  }

  private double loss(int[] scored, double[] calibrated) {
    Scored part = Scored.of(set, scored, calibrated, policy);
    double[] ones = new double[scored.length];
    Arrays.fill(ones, 1);
    if (useCase.frame().task().isNumber()) {
      double value = NumberMetrics.metric(metric, calibrated, part.labels()).of(ones);
      return NumberMetrics.lowerIsBetter(metric) ? value : -value;
    }
    boolean[] decided = decided(part);
    double[] costs =
        policy.hasCosts()
            ? OutcomePeriods.of(useCase, set, scored)
                .costs(decided, part.labels(), part.costs().orElseThrow())
            : new double[scored.length];
    double value = new Metrics(part, decided, costs).value(metric);
    return Metrics.lowerIsBetter(metric) ? value : -value;
  }

  /// The line that follows from costs, or else even odds: constraints are met once, by the trial
  /// that was chosen.
  private boolean[] decided(Scored part) {
    return (policy.hasCosts()
            ? Line.byGain("cheapest", 0, policy)
            : Line.byScore("even odds", 0.5, policy))
        .decide(part);
  }

  private Calibration calibrate(int[] scored, double[] scores) {
    if (useCase.frame().task().isNumber()) {
      return new Calibration.None();
    }
    ModelSection.Calibration method = useCase.models().calibration();
    // Weights and synthetic rows give probabilities of another world; something has to bring them
    // back. After random sampling the scores were brought back by formula already.
    TrainingSection training = useCase.training();
    Imbalance.Treatment imbalance = training.imbalance().method();
    if (method == ModelSection.Calibration.NONE
        && !useCase.frame().task().isNumber()
        && (training.weights().isPresent()
            || (imbalance != Imbalance.Treatment.NONE
                && imbalance != Imbalance.Treatment.OVERSAMPLE
                && imbalance != Imbalance.Treatment.UNDERSAMPLE))) {
      method = ModelSection.Calibration.PLATT;
    }
    return calibration(method, set, scored, scores);
  }

  private static Calibration calibration(
      ModelSection.Calibration method, TrainingSet set, int[] scored, double[] scores) {
    double[] labels = new double[scores.length];
    double[] weights = new double[scores.length];
    Arrays.fill(weights, 1);
    for (int i = 0; i < scores.length; i++) {
      labels[i] = set.labels()[scored[i]];
    }
    return Calibration.fit(method, scores, labels, weights);
  }
}
