package dev.gnomon.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Laws that hold for any data, by simulation with stated seeds where they are laws of chance.
class PropertiesTest {
  private static double[] gaussians(int n, RandomStream random) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextGaussian();
    }
    return values;
  }

  @Test
  void streamsAreRepeatableAndApart() {
    RandomStream random = RandomStream.of(1);
    RandomStream again = RandomStream.of(1);
    assertThat(random.nextLong()).isEqualTo(again.nextLong());
    assertThat(RandomStream.of(1).split("a").nextLong())
        .isEqualTo(random.split("a").nextLong())
        .isNotEqualTo(random.split("b").nextLong());
    long[] counts = new long[7];
    for (int i = 0; i < 70_000; i++) {
      counts[random.nextInt(7)]++;
    }
    long[] even = {10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000};
    assertThat(Samples.homogeneity(counts, even).pValue()).isGreaterThan(0.001);
    double[] normal = gaussians(20_000, random);
    assertThat(Samples.mean(normal)).isCloseTo(0, within(0.03));
    assertThat(Samples.variance(normal)).isCloseTo(1, within(0.05));
  }

  @Test
  void areaEqualsTheCountOfPairs() {
    RandomStream random = RandomStream.of(4);
    double[] scores = new double[200];
    double[] labels = new double[200];
    for (int i = 0; i < 200; i++) {
      scores[i] = random.nextInt(20);
      labels[i] = random.nextInt(2);
    }
    double won = 0;
    double pairs = 0;
    for (int i = 0; i < 200; i++) {
      for (int j = 0; j < 200; j++) {
        if (labels[i] > labels[j]) {
          won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
          pairs++;
        }
      }
    }
    assertThat(RankedScores.of(scores, labels).rocAuc()).isCloseTo(won / pairs, within(1e-12));
    assertThat(RankedScores.of(new double[] {1, 2}, new double[] {1, 1}).rocAuc()).isNaN();
  }

  @Test
  void entityBootstrapWidensWithRowsOfOneEntity() {
    // Twenty copies of each row are no more information: the interval must not shrink.
    RandomStream random = RandomStream.of(5);
    double[] once = gaussians(100, random);
    double[] copied = new double[2000];
    int[] single = new int[100];
    int[] entity = new int[2000];
    for (int i = 0; i < 2000; i++) {
      copied[i] = once[i / 20];
      entity[i] = i / 20;
    }
    for (int i = 0; i < 100; i++) {
      single[i] = i;
    }
    EntityBootstrap bootstrap = new EntityBootstrap(2000, 0.95, 9);
    Interval plain = bootstrap.interval(single, 100, w -> mean(once, w));
    Interval repeated = bootstrap.interval(entity, 100, w -> mean(copied, w));
    assertThat(repeated.lower()).isCloseTo(plain.lower(), within(1e-12));
    assertThat(repeated.upper()).isCloseTo(plain.upper(), within(1e-12));
    double error = Math.sqrt(Samples.variance(once) / 100);
    assertThat(plain.upper() - plain.lower()).isCloseTo(2 * 1.96 * error, within(0.1 * error * 4));
    assertThat(bootstrap.intervals(single, 100, List.of(w -> Double.NaN)).getFirst().lower())
        .isNaN();
  }

  private static double mean(double[] values, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * values[i];
      total += weights[i];
    }
    return sum / total;
  }

  @Test
  void driftKeepsItsFalseAlarmRateAtAnySampleSize() {
    RandomStream random = RandomStream.of(6);
    for (int current : new int[] {100, 1000}) {
      int alarms = 0;
      int bands = 0;
      for (int r = 0; r < 1000; r++) {
        double[] reference = gaussians(1000, random);
        double[] edges = Drift.edges(Quantiles.sortedPresent(reference), 10);
        Drift.Measure measure =
            Drift.compare(
                Drift.counts(edges, reference),
                0,
                Drift.counts(edges, gaussians(current, random)),
                0);
        alarms += measure.pValue() < 0.05 ? 1 : 0;
        bands += measure.psi() > 0.1 ? 1 : 0;
      }
      assertThat(alarms).as("alarms by p-value, of 1000").isBetween(20, 90);
      if (current == 100) {
        assertThat(bands).as("alarms by index alone").isGreaterThan(200);
      }
    }
  }

  @Test
  void driftSeesShiftsMissingAndNewCategories() {
    double[] reference = gaussians(2000, RandomStream.of(7));
    double[] shifted = gaussians(2000, RandomStream.of(8));
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = i % 10 == 0 ? Double.NaN : shifted[i] + 0.5;
    }
    double[] edges = Drift.edges(Quantiles.sortedPresent(reference), 10);
    Drift.Measure measure =
        Drift.compare(Drift.counts(edges, reference), 0, Drift.counts(edges, shifted), 200);
    assertThat(measure.psi()).isBetween(0.2, 0.35);
    assertThat(measure.pValue()).isLessThan(1e-10);
    assertThat(measure.missing()).isEqualTo(0.1);
    Drift.Measure categories = Drift.compare(new long[] {50, 50}, 0, new long[] {40, 40}, 10, 10);
    assertThat(categories.unseen()).isEqualTo(0.1);
    assertThat(categories.psi()).isGreaterThan(0.1);
  }

  @Test
  void recalibrationFindsTheLineAndItsError() {
    // A score that is twice too extreme: slope 1/2, and about 1.96 standard errors wide.
    RandomStream random = RandomStream.of(10);
    int n = 5000;
    double[] p = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      double z = random.nextGaussian();
      p[i] = 1 / (1 + Math.exp(-2 * z));
      y[i] = random.nextDouble() < 1 / (1 + Math.exp(-z - 0.3)) ? 1 : 0;
    }
    Recalibration line = Recalibration.fit(p, y, ProbabilityScores.ones(n));
    assertThat(line.slopeInterval(0.999).lower()).isLessThan(0.5);
    assertThat(line.slopeInterval(0.999).upper()).isGreaterThan(0.5);
    assertThat(line.interceptInterval(0.999).lower()).isLessThan(0.3);
    assertThat(line.interceptInterval(0.999).upper()).isGreaterThan(0.3);
    assertThat(line.slopeError()).isBetween(0.01, 0.03);
    assertThat(Recalibration.fit(new double[] {.1, .9}, new double[] {0, 1}, new double[] {1, 1}))
        .matches(fit -> Double.isNaN(fit.slope()));
  }
}
