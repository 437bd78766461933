package dev.gnomon.stats;

import static dev.gnomon.stats.ProbabilityScores.ones;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GoldenClassificationTest {
  @TestFactory
  List<DynamicTest> cases() {
    return GoldenCases.topic("classification")
        .is(
            "brier",
            c ->
                c.check(
                    ProbabilityScores.brier(c.array("score"), c.array("y_true"), ones(12)),
                    "value"))
        .is(
            "log-loss-binary",
            c ->
                c.check(
                    ProbabilityScores.logLoss(c.array("score"), c.array("y_true"), ones(12)),
                    "value"))
        .is(
            "log-loss-clipped",
            c ->
                c.check(
                    ProbabilityScores.logLoss(c.array("score"), c.array("y_true"), ones(3)),
                    "value"))
        .is(
            "log-loss-multiclass",
            c ->
                c.check(
                    MulticlassScores.logLoss(c.matrix("probability"), c.ints("y_true")), "value"))
        .is("roc-auc-ties", c -> c.check(ranked(c).rocAuc(), "value"))
        .is("roc-auc-no-ties", c -> c.check(ranked(c).rocAuc(), "value"))
        .is("roc-auc-constant-score", c -> c.check(ranked(c).rocAuc(), "value"))
        .is("roc-auc-weighted", c -> c.check(ranked(c).rocAuc(c.array("weight")), "value"))
        .is("roc-auc-multiclass", GoldenClassificationTest::multiclass)
        .is("roc-auc-delong-ci", GoldenClassificationTest::deLong)
        .is(
            "roc-auc-delong-paired-test",
            c ->
                c.check(
                    DeLong.paired(c.array("score_a"), c.array("score_b"), c.array("y_true")), "z"))
        .is("average-precision-ties", c -> c.check(ranked(c).averagePrecision(), "value"))
        .is("average-precision-no-ties", c -> c.check(ranked(c).averagePrecision(), "value"))
        .is("pr-auc-trapezoid", c -> c.check(ranked(c).precisionRecallTrapezoid(), "value"))
        .is("ks-statistic-of-a-classifier", c -> c.check(ranked(c).kolmogorovSmirnov(), "value"))
        .tests();
  }

  private static RankedScores ranked(GoldenCases.Case c) {
    return RankedScores.of(c.array("score"), c.array("y_true"));
  }

  private static void multiclass(GoldenCases.Case c) {
    double[][] p = c.matrix("probability");
    int[] y = c.ints("y_true");
    c.check(MulticlassScores.rocAucOneVsRest(p, y), "ovr_macro");
    c.check(MulticlassScores.rocAucOneVsRestWeighted(p, y), "ovr_weighted");
    c.check(MulticlassScores.rocAucOneVsOne(p, y), "ovo_macro");
  }

  private static void deLong(GoldenCases.Case c) {
    c.check(DeLong.variance(c.array("score"), c.array("y_true")), "variance");
    Interval interval = DeLong.interval(c.array("score"), c.array("y_true"), 0.95);
    c.check(interval.lower(), "lower");
    c.check(interval.estimate(), "auc");
    c.check(interval.upper(), "upper");
  }
}
