package dev.gnomon.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GoldenExperimentsTest {
  @TestFactory
  List<DynamicTest> cases() {
    return GoldenCases.topic("experiments")
        .is(
            "sample-size-proportions-arcsine",
            c -> {
              c.check(SampleSize.arcsineEffect(c.in("p1"), c.in("p2")), "effect_size_h");
              c.check(arcsine(c), "n_per_arm");
            })
        .is("sample-size-proportions-arcsine-r", c -> c.check(arcsine(c), "n_per_arm"))
        .is(
            "sample-size-proportions-normal",
            c ->
                c.check(
                    SampleSize.sharesNormal(c.in("p1"), c.in("p2"), c.in("alpha"), c.in("power")),
                    "n_per_arm"))
        .is(
            "sample-size-t-test",
            c -> c.check(SampleSize.means(c.in("d"), c.in("alpha"), c.in("power")), "n_per_arm"))
        .is(
            "power-t-test-unequal-arms",
            c ->
                c.check(
                    SampleSize.meansPower(
                        c.in("d"), c.in("n1"), c.in("n1") * c.in("ratio"), c.in("alpha")),
                    "power"))
        .is(
            "power-proportions-normal",
            c ->
                c.check(
                    SampleSize.sharesPower(c.in("p1"), c.in("p2"), c.in("n"), c.in("alpha")),
                    "power"))
        .is("cuped", GoldenExperimentsTest::cuped)
        .is("regression-adjustment-hc2", GoldenExperimentsTest::regression)
        .is("always-valid-asymptotic-confidence-sequence", GoldenExperimentsTest::sequence)
        .is("msprt-normal-mixture", GoldenExperimentsTest::mixture)
        .is("beta-probability-to-beat", GoldenExperimentsTest::beta)
        .is(
            "ucb1",
            c -> {
              c.check(Ucb1.indices(c.array("mean"), c.array("n")), "index");
              assertThat(Ucb1.choose(c.array("mean"), c.array("n")))
                  .isEqualTo(c.expected("chosen").asInt());
            })
        .is("off-policy-evaluation", GoldenExperimentsTest::offPolicy)
        .tests();
  }

  private static double arcsine(GoldenCases.Case c) {
    return SampleSize.sharesArcsine(c.in("p1"), c.in("p2"), c.in("alpha"), c.in("power"));
  }

  private static boolean[] treated(GoldenCases.Case c) {
    double[] arm = c.array("treatment");
    boolean[] treated = new boolean[arm.length];
    for (int i = 0; i < arm.length; i++) {
      treated[i] = arm[i] == 1;
    }
    return treated;
  }

  private static void cuped(GoldenCases.Case c) {
    Cuped cuped = Cuped.of(c.array("outcome"), c.array("pre"), treated(c), 0.95);
    c.check(cuped.theta(), "theta");
    c.check(cuped.effect().difference().estimate(), "effect");
    c.check(cuped.effect().t(), "t");
    c.check(cuped.effect().pValue(), "p_value");
    c.check(cuped.unadjusted().difference().estimate(), "unadjusted_effect");
    c.check(cuped.unadjusted().pValue(), "unadjusted_p_value");
    c.check(cuped.varianceRatio(), "variance_ratio");
  }

  private static void regression(GoldenCases.Case c) {
    double[] covariate = c.array("pre");
    double mean = Samples.mean(covariate);
    for (int i = 0; i < covariate.length; i++) {
      covariate[i] -= mean;
    }
    LeastSquares fit =
        LeastSquares.fit(
            c.array("outcome"),
            ProbabilityScores.ones(covariate.length),
            c.array("treatment"),
            covariate);
    c.check(fit.coefficients()[1], "effect");
    c.check(fit.errorsHc2()[1], "se");
  }

  private static void sequence(GoldenCases.Case c) {
    SequentialTests.ConfidenceSequence sequence =
        SequentialTests.confidenceSequence(
            c.in("estimate"), c.in("variance"), c.in("n"), c.in("tuning_n"), c.in("alpha"));
    c.check(sequence.rho(), "rho");
    c.check(sequence.halfWidth(), "half_width");
    c.check(sequence.pValue(), "p_value");
    c.check(sequence.fixedHalfWidth(), "fixed_horizon_half_width");
  }

  private static void mixture(GoldenCases.Case c) {
    c.check(
        SequentialTests.mixtureRatio(c.in("mean"), c.in("n"), c.in("sigma2"), c.in("tau2")),
        "likelihood_ratio");
  }

  private static void beta(GoldenCases.Case c) {
    double[] successes = c.array("successes");
    double[] failures = c.array("failures");
    double[] prior = c.array("prior");
    BetaPosterior a = new BetaPosterior(prior[0] + successes[0], prior[1] + failures[0]);
    BetaPosterior b = new BetaPosterior(prior[0] + successes[1], prior[1] + failures[1]);
    c.check(b.probabilityAbove(a), "probability");
    c.check(b.expectedLoss(a), "expected_loss_choose_B");
  }

  private static void offPolicy(GoldenCases.Case c) {
    OffPolicy found =
        OffPolicy.of(
            c.ints("action"),
            c.array("reward"),
            c.array("logging_propensity"),
            c.matrix("evaluation_policy"),
            c.matrix("reward_model"));
    c.check(found.weights(), "weights");
    c.check(found.ips(), "ips");
    c.check(found.snips(), "snips");
    c.check(found.direct(), "dm");
    c.check(found.doublyRobust(), "dr");
    c.check(found.doublyRobustNormalised(), "sndr");
    c.check(found.effectiveRows(), "ess");
    c.check(found.ipsError(), "ips_se");
  }
}
