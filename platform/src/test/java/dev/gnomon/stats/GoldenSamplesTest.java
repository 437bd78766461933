package dev.gnomon.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GoldenSamplesTest {
  @TestFactory
  List<DynamicTest> cases() {
    return GoldenCases.topic("samples")
        .is(
            "mann-whitney-exact",
            c -> c.check(RankTests.mannWhitneyExact(c.array("x"), c.array("y")), "u"))
        .is(
            "mann-whitney-ties-continuity",
            c -> c.check(RankTests.mannWhitneyNormal(c.array("x"), c.array("y"), true), "u"))
        .is(
            "mann-whitney-ties-no-continuity",
            c -> c.check(RankTests.mannWhitneyNormal(c.array("x"), c.array("y"), false), "u"))
        .is(
            "wilcoxon-signed-rank-exact",
            c -> c.check(RankTests.wilcoxonExact(c.array("x"), c.array("y")), "statistic"))
        .is(
            "t-test-welch",
            c -> {
              Samples.Welch welch = Samples.welch(c.array("x"), c.array("y"), 0.95);
              means(c, welch);
              c.check(welch.degreesOfFreedom(), "dof");
              c.check(welch.difference(), "ci95_mean_difference");
            })
        .is(
            "t-test-pooled",
            c -> {
              Samples.Welch pooled = Samples.pooled(c.array("x"), c.array("y"), 0.95);
              means(c, pooled);
              c.check(pooled.degreesOfFreedom(), "dof");
            })
        .is(
            "t-test-paired",
            c -> {
              Samples.Welch paired = Samples.paired(c.array("x"), c.array("y"), 0.95);
              means(c, paired);
              c.check(paired.degreesOfFreedom(), "dof");
            })
        .is("t-test-from-moments", GoldenSamplesTest::moments)
        .is("multiple-testing-bonferroni", c -> adjusted(c, MultipleTesting.BONFERRONI))
        .is("multiple-testing-holm", c -> adjusted(c, MultipleTesting.HOLM))
        .is("multiple-testing-fdr-bh", c -> adjusted(c, MultipleTesting.BENJAMINI_HOCHBERG))
        .is("multiple-testing-fdr-by", c -> adjusted(c, MultipleTesting.BENJAMINI_YEKUTIELI))
        .is(
            "multiple-testing-bh-unsorted-ties",
            c -> c.check(MultipleTesting.benjaminiHochberg(c.array("p")), "adjusted"))
        .tests();
  }

  private static void means(GoldenCases.Case c, Samples.Welch test) {
    c.check(test.t(), "t");
    c.check(test.pValue(), "p_value");
  }

  private static void moments(GoldenCases.Case c) {
    double[] mean = c.array("mean");
    double[] sd = c.array("sd");
    double[] n = c.array("n");
    means(c, Samples.welch(mean[0], sd[0] * sd[0], n[0], mean[1], sd[1] * sd[1], n[1], 0.95));
  }

  private static void adjusted(GoldenCases.Case c, MultipleTesting method) {
    double[] adjusted = method.adjust(c.array("p"));
    c.check(adjusted, "adjusted");
    for (int i = 0; i < adjusted.length; i++) {
      assertThat(adjusted[i] <= c.in("alpha")).isEqualTo(c.expected("rejected").get(i).asBoolean());
    }
  }
}
