package dev.gnomon.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.stats.CalibrationCurve;
import dev.gnomon.stats.ProbabilityScores;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final double[] SCORES = {
    0.1, 0.35, 0.4, 0.8, 0.35, 0.65, 0.2, 0.9, 0.4, 0.55, 0.7, 0.4
  };
  private static final double[] LABELS = {0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0};
  private static final List<String> ALL =
      List.of(
          "roc-auc",
          "average-precision",
          "brier",
          "brier-skill",
          "log-loss",
          "recall",
          "precision",
          "f1",
          "f0.5",
          "f2",
          "accuracy",
          "balanced-accuracy",
          "specificity",
          "mcc",
          "kappa",
          "action-rate",
          "pr-auc-trapezoid",
          "lift",
          "lift-at-25%",
          "ks",
          "ece",
          "ece-equal-mass",
          "calibration-slope",
          "calibration-intercept",
          "precision-at-50%",
          "recall-at-50%",
          "recall-at-precision-0.9",
          "precision-at-recall-0.8",
          "expected-cost",
          "profit",
          "roi");

  private static Scored part(double[] scores, double[] labels) {
    int n = scores.length;
    int[] rows = new int[n];
    for (int i = 0; i < n; i++) {
      rows[i] = i;
    }
    return new Scored(rows, scores, labels, rows, n, Optional.empty(), scores);
  }

  private static Metrics metrics(double[] scores, double[] labels, double threshold) {
    int n = scores.length;
    boolean[] decided = new boolean[n];
    double[] costs = new double[n];
    double[] idle = new double[n];
    double[] spent = new double[n];
    for (int i = 0; i < n; i++) {
      decided[i] = scores[i] >= threshold;
      spent[i] = decided[i] ? 5 : 0;
      idle[i] = 40 * labels[i];
      costs[i] = decided[i] ? 5 : idle[i];
    }
    return new Metrics(part(scores, labels), decided, costs, idle, spent);
  }

  @Test
  void agreesWithScikitLearn() {
    Metrics m = metrics(SCORES, LABELS, 0.5);
    // scikit-learn 1.2.1 on predictions at 0.5: tp 4, fp 1, fn 2, tn 5
    assertThat(m.value("f0.5")).isCloseTo(0.7692307692307693, within(1e-12));
    assertThat(m.value("f2")).isCloseTo(0.6896551724137931, within(1e-12));
    assertThat(m.value("f1")).isCloseTo(0.7272727272727273, within(1e-12));
    assertThat(m.value("balanced-accuracy")).isCloseTo(0.75, within(1e-12));
    assertThat(m.value("mcc")).isCloseTo(0.50709255283711, within(1e-12));
    assertThat(m.value("kappa")).isCloseTo(0.5, within(1e-12));
    assertThat(m.value("specificity")).isCloseTo(5.0 / 6, within(1e-12));
    assertThat(m.value("pr-auc-trapezoid")).isCloseTo(0.925, within(1e-12));
    assertThat(m.value("ks")).isCloseTo(2.0 / 3, within(1e-12));
    // precision_recall_curve: precision 1 up to recall 0.5 (0.9, 0.8, 0.7), then 4/4 at 0.65
    assertThat(m.value("recall-at-precision-0.9")).isCloseTo(4.0 / 6, within(1e-12));
    assertThat(m.value("precision-at-recall-0.8")).isCloseTo(0.75, within(1e-12));
  }

  @Test
  void theTopCountsTiesByTheirParts() {
    Metrics m = metrics(SCORES, LABELS, 0.5);
    // Of the 6 highest, 5 are distinct (4 positive); the sixth is one of three at 0.4, two
    // positive.
    assertThat(m.value("precision-at-50%")).isCloseTo((4 + 2.0 / 3) / 6, within(1e-12));
    assertThat(m.value("recall-at-6")).isCloseTo((4 + 2.0 / 3) / 6, within(1e-12));
    assertThat(m.value("lift-at-25%")).isCloseTo(2, within(1e-12));
    assertThat(m.value("lift-at-100%")).isCloseTo(1, within(1e-12));
    assertThat(m.value("precision-at-1000")).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void moneyIsAgainstDoingNothingPerRowAndPerUnitSpent() {
    Metrics m = metrics(SCORES, LABELS, 0.5);
    // Five actions at 5 save four losses of 40.
    assertThat(m.value("expected-cost")).isCloseTo((5 * 5 + 2 * 40) / 12.0, within(1e-12));
    assertThat(m.value("profit")).isCloseTo((4 * 40 - 5 * 5) / 12.0, within(1e-12));
    assertThat(m.value("roi")).isCloseTo((4 * 40 - 5 * 5) / 25.0, within(1e-12));
  }

  @Test
  void aWeightIsThatManyRows() {
    double[] weights = {1, 2, 0, 3, 1, 1, 2, 1, 0, 1, 4, 2};
    int n = 0;
    for (double w : weights) {
      n += (int) w;
    }
    double[] scores = new double[n];
    double[] labels = new double[n];
    int at = 0;
    for (int i = 0; i < weights.length; i++) {
      for (int k = 0; k < weights[i]; k++) {
        scores[at] = SCORES[i];
        labels[at++] = LABELS[i];
      }
    }
    Metrics weighted = metrics(SCORES, LABELS, 0.5);
    Metrics repeated = metrics(scores, labels, 0.5);
    for (String name : ALL) {
      assertThat(weighted.metric(name).of(weights))
          .as(name)
          .isCloseTo(repeated.value(name), within(1e-9));
    }
  }

  @Test
  void calibrationErrorsAreThoseOfTheCurves() {
    Metrics m = metrics(SCORES, LABELS, 0.5);
    double[] ones = ProbabilityScores.ones(12);
    assertThat(m.value("ece"))
        .isCloseTo(
            CalibrationCurve.equalWidth(SCORES, LABELS, ones, 10).expectedError(), within(1e-12));
    double[] scores = new double[40];
    double[] labels = new double[40];
    for (int i = 0; i < 40; i++) {
      scores[i] = ((i * 17) % 41) / 41.0;
      labels[i] = (i * 7) % 3 == 0 ? 1 : 0;
    }
    assertThat(metrics(scores, labels, 0.5).value("ece-equal-mass"))
        .isCloseTo(
            CalibrationCurve.equalMass(scores, labels, ProbabilityScores.ones(40), 10)
                .expectedError(),
            within(1e-12));
  }

  @Test
  void oneClassLeavesWhatNeedsBothUndefined() {
    Metrics m = metrics(new double[] {0.2, 0.8}, new double[] {0, 0}, 0.5);
    for (String name :
        List.of(
            "roc-auc",
            "average-precision",
            "brier-skill",
            "recall",
            "lift",
            "mcc",
            "pr-auc-trapezoid",
            "recall-at-precision-0.9",
            "recall-at-50%")) {
      assertThat(m.value(name)).as(name).isNaN();
    }
    assertThat(m.value("accuracy")).isEqualTo(0.5);
  }

  @Test
  void anUnknownNameGetsTheNearest() {
    assertThatThrownBy(() -> Metrics.require("roc_auc", "evaluation.metrics"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("did you mean roc-auc?");
    assertThatThrownBy(() -> Metrics.require("lift-at-0%", "evaluation.metrics"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("did you mean lift-at-10%?");
    assertThatThrownBy(() -> Metrics.require("recall-at-precision-1.5", "evaluation.metrics"))
        .isInstanceOf(BadInput.class);
    assertThat(Metrics.names(List.of("roi", "f2"), false)).contains("f2").doesNotContain("roi");
    assertThat(Metrics.names(List.of("roi"), true)).startsWith("roi").endsWith("expected-cost");
    assertThat(Metrics.lowerIsBetter("ece")).isTrue();
    assertThat(Metrics.lowerIsBetter("profit")).isFalse();
  }
}
