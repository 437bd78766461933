package dev.gnomon.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/// What must hold beside the golden values: closed forms, other programs, and the edges.
class LawsOfTestsTest {
  private static double[] sample(int n, double shift, double bend) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = Math.sin(12.9898 * i + bend) * 43.758 + shift;
      values[i] -= Math.floor(values[i]);
    }
    return values;
  }

  @Test
  void cramerVonMisesByTheLimitLaw() {
    // scipy 1.10.1: scipy.stats.cramervonmises_2samp(x, y, method="asymptotic")
    TestResult near = CramerVonMises.test(sample(60, 0, 1), sample(45, 0, 2));
    assertThat(near.statistic()).isCloseTo(0.43973544973544776, within(1e-9));
    assertThat(near.pValue()).isCloseTo(0.0569239925982703, within(1e-9));
    double[] moved = sample(45, 0, 2);
    for (int i = 0; i < moved.length; i++) {
      moved[i] = moved[i] * 0.7 + 0.2;
    }
    TestResult far = CramerVonMises.test(sample(60, 0, 1), moved);
    assertThat(far.statistic()).isCloseTo(1.0220634920634915, within(1e-9));
    assertThat(far.pValue()).isCloseTo(0.0021512178871953003, within(1e-9));
  }

  @Test
  void exactLawsAgreeWithoutTies() {
    double[] x = sample(25, 0, 3);
    double[] y = sample(31, 0, 5);
    assertThat(KolmogorovSmirnov.exactGivenTies(x, y).pValue())
        .isCloseTo(KolmogorovSmirnov.exact(x, y).pValue(), within(1e-12));
    // One value only: every split has distance 0.
    double[] same = {1, 1, 1};
    assertThat(KolmogorovSmirnov.exactGivenTies(same, same)).isEqualTo(new TestResult(0, 1));
    // Both laws meet at 1, where the series changes.
    assertThat(KolmogorovSmirnov.limitSurvival(1 - 1e-12))
        .isCloseTo(KolmogorovSmirnov.limitSurvival(1), within(1e-10));
  }

  @Test
  void aLeakIsAnAlarmWhateverTheCounts() {
    assertThat(SampleRatio.of(new long[] {500, 500, 1}, new double[] {1, 1, 0}).alarm()).isTrue();
    SampleRatio kept = SampleRatio.of(new long[] {500, 500, 0}, new double[] {1, 1, 0});
    assertThat(kept.alarm()).isFalse();
    assertThat(kept.degreesOfFreedom()).isEqualTo(1);
  }

  @Test
  void tablesThatSayNothing() {
    long[][] oneColumn = {{3, 0}, {4, 0}};
    assertThat(ContingencyTables.chiSquare(oneColumn))
        .isEqualTo(new ContingencyTables.TableTest(0, 1, 0));
    assertThat(ContingencyTables.cramersV(oneColumn)).isZero();
    assertThat(ContingencyTables.cramersV(new long[][] {{5, 0}, {0, 5}})).isEqualTo(1);
    assertThatThrownBy(() -> ContingencyTables.chiSquare(new long[][] {{1, 2}, {3}}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new McNemar(0, 0).exact()).isEqualTo(new TestResult(0, 1));
    assertThat(new McNemar(0, 0).chiSquare()).isEqualTo(new TestResult(0, 1));
    assertThat(RankTests.wilcoxonExact(new double[] {1, 2}, new double[] {1, 2}))
        .isEqualTo(new TestResult(0, 1));
    assertThat(Samples.paired(new double[] {1, 2}, new double[] {1, 2}, 0.95).pValue()).isOne();
  }

  @Test
  void betaPosteriorsBeatEachOtherInTurn() {
    // Beta(a, 1) has the distribution function x^a, so that P(B > A) is b / (a + b).
    double above = new BetaPosterior(3, 1).probabilityAbove(new BetaPosterior(5, 1));
    assertThat(above).isCloseTo(3.0 / 8, within(1e-10));
    BetaPosterior few = new BetaPosterior(0.5, 0.5);
    BetaPosterior many = new BetaPosterior(40_000, 60_000);
    assertThat(few.probabilityAbove(many) + many.probabilityAbove(few)).isCloseTo(1, within(1e-9));
    assertThat(many.probabilityAbove(many)).isCloseTo(0.5, within(1e-10));
    // scipy 1.10.1: 1 - scipy.stats.beta(.5, .5).cdf(.4) up to the spread of the many.
    assertThat(few.probabilityAbove(many)).isCloseTo(0.5640942, within(1e-5));
  }

  @Test
  void noncentralTeeMeetsTheCentralOne() {
    for (double t : new double[] {-3, -0.4, 0, 1.7}) {
      for (double degrees : new double[] {1, 2.5, 30, 4000}) {
        assertThat(SampleSize.noncentralT(t, degrees, 0))
            .isCloseTo(
                org.apache.commons.statistics.distribution.TDistribution.of(degrees)
                    .cumulativeProbability(t),
                within(1e-10));
      }
    }
    // scipy 1.10.1: scipy.stats.nct.cdf(1.5, 7, 2), scipy.stats.nct.cdf(-1, 3, 1.2)
    assertThat(SampleSize.noncentralT(1.5, 7, 2)).isCloseTo(0.3029656097400302, within(1e-9));
    assertThat(SampleSize.noncentralT(-1, 3, 1.2)).isCloseTo(0.02337849478217939, within(1e-9));
    assertThat(SampleSize.means(0, 0.05, 0.8)).isInfinite();
  }

  @Test
  void groupingsUnderOtherNamesAgreeWholly() {
    ClusterAgreement same =
        ClusterAgreement.of(new int[] {0, 0, 1, 1, 2, 2}, new int[] {2, 2, 0, 0, 1, 1});
    assertThat(same.adjustedRand()).isCloseTo(1, within(1e-12));
    assertThat(same.adjustedInformation()).isCloseTo(1, within(1e-12));
    assertThat(same.fowlkesMallows()).isCloseTo(1, within(1e-12));
  }

  @Test
  void crpsOfANormalEnsembleNearsTheClosedForm() {
    int n = 4000;
    double[] members = new double[n];
    for (int i = 0; i < n; i++) {
      members[i] =
          org.apache.commons.statistics.distribution.NormalDistribution.of(1, 2)
              .inverseCumulativeProbability((i + 0.5) / n);
    }
    assertThat(ForecastScores.crpsEnsemble(members, 2.5))
        .isCloseTo(ForecastScores.crpsNormal(1, 2, 2.5), within(1e-3));
    assertThat(ForecastScores.crpsNormal(3, 0, 1)).isEqualTo(2);
  }

  @Test
  void aFallAlarmsOnTheOtherSideAndAgainAfterAReset() {
    PageHinkley test = new PageHinkley(0.005, 1, 0.9999, 30);
    int alarm = -1;
    for (int i = 0; i < 200 && alarm < 0; i++) {
      alarm = test.add(i < 100 ? 0.5 : 0.1) ? i : -1;
    }
    assertThat(alarm).isBetween(100, 110);
    assertThat(test.rose()).isFalse();
    test.reset();
    assertThat(test.add(0.1)).isFalse();
  }
}
