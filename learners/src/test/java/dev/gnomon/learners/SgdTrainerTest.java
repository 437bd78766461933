package dev.gnomon.learners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Output;
import dev.gnomon.models.spi.Fit;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SgdTrainerTest {
  private static void check(Optimiser optimiser, double rho, double... expected) {
    double[] w = {0.5, -1, 2};
    Optimiser.Slots slots = new Optimiser.Slots(new double[3], new double[3], 0);
    Optimiser.Momentum momentum = new Optimiser.Momentum(0.9, rho, 1e-8);
    for (double[] gradient : new double[][] {{0.1, -0.2, 0.3}, {-0.05, 0.4, 0.25}}) {
      slots.steps++;
      optimiser.step(w, gradient, slots, 0.1, momentum);
    }
    assertThat(w).as(optimiser.name()).containsExactly(expected, within(1e-14));
  }

  /// Two steps of each by its formula in numpy 1.24.2, from (0.5, -1, 2), rate 0.1.
  @Test
  void stepsFollowTheirFormulas() {
    check(Optimiser.PLAIN, 0, 0.495, -1.02, 1.945);
    check(Optimiser.MOMENTUM, 0, 0.486, -1.002, 1.918);
    check(Optimiser.NESTEROV, 0, 0.4824, -1.0218, 1.8712);
    check(Optimiser.ADAGRAD, 0, 0.44472136554999514, -0.9894427220999914, 1.8359815650062294);
    check(Optimiser.RMSPROP, 0.9, 0.3312142466597796, -0.9694865492892781, 1.4750763169556727);
    check(Optimiser.ADAM, 0.999, 0.3733663094033908, -0.9366103565460367, 1.800882719464278);
  }

  /// Three steps over all 200 rows at once, by numpy 1.24.2: weights are relative to their mean,
  /// the intercept has no penalty.
  @Test
  void aPassOfOneBatchIsOneGradientStep() {
    LinearModel model =
        (LinearModel)
            Sample.train(
                new SgdTrainer(),
                Fit.Target.BINARY,
                Map.of(
                    "optimiser",
                    "plain",
                    "schedule",
                    "constant",
                    "rate",
                    "0.5",
                    "batch",
                    "200",
                    "epochs",
                    "3",
                    "l2",
                    "0.01"));
    double[] expected = {
      0.1383107140597511,
      -0.08796875026611489,
      0.05007719266076599,
      -0.027573156485253922,
      -0.07970644255429078,
      -0.06322324093826857
    };
    for (int j = 0; j < Sample.WIDTH; j++) {
      assertThat(model.weight(j)).isCloseTo(expected[j], within(1e-12));
    }
    assertThat(model.intercept()).isCloseTo(expected[Sample.WIDTH], within(1e-12));
  }

  @Test
  void schedules() {
    assertThat(new Schedule.Step(1, 0.5, 10).rate(9.99)).isEqualTo(1);
    assertThat(new Schedule.Step(1, 0.5, 10).rate(20)).isEqualTo(0.25);
    assertThat(new Schedule.Exponential(2, 0.9).rate(2)).isCloseTo(1.62, within(1e-12));
    Schedule cosine = new Schedule.Cosine(1, 0.1, 10);
    assertThat(cosine.rate(0)).isEqualTo(1);
    assertThat(cosine.rate(5)).isCloseTo(0.55, within(1e-12));
    assertThat(cosine.rate(25)).isCloseTo(0.1, within(1e-12));
    // Periods of 10, 20, 40: restarts at 10 and 30, halfway through the second at 20.
    Schedule restarts = new Schedule.WarmRestarts(1, 0, 10, 2);
    assertThat(restarts.rate(9.999)).isLessThan(1e-6);
    assertThat(restarts.rate(10)).isEqualTo(1);
    assertThat(restarts.rate(20)).isCloseTo(0.5, within(1e-12));
    assertThat(restarts.rate(30)).isEqualTo(1);
  }

  /// The penalty of one mean row is the exact learner's penalty over all rows divided by their
  /// number.
  @Test
  void everyOptimiserComesToTheExactSolution() {
    LinearModel exact =
        (LinearModel)
            new LogisticTrainer()
                .train(
                    Sample.fit(
                        Fit.Target.BINARY,
                        Sample.rows(Fit.Target.BINARY, false),
                        Map.of("l2", "2"),
                        1));
    Map<String, String> rates =
        Map.of(
            "plain",
            "0.3",
            "momentum",
            "0.03",
            "nesterov",
            "0.03",
            "adagrad",
            "0.3",
            "rmsprop",
            "0.01",
            "adam",
            "0.02");
    rates.forEach((optimiser, rate) -> {
      for (String schedule : new String[] {"cosine", "exponential"}) {
        Map<String, String> settings =
            Map.of(
                "optimiser",
                optimiser,
                "rate",
                rate,
                "schedule",
                schedule,
                "epochs",
                "1000",
                "l2",
                "0.01",
                "schedule-decay",
                "0.99",
                "batch",
                "40");
        LinearModel found =
            (LinearModel)
                new SgdTrainer()
                    .train(
                        Sample.fit(
                            Fit.Target.BINARY, Sample.rows(Fit.Target.BINARY, false), settings, 1));
        for (int j = 0; j < Sample.WIDTH; j++) {
          assertThat(found.weight(j))
              .as(settings.toString())
              .isCloseTo(exact.weight(j), within(0.015));
        }
      }
    });
  }

  @Test
  void numbersComeToTheExactSolutionInTheirOwnUnit() {
    Fit.Rows sample = Sample.rows(Fit.Target.NUMBER, true);
    float[] targets = new float[sample.size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = 1000 * sample.targets()[i] + 50_000;
    }
    Fit.Rows rows = new Fit.Rows(sample.inputs(), targets, sample.weights(), sample.groups());
    LinearModel exact =
        (LinearModel)
            new LinearTrainer().train(Sample.fit(Fit.Target.NUMBER, rows, Map.of("l2", "0"), 1));
    LinearModel found =
        (LinearModel)
            new SgdTrainer()
                .train(Sample.fit(Fit.Target.NUMBER, rows, Map.of("epochs", "200", "l2", "0"), 1));
    assertThat(found.output()).isEqualTo(Output.NUMBER);
    assertThat(found.intercept()).isCloseTo(exact.intercept(), within(10.0));
    for (int j = 0; j < Sample.WIDTH; j++) {
      assertThat(found.weight(j)).isCloseTo(exact.weight(j), within(20.0));
    }
    Sample.holds(found, rows);
  }

  @Test
  void averagingCalmsAConstantRate() {
    Fit.Rows rows = Sample.rows(Fit.Target.BINARY, false);
    LinearModel exact =
        (LinearModel)
            new LogisticTrainer().train(Sample.fit(Fit.Target.BINARY, rows, Map.of("l2", "2"), 1));
    Map<String, String> settings =
        new TreeMap<>(
            Map.of(
                "optimiser",
                "plain",
                "schedule",
                "constant",
                "rate",
                "0.3",
                "batch",
                "4",
                "epochs",
                "200",
                "l2",
                "0.01"));
    double noisy = distance(exact, rows, settings);
    settings.put("average-from", "20");
    assertThat(distance(exact, rows, settings)).isLessThan(noisy / 3);
  }

  private static double distance(LinearModel exact, Fit.Rows rows, Map<String, String> settings) {
    LinearModel found =
        (LinearModel) new SgdTrainer().train(Sample.fit(Fit.Target.BINARY, rows, settings, 1));
    return IntStream.range(0, Sample.WIDTH)
        .mapToDouble(j -> Math.abs(found.weight(j) - exact.weight(j)))
        .max()
        .orElseThrow();
  }

  @Test
  void aStreamGoesOnWhereItStopped() {
    Fit.Rows rows = Sample.rows(Fit.Target.BINARY, true);
    Fit.Rows first = GroupFolds.take(rows, IntStream.range(0, 120).toArray());
    Fit.Rows second = GroupFolds.take(rows, IntStream.range(120, 200).toArray());
    SgdPlan plan = SgdPlan.of(Fit.Target.BINARY, Map.of("schedule", "constant"), 7);
    SgdState half = plan.pass(plan.start(first), first);
    LinearModel once = plan.pass(half, second).model(Output.LOG_ODDS);
    // The state between was not changed by going on from it.
    LinearModel again = plan.pass(half, second).model(Output.LOG_ODDS);
    Sample.sameBytes(once, again);
    // Means are those of all rows seen.
    double[] parts = new double[Sample.WIDTH + 1];
    once.contributions(new float[Sample.WIDTH], 0, parts);
    double[] means = SparseRows.of(rows.inputs()).means(rows.weights());
    assertThat(parts[0]).isCloseTo(-once.weight(0) * means[0], within(1e-12));
  }

  @Test
  void stopsByTheInnerRows() {
    Fit.Rows rows = Sample.rows(Fit.Target.BINARY, true);
    Fit.Rows inner =
        GroupFolds.take(
            Sample.rows(Fit.Target.BINARY, true, 300), IntStream.range(200, 300).toArray());
    int[] passes = new int[1];
    Progress counting =
        new Progress() {
          @Override
          public void stage(String name, long total) {}

          @Override
          public void advance(long done) {
            passes[0]++;
          }

          @Override
          public void note(String line) {}
        };
    new SgdTrainer()
        .train(
            new Fit(
                Fit.Target.BINARY,
                rows,
                inner,
                Map.of("epochs", "5000", "schedule", "constant"),
                1,
                1,
                counting));
    assertThat(passes[0]).isBetween(6, 500);
  }

  @Test
  void everyLossHolds() {
    for (String loss : new String[] {"log", "focal", "hinge"}) {
      var model =
          Sample.train(new SgdTrainer(), Fit.Target.BINARY, Map.of("loss", loss, "epochs", "20"));
      Sample.holds(model, Sample.rows(Fit.Target.BINARY, true));
      Sample.sameBytes(
          model,
          Sample.train(new SgdTrainer(), Fit.Target.BINARY, Map.of("loss", loss, "epochs", "20")));
    }
    Sample.holds(
        Sample.train(new SgdTrainer(), Fit.Target.NUMBER, Map.of("loss", "huber")),
        Sample.rows(Fit.Target.NUMBER, true));
  }

  @Test
  void aRateThatIsTooHighIsSaid() {
    assertThatThrownBy(() ->
            Sample.train(
                new SgdTrainer(), Fit.Target.NUMBER, Map.of("optimiser", "plain", "rate", "1000")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("models.candidates.sgd.rate")
        .hasMessageContaining("smaller rate");
  }

  /// Central differences of each loss, and of its slope.
  @Test
  void slopesAndCurvaturesAreDerivatives() {
    PointLoss[] losses = {
      new PointLoss.Log(),
      new PointLoss.Focal(0.25, 2),
      new PointLoss.Focal(0.9, 0.7),
      new PointLoss.LogOfProbability(),
      new PointLoss.Hinge(),
      new PointLoss.SquaredHinge(),
      new PointLoss.Squared(),
      new PointLoss.Huber(1.35),
      new PointLoss.SquaredTube(0.1)
    };
    double h = 1e-5;
    for (PointLoss loss : losses) {
      for (double z : new double[] {-3.3, -0.7, 0.2, 0.43, 0.8, 2.9}) {
        if (loss instanceof PointLoss.LogOfProbability && (z < 0 || z > 1)) {
          continue;
        }
        for (double y : new double[] {0, 1}) {
          String place = "%s at %s, %s".formatted(loss, z, y);
          double slope = (loss.value(z + h, y) - loss.value(z - h, y)) / (2 * h);
          double curvature = (loss.slope(z + h, y) - loss.slope(z - h, y)) / (2 * h);
          assertThat(loss.slope(z, y)).as(place).isCloseTo(slope, within(1e-7));
          assertThat(loss.curvature(z, y)).as(place).isCloseTo(curvature, within(1e-7));
        }
      }
    }
  }
}
