package dev.gnomon.learners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.instances.KernelModel;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.stats.RandomStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Against scikit-learn 1.2.1 on the weighted sample: SVC and SVR (tol 1e-9, C = 2) at half the
/// inputs of the first six rows, LinearSVC and LinearSVR (tol 1e-10, C = 0.5). Numbers are
/// standardised there as here.
class SvmTrainerTest {
  private static float[] half(Fit.Rows rows) {
    float[] half = rows.inputs().values().clone();
    for (int i = 0; i < half.length; i++) {
      half[i] *= 0.5f;
    }
    return half;
  }

  private static KernelModel train(Fit.Target target, Map<String, String> settings) {
    Map<String, String> all = new TreeMap<>(settings);
    all.put("cost", "2");
    all.put("tolerance", "1e-9");
    return (KernelModel) Sample.train(new SvmTrainer(), target, all);
  }

  private static void classes(Map<String, String> settings, double... expected) {
    Fit.Rows rows = Sample.rows(Fit.Target.BINARY, true);
    KernelModel model = train(Fit.Target.BINARY, settings);
    for (int i = 0; i < expected.length; i++) {
      assertThat(model.decision(half(rows), i * Sample.WIDTH))
          .as(settings.toString())
          .isCloseTo(expected[i], within(1e-5));
    }
    assertThat(model.output()).isEqualTo(Output.LOG_ODDS);
    Sample.holds(model, rows);
  }

  private static void numbers(Map<String, String> settings, double... expected) {
    Fit.Rows rows = Sample.rows(Fit.Target.NUMBER, true);
    KernelModel model = train(Fit.Target.NUMBER, settings);
    for (int i = 0; i < expected.length; i++) {
      assertThat(model.margin(half(rows), i * Sample.WIDTH))
          .as(settings.toString())
          .isCloseTo(expected[i], within(1e-5));
    }
    assertThat(model.output()).isEqualTo(Output.NUMBER);
    Sample.holds(model, rows);
  }

  @Test
  void kernelsEqualSvcAndSvr() {
    classes(
        Map.of(),
        -0.04731162174059162,
        -1.0413482065759412,
        0.14106203281071067,
        -0.9973908977400537,
        -0.1706755124412364,
        -1.4983434181361504);
    classes(
        Map.of("kernel", "polynomial", "shift", "1"),
        -0.2801724869543214,
        -1.1654548151741884,
        -0.1738162730252697,
        -1.4926429235710106,
        -0.43354642088479634,
        -1.7823621633785491);
    classes(
        Map.of("kernel", "sigmoid", "gamma", "0.1"),
        -0.07593321489364635,
        -0.45502770048561697,
        0.10726058025121349,
        -0.20736665233153362,
        -0.020773580778971124,
        -0.7105539985393663);
    numbers(
        Map.of(),
        0.4143102020388545,
        -0.639629187775141,
        0.6265446568994393,
        -0.29904652488510197,
        0.44826690013060005,
        -1.0907898055998928);
    numbers(
        Map.of("kernel", "polynomial", "shift", "1"),
        0.2296477615110336,
        -0.5585339649930456,
        0.27998993831166485,
        -0.740737748344815,
        0.07387205467926906,
        -1.0395853557297823);
    numbers(
        Map.of("kernel", "sigmoid", "gamma", "0.1"),
        0.29392367952632803,
        -0.018868498815596366,
        0.5068907062501072,
        0.15708371756108164,
        0.39309826072384624,
        -0.24842450893737283);
  }

  private static void equal(double[] found, double tolerance, double... expected) {
    assertThat(found[Sample.WIDTH]).isCloseTo(expected[0], within(tolerance));
    for (int j = 0; j < Sample.WIDTH; j++) {
      assertThat(found[j]).isCloseTo(expected[j + 1], within(tolerance));
    }
  }

  @Test
  void linearEqualsLinearSvc() {
    Fit.Rows rows = Sample.rows(Fit.Target.BINARY, true);
    SparseRows sparse = SparseRows.of(rows.inputs());
    double[] squared = {
      -0.17551052349717172,
      0.6310997612673491,
      -0.39067337167656574,
      0.22155205972718695,
      -0.16461813927073932,
      -0.21118842437099855
    };
    equal(
        new ProximalNewton(
                sparse, rows.targets(), rows.weights(), new PointLoss.SquaredHinge(), 0, 2)
            .withInterceptPenalty(2)
            .fit(0, 1, Progress.NONE),
        1e-7,
        squared);
    equal(
        new DualDescent(sparse, 0.5, 1e-10, 1_000_000, RandomStream.of(1))
            .hinge(rows.targets(), rows.weights()),
        1e-6,
        -0.4130742627681613,
        1.372394284214626,
        -0.9313904037769491,
        0.5061728271192965,
        -0.2671524149168676,
        -0.2752479035630473);
    // Platt's curve stretches all weights alike.
    LinearModel model =
        (LinearModel)
            Sample.train(new LinearSvmTrainer(), Fit.Target.BINARY, Map.of("cost", "0.5"));
    for (int j = 1; j < Sample.WIDTH; j++) {
      assertThat(model.weight(j) / model.weight(0))
          .isCloseTo(squared[j + 1] / squared[1], within(1e-7));
    }
    Sample.holds(model, rows);
  }

  @Test
  void linearEqualsLinearSvr() {
    linearNumber(
        Map.of("loss", "epsilon-insensitive"),
        -0.014432364797194827,
        1.1443456547409399,
        -0.8438859204378086,
        0.4253493825181541,
        -0.17955608320279265,
        -0.3602496090078288);
    linearNumber(
        Map.of(),
        -0.020587029248077107,
        1.0436505897186643,
        -0.7317770594213794,
        0.43155699815054105,
        -0.20315822958741242,
        -0.220013707195507);
  }

  private static void linearNumber(Map<String, String> settings, double... expected) {
    Map<String, String> all = new TreeMap<>(settings);
    all.putAll(Map.of("cost", "0.5", "tolerance", "1e-10", "passes", "1000000"));
    LinearModel model = (LinearModel) Sample.train(new LinearSvmTrainer(), Fit.Target.NUMBER, all);
    double[] found = new double[Sample.WIDTH + 1];
    for (int j = 0; j < Sample.WIDTH; j++) {
      found[j] = model.weight(j);
    }
    found[Sample.WIDTH] = model.intercept();
    equal(found, 1e-6, expected);
  }

  /// The curve is fitted on rows the surface did not see, so its probabilities mean what they say.
  @Test
  void logOddsAreCalibrated() {
    Fit.Rows rows = Sample.rows(Fit.Target.BINARY, false, 1000);
    for (var trainer : List.of(new SvmTrainer(), new LinearSvmTrainer())) {
      Model model = trainer.train(Sample.fit(Fit.Target.BINARY, rows, Map.of(), 2));
      double sum = 0;
      double positives = 0;
      double[] margins = Sample.margins(model, rows);
      for (int i = 0; i < margins.length; i++) {
        sum += Output.LOG_ODDS.score(margins[i]);
        positives += rows.targets()[i];
      }
      assertThat(sum).as(trainer.name()).isCloseTo(positives, within(0.05 * positives));
      Sample.sameBytes(model, trainer.train(Sample.fit(Fit.Target.BINARY, rows, Map.of(), 1)));
    }
  }

  /// A cache of two kernel rows gives the same bytes as one that holds all.
  @Test
  void theCacheChangesNothing() {
    Fit.Rows rows = Sample.rows(Fit.Target.BINARY, true, 600);
    float[] values = rows.inputs().values();
    var kernel =
        new dev.gnomon.models.instances.Kernel(
            dev.gnomon.models.instances.Kernel.Shape.RBF, 0.5, 0, 3);
    double[][] alphas = new double[2][rows.size()];
    for (int run = 0; run < 2; run++) {
      KernelRows kernelRows =
          new KernelRows(kernel, values, rows.size(), Sample.WIDTH, run == 0 ? 0 : 1 << 30, 1);
      byte[] signs = new byte[rows.size()];
      double[] linear = new double[rows.size()];
      double[] bounds = new double[rows.size()];
      for (int i = 0; i < signs.length; i++) {
        signs[i] = (byte) (rows.targets()[i] > 0 ? 1 : -1);
        linear[i] = -1;
        bounds[i] = 1;
      }
      Smo smo = new Smo(kernelRows, kernelRows.diagonal(), signs, linear, bounds);
      smo.solve(1e-4, 1_000_000);
      for (int i = 0; i < signs.length; i++) {
        alphas[run][i] = smo.alpha(i);
      }
    }
    assertThat(alphas[0]).containsExactly(alphas[1]);
  }

  @Test
  void edges() {
    for (var trainer : List.of(new SvmTrainer(), new LinearSvmTrainer())) {
      // Separable, five rows, one class, all alike.
      Fit.Rows five =
          Fit.Rows.of(
              new Matrix(List.of("x", "five"), new float[] {-2, 5, -1, 5, 1, 5, 2, 5, 3, 5}, 5),
              new float[] {0, 0, 1, 1, 1},
              new float[] {1, 1, 1, 1, 1});
      Sample.holds(trainer.train(Sample.fit(Fit.Target.BINARY, five, Map.of(), 1)), five);
      Fit.Rows one =
          Fit.Rows.of(five.inputs(), new float[] {1, 1, 1, 1, 1}, new float[] {1, 1, 1, 1, 1});
      Sample.holds(trainer.train(Sample.fit(Fit.Target.BINARY, one, Map.of(), 1)), one);
      Sample.holds(trainer.train(Sample.fit(Fit.Target.NUMBER, one, Map.of(), 1)), one);
      Fit.Rows alike =
          Fit.Rows.of(
              new Matrix(List.of("x"), new float[] {3, 3, 3, 3, 3}, 5),
              new float[] {0, 1, 0, 1, 1},
              new float[] {1, 1, 1, 1, 1});
      Sample.holds(trainer.train(Sample.fit(Fit.Target.BINARY, alike, Map.of(), 1)), alike);
    }
  }

  @Test
  void tooManyRowsAreRefused() {
    int rows = SvmTrainer.MOST + 1;
    float[] column = new float[rows];
    Fit.Rows many = Fit.Rows.of(new Matrix(List.of("x"), column, rows), column, column);
    assertThatThrownBy(
            () -> new SvmTrainer().train(Sample.fit(Fit.Target.BINARY, many, Map.of(), 1)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("30,001 rows")
        .hasMessageContaining("svm-linear");
  }
}
