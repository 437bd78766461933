package dev.gnomon.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GoldenDriftTest {
  @TestFactory
  List<DynamicTest> cases() {
    return GoldenCases.topic("drift")
        .is("ks-2s-exact", c -> ks(c, KolmogorovSmirnov.exact(c.array("x"), c.array("y"))))
        .is(
            "ks-2s-exact-r",
            c -> ks(c, KolmogorovSmirnov.exactGivenTies(c.array("x"), c.array("y"))))
        .is(
            "ks-2s-asymptotic-scipy",
            c -> ks(c, KolmogorovSmirnov.finite(c.array("x"), c.array("y"))))
        .is(
            "ks-2s-asymptotic-limit-law",
            c -> ks(c, KolmogorovSmirnov.limit(c.array("x"), c.array("y"))))
        .is(
            "ks-2s-ties-exact-ignoring-ties",
            c -> ks(c, KolmogorovSmirnov.exact(c.array("x"), c.array("y"))))
        .is(
            "ks-2s-ties-exact-conditional",
            c -> ks(c, KolmogorovSmirnov.exactGivenTies(c.array("x"), c.array("y"))))
        .is("ks-2s-one-sided", c -> ks(c, KolmogorovSmirnov.exactAbove(c.array("x"), c.array("y"))))
        .is("ks-2s-same-shift-n-1000", c -> sameShift(c, 1000))
        .is("ks-2s-same-shift-n-20000", c -> sameShift(c, 20_000))
        .is("ks-2s-same-shift-n-200000", c -> sameShift(c, 200_000))
        .is("cvm-2s-exact", c -> ks(c, CramerVonMises.test(c.array("x"), c.array("y"))))
        .is(
            "psi-proportions",
            c -> c.check(Divergence.psi(c.array("reference"), c.array("current")), "value"))
        .is("psi-deciles", GoldenDriftTest::deciles)
        .is("psi-equal-width", GoldenDriftTest::equalWidth)
        .is(
            "psi-new-category",
            c ->
                c.check(
                    Divergence.psi(c.array("reference"), c.array("current"), c.in("floor")),
                    "value"))
        .is(
            "psi-empty-bin-laplace",
            c ->
                c.check(
                    Divergence.psi(c.longs("reference_counts"), c.longs("current_counts")),
                    "value"))
        .is(
            "kl-divergence",
            c ->
                c.check(
                    Divergence.kullbackLeibler(c.array("reference"), c.array("current")), "value"))
        .is("js-distance-base2", c -> jensenShannon(c, 2))
        .is("js-distance-basee", c -> jensenShannon(c, Math.E))
        .is("js-distance-new-category", c -> c.check(distance(c, 2), "distance"))
        .is(
            "js-distance-disjoint",
            c -> {
              c.check(distance(c, 2), "base2");
              c.check(distance(c, Math.E), "basee");
            })
        .is(
            "hellinger",
            c -> c.check(Divergence.hellinger(c.array("reference"), c.array("current")), "value"))
        .is(
            "wasserstein-samples",
            c -> c.check(SampleDistances.wasserstein(c.array("x"), c.array("y")), "value"))
        .is(
            "wasserstein-weighted",
            c ->
                c.check(
                    SampleDistances.wasserstein(
                        c.array("u"), c.array("v"), c.array("u_weights"), c.array("v_weights")),
                    "value"))
        .is(
            "wasserstein-normed",
            c -> {
              double value =
                  SampleDistances.wassersteinNormed(c.array("reference"), c.array("current"));
              c.check(value, "value");
              assertThat(value > 0.1).isEqualTo(c.expected("drift_at_0_1").asBoolean());
            })
        .is(
            "energy-distance",
            c -> c.check(SampleDistances.energy(c.array("x"), c.array("y")), "value"))
        .is("page-hinkley", GoldenDriftTest::pageHinkley)
        .tests();
  }

  private static void ks(GoldenCases.Case c, TestResult result) {
    c.check(result, "statistic");
  }

  private static void sameShift(GoldenCases.Case c, int n) {
    double[] x = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = (i + 0.5) / n;
      y[i] = Math.pow(x[i], 1.05);
    }
    ks(c, KolmogorovSmirnov.finite(x, y));
    c.check(KolmogorovSmirnov.distance(x, y), "statistic");
    c.check(SampleDistances.wassersteinNormed(x, y), "wasserstein_normed");
  }

  private static void deciles(GoldenCases.Case c) {
    index(c, Drift.edges(Quantiles.sortedPresent(c.array("reference")), 10), 0);
  }

  private static void equalWidth(GoldenCases.Case c) {
    index(
        c, Drift.equalWidthEdges(Quantiles.sortedPresent(c.array("reference")), 10), c.in("floor"));
  }

  private static void index(GoldenCases.Case c, double[] edges, double floor) {
    double[] stated = c.array("inner_edges");
    assertThat(edges).hasSameSizeAs(stated);
    for (int i = 0; i < edges.length; i++) {
      c.check(edges[i], stated[i]);
    }
    double[] p = Divergence.shares(Drift.counts(edges, c.array("reference")));
    double[] q = Divergence.shares(Drift.counts(edges, c.array("current")));
    c.check(p, "reference_shares");
    c.check(q, "current_shares");
    c.check(Divergence.psi(p, q, floor), "value");
  }

  private static double distance(GoldenCases.Case c, double base) {
    return Divergence.jensenShannonDistance(c.array("reference"), c.array("current"), base);
  }

  private static void jensenShannon(GoldenCases.Case c, double base) {
    double distance = distance(c, base);
    c.check(distance, "distance");
    c.check(distance * distance, "divergence");
  }

  private static void pageHinkley(GoldenCases.Case c) {
    PageHinkley test =
        new PageHinkley(
            c.in("delta"), c.in("threshold"), c.in("alpha"), (int) c.in("min_instances"));
    double[] series = c.array("series");
    int alarm = -1;
    for (int i = 0; i < series.length && alarm < 0; i++) {
      if (test.add(series[i])) {
        alarm = i;
      }
    }
    assertThat(alarm).isEqualTo(c.expected("first_alarm_index").asInt());
    c.check(test.upStatistic(), "up_statistic");
    c.check(test.downStatistic(), "down_statistic");
    assertThat(test.rose()).isTrue();
  }
}
