package dev.gnomon.learners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.models.ConstantModel;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.spi.Fit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Against scikit-learn 1.2.1: the difference of the two joint log-likelihoods of the first six
/// rows.
class NaiveBayesTrainerTest {
  /// The sample with its last inputs replaced by whether they are above 0.2.
  private static Fit.Rows flags(int from, boolean weighted) {
    Fit.Rows rows = Sample.rows(Fit.Target.BINARY, weighted);
    float[] values = rows.inputs().values().clone();
    for (int i = 0; i < values.length; i++) {
      if (i % Sample.WIDTH >= from) {
        values[i] = values[i] > 0.2 ? 1 : 0;
      }
    }
    return Fit.Rows.of(
        new Matrix(Sample.NAMES, values, rows.size()), rows.targets(), rows.weights());
  }

  private static void check(Fit.Rows rows, Map<String, String> settings, double... expected) {
    var model = new NaiveBayesTrainer().train(Sample.fit(Fit.Target.BINARY, rows, settings, 1));
    for (int i = 0; i < expected.length; i++) {
      assertThat(model.margin(rows.inputs().values(), i * Sample.WIDTH))
          .isCloseTo(expected[i], within(1e-9));
    }
    Sample.holds(model, rows);
  }

  @Test
  void numbersEqualGaussianNb() {
    check(
        flags(Sample.WIDTH, true),
        Map.of(),
        0.5706575672759993,
        -0.5676174379981687,
        0.814406322839651,
        -0.5270201739078306,
        0.5094772071806473,
        -1.2552913260577983);
    check(
        flags(Sample.WIDTH, true),
        Map.of("var-smoothing", "0.1"),
        0.4760331712871655,
        -0.5262878088563685,
        0.7169092101699048,
        -0.4955639159597931,
        0.44110739333967963,
        -1.139153601337668);
  }

  @Test
  void flagsEqualBernoulliNb() {
    check(
        flags(0, true),
        Map.of(),
        0.23234829171407512,
        -0.5135844490982846,
        0.15996063068712152,
        -0.5047823142912176,
        0.15996063068712152,
        -1.1783273940766241);
  }

  /// GaussianNB of three inputs plus BernoulliNB (alpha 0.5) of two, the prior counted once.
  @Test
  void bothTogetherAreTheirSum() {
    check(
        flags(3, false),
        Map.of("alpha", "0.5"),
        0.6556981613600106,
        -0.1948042117072772,
        0.7024706002447088,
        -0.18740045866960225,
        0.4904970532339313,
        -1.3405938659224017);
  }

  @Test
  void aStatedPriorMovesAllMarginsAlike() {
    Fit.Rows rows = flags(3, false);
    var plain = new NaiveBayesTrainer().train(Sample.fit(Fit.Target.BINARY, rows, Map.of(), 1));
    var stated =
        new NaiveBayesTrainer()
            .train(Sample.fit(Fit.Target.BINARY, rows, Map.of("prior", "0.1"), 1));
    double shift = Math.log(0.1 / 0.9) - Math.log(91.0 / 109);
    for (int i = 0; i < 10; i++) {
      assertThat(stated.margin(rows.inputs().values(), i * Sample.WIDTH))
          .isCloseTo(plain.margin(rows.inputs().values(), i * Sample.WIDTH) + shift, within(1e-9));
    }
  }

  @Test
  void constantInputsSayNothingAndOneClassIsTheBaseRate() {
    Fit.Rows rows =
        Fit.Rows.of(
            new Matrix(List.of("five", "one"), new float[] {5, 1, 5, 1, 5, 1}, 3),
            new float[] {0, 1, 1},
            new float[] {1, 1, 1});
    var model = new NaiveBayesTrainer().train(Sample.fit(Fit.Target.BINARY, rows, Map.of(), 1));
    // Laplace: a 1 has 2/3 of one negative, 3/4 of two positives.
    assertThat(model.margin(new float[] {5, 1}, 0))
        .isCloseTo(Math.log(2) + Math.log(0.75 / (2 / 3.0)), within(1e-12));
    Sample.holds(model, rows);
    Fit.Rows positive = Fit.Rows.of(rows.inputs(), new float[] {1, 1, 1}, new float[] {1, 1, 1});
    assertThat(new NaiveBayesTrainer().train(Sample.fit(Fit.Target.BINARY, positive, Map.of(), 1)))
        .isInstanceOf(ConstantModel.class);
  }
}
