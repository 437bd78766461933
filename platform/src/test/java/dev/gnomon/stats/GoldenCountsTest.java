package dev.gnomon.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GoldenCountsTest {
  @TestFactory
  List<DynamicTest> cases() {
    return GoldenCases.topic("counts")
        .is("chi2-homogeneity-2x3", GoldenCountsTest::homogeneity)
        .is("chi2-new-category", GoldenCountsTest::homogeneity)
        .is("chi2-gof-same-table", GoldenCountsTest::goodnessOfFit)
        .is("chi2-2x2-yates", c -> table(c, ContingencyTables.chiSquareYates(c.table())))
        .is("chi2-2x2-no-yates", c -> table(c, ContingencyTables.chiSquare(c.table())))
        .is("g-test-2x3", c -> table(c, ContingencyTables.likelihoodRatio(c.table())))
        .is("cramers-v", c -> c.check(ContingencyTables.cramersV(c.table()), "value"))
        .is("fisher-exact-2x2", GoldenCountsTest::fisher)
        .is("srm-50-50-ok", GoldenCountsTest::sampleRatio)
        .is("srm-50-50-mismatch", GoldenCountsTest::sampleRatio)
        .is("srm-three-arms", GoldenCountsTest::sampleRatio)
        .is("mcnemar-exact", c -> c.check(mcNemar(c).exact(), "statistic"))
        .is("mcnemar-chi2", c -> c.check(mcNemar(c).chiSquare(), "statistic"))
        .is("mcnemar-chi2-corrected", c -> c.check(mcNemar(c).chiSquareCorrected(), "statistic"))
        .is("two-proportion-z-pooled", c -> two(c, false))
        .is("two-proportion-z-unpooled", c -> two(c, true))
        .is("two-proportion-chi2-continuity", GoldenCountsTest::corrected)
        .is("proportion-intervals", GoldenCountsTest::intervals)
        .is("difference-of-proportions-newcombe", GoldenCountsTest::newcombe)
        .is(
            "binomial-exact",
            c ->
                c.check(
                    Proportions.binomial((int) c.in("k"), (int) c.in("n"), c.in("p")).pValue(),
                    "p_value"))
        .tests();
  }

  private static void table(GoldenCases.Case c, ContingencyTables.TableTest test) {
    c.check(test.statistic(), "statistic");
    c.check(test.pValue(), "p_value");
    assertThat(test.degreesOfFreedom()).isEqualTo(c.expected("dof").asInt());
  }

  private static void homogeneity(GoldenCases.Case c) {
    table(c, ContingencyTables.chiSquare(c.table()));
    double[][] expected = ContingencyTables.expected(c.matrix("table"));
    for (int row = 0; row < expected.length; row++) {
      double[] stated = GoldenCases.Case.doubles(c.expected("expected").get(row));
      for (int column = 0; column < stated.length; column++) {
        c.check(expected[row][column], stated[column]);
      }
    }
  }

  private static void goodnessOfFit(GoldenCases.Case c) {
    table(c, ContingencyTables.goodnessOfFit(c.longs("current"), c.array("reference")));
  }

  private static void fisher(GoldenCases.Case c) {
    long[][] t = c.table();
    int[][] table = {{(int) t[0][0], (int) t[0][1]}, {(int) t[1][0], (int) t[1][1]}};
    c.check(ContingencyTables.fisher(table), "odds_ratio_sample");
  }

  private static void sampleRatio(GoldenCases.Case c) {
    SampleRatio ratio = SampleRatio.of(c.longs("counts"), c.array("weights"));
    c.check(ratio.statistic(), "statistic");
    c.check(ratio.pValue(), "p_value");
    assertThat(ratio.degreesOfFreedom()).isEqualTo(c.expected("dof").asInt());
    assertThat(ratio.alarm()).isEqualTo(c.expected("alarm_at_0_001").asBoolean());
  }

  private static McNemar mcNemar(GoldenCases.Case c) {
    long[][] table = c.table();
    return new McNemar(table[0][1], table[1][0]);
  }

  private static void two(GoldenCases.Case c, boolean unpooled) {
    double[] x = c.array("count");
    double[] n = c.array("n");
    c.check(
        unpooled
            ? Proportions.twoProportionsUnpooled(x[0], n[0], x[1], n[1])
            : Proportions.twoProportions(x[0], n[0], x[1], n[1]),
        "z");
  }

  private static void corrected(GoldenCases.Case c) {
    double[] x = c.array("count");
    double[] n = c.array("n");
    Proportions.CorrectedTest test =
        Proportions.twoProportionsCorrected(x[0], n[0], x[1], n[1], 0.95);
    c.check(test.statistic(), "statistic");
    c.check(test.pValue(), "p_value");
    c.check(test.difference(), "ci95");
  }

  private static void intervals(GoldenCases.Case c) {
    int k = (int) c.in("count");
    int n = (int) c.in("n");
    double level = 1 - c.in("alpha");
    c.check(Proportions.wald(k, n, level), "normal");
    c.check(Proportions.wilson(k, n, level), "wilson");
    c.check(Proportions.agrestiCoull(k, n, level), "agresti_coull");
    c.check(Proportions.clopperPearson(k, n, level), "beta");
    c.check(Proportions.jeffreys(k, n, level), "jeffreys");
  }

  private static void newcombe(GoldenCases.Case c) {
    double[] x = c.array("count");
    double[] n = c.array("n");
    c.check(Proportions.newcombe(x[0], n[0], x[1], n[1], 0.95), "ci95");
  }
}
