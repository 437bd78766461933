package dev.gnomon.stats;

import static dev.gnomon.stats.ProbabilityScores.ones;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

class GoldenDecisionsTest {
  @TestFactory
  List<DynamicTest> cases() {
    return GoldenCases.topic("decisions")
        .is("confusion-metrics", GoldenDecisionsTest::confusion)
        .is("cost-optimal-threshold", GoldenDecisionsTest::costs)
        .is("expected-performance-without-labels", GoldenDecisionsTest::withoutLabels)
        .is("group-fairness", GoldenDecisionsTest::fairness)
        .tests();
  }

  private static void confusion(GoldenCases.Case c) {
    Confusion confusion =
        Confusion.at(c.in("threshold"), c.array("score"), c.array("y_true"), ones(12));
    double[] counts = GoldenCases.Case.doubles(c.expected("tn_fp_fn_tp"));
    assertThat(confusion).isEqualTo(new Confusion(counts[3], counts[1], counts[2], counts[0]));
    c.check(confusion.precision(), "precision");
    c.check(confusion.recall(), "recall");
    c.check(confusion.f1(), "f1");
    c.check(confusion.fBeta(2), "f2");
    c.check(confusion.matthews(), "mcc");
    c.check(confusion.kappa(), "kappa");
    c.check(confusion.balancedAccuracy(), "balanced_accuracy");
  }

  private static void costs(GoldenCases.Case c) {
    double[] thresholds = c.array("thresholds");
    double[] costs =
        CostCurve.costs(
            thresholds, c.array("score"), c.array("y_true"), c.in("cost_fp"), c.in("cost_fn"));
    c.check(costs, "cost");
    int best = CostCurve.cheapest(costs);
    c.check(thresholds[best], "best_threshold");
    c.check(costs[best], "best_cost");
    c.check(CostCurve.bayesThreshold(c.in("cost_fp"), c.in("cost_fn")), "bayes_threshold");
  }

  private static void withoutLabels(GoldenCases.Case c) {
    ExpectedPerformance expected =
        ExpectedPerformance.of(c.array("calibrated_probability"), c.in("threshold"));
    Confusion confusion = expected.confusion();
    c.check(confusion.truePositives(), "tp");
    c.check(confusion.falsePositives(), "fp");
    c.check(confusion.falseNegatives(), "fn");
    c.check(confusion.trueNegatives(), "tn");
    c.check(confusion.accuracy(), "accuracy");
    c.check(confusion.precision(), "precision");
    c.check(confusion.recall(), "recall");
    c.check(confusion.f1(), "f1");
    c.check(expected.rocAuc(), "roc_auc");
  }

  private static void fairness(GoldenCases.Case c) {
    double[] labels = c.array("y_true");
    double[] acted = c.array("y_pred");
    Map<String, Confusion> groups = new TreeMap<>();
    for (String group : List.of("a", "b")) {
      double[] weights = new double[labels.length];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = c.input("group").get(i).asString().equals(group) ? 1 : 0;
      }
      Confusion confusion = Confusion.at(1, acted, labels, weights);
      groups.put(group, confusion);
      JsonNode stated = c.expected(group);
      c.check(confusion.actionRate(), stated.get("selection_rate").asDouble());
      c.check(confusion.recall(), stated.get("tpr").asDouble());
      c.check(confusion.falsePositiveRate(), stated.get("fpr").asDouble());
      c.check(confusion.precision(), stated.get("ppv").asDouble());
    }
    GroupFairness fairness = GroupFairness.of(groups);
    c.check(fairness.demographicParity(), "demographic_parity_difference");
    c.check(fairness.demographicParityRatio(), "demographic_parity_ratio");
    c.check(fairness.equalOpportunity(), "equal_opportunity_difference");
    c.check(fairness.equalizedOdds(), "equalized_odds_difference");
    c.check(fairness.predictiveParity(), "predictive_parity_difference");
  }
}
