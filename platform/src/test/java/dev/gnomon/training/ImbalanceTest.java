package dev.gnomon.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.ModelSection.Calibration;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.TrainingSection.Imbalance;
import dev.gnomon.core.usecase.TrainingSection.Imbalance.Treatment;
import dev.gnomon.core.usecase.TrainingSection.Weights;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Model;
import dev.gnomon.models.Policy;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.stats.RandomStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A made-up population whose probabilities are known: logit p = -3.2 + 1.2 x, 7 % positives.
class ImbalanceTest {
  private static final int ROWS = 12_000;
  private final double[] x = new double[ROWS];
  private final double[] noise = new double[ROWS];
  private final double[] label = new double[ROWS];

  ImbalanceTest() {
    RandomStream random = RandomStream.of(11);
    for (int i = 0; i < ROWS; i++) {
      x[i] = random.nextGaussian();
      noise[i] = random.nextGaussian();
      label[i] = random.nextDouble() < truth(x[i]) ? 1 : 0;
    }
  }

  private static double truth(double at) {
    return 1 / (1 + Math.exp(3.2 - 1.2 * at));
  }

  private Sets sets() {
    return Sets.of(ROWS)
        .number("x", i -> x[i])
        .number("noise", i -> noise[i])
        .text("colour", i -> i % 3 == 0 ? "red" : i % 3 == 1 ? "blue" : "green");
  }

  private Trained train(Sets sets, Trainer trainer) {
    return Training.run(
        sets.useCase(),
        sets.set(i -> label[i]),
        List.of(trainer),
        new Training.Options(1, InstantSource.fixed(Instant.EPOCH), _ -> Optional.empty()),
        Progress.NONE);
  }

  /// What is served, for the rows of the test part.
  private static double[] served(Trained trained, TrainingSet set) {
    int[] rows = trained.split().test();
    double[] margins = new double[rows.length];
    trained
        .model()
        .margins(trained.preprocessing().apply(set.rows(), rows).values(), rows.length, margins);
    return Arrays.stream(margins)
        .map(m -> trained.calibration().apply(trained.model().output().score(m)))
        .toArray();
  }

  /// Every method gives back the share of positives and, since the truth is linear in the log-odds,
  /// the probability at each place.
  @ParameterizedTest
  @EnumSource(Treatment.class)
  void probabilitiesComeBackToRowsAsTheyAre(Treatment method) {
    for (Calibration calibration : List.of(Calibration.PLATT, Calibration.NONE)) {
      Imbalance how =
          new Imbalance(
              method,
              method.hasRatio() ? 0.5 : 0,
              Imbalance.of(method).neighbours(),
              method == Treatment.SMOTE_TOMEK);
      Trained trained =
          train(sets().imbalance(how).candidates(calibration, "plain"), new PlainTrainer());

      double[] outOfFold = trained.probabilities();
      double mean = Arrays.stream(outOfFold).average().orElseThrow();
      double base =
          Arrays.stream(trained.split().train()).mapToDouble(r -> label[r]).average().orElseThrow();
      double error = Math.sqrt(base * (1 - base) / outOfFold.length);
      assertThat(mean).as("%s, %s", method, calibration).isCloseTo(base, within(2 * error));

      // The served path on new rows: in each band of x the probabilities are the true ones.
      int[] test = trained.split().test();
      double[] p = served(trained, sets().set(i -> label[i]));
      for (double from : new double[] {-1, 0, 1}) {
        int[] band =
            IntStream.range(0, test.length)
                .filter(i -> x[test[i]] >= from && x[test[i]] < from + 1)
                .toArray();
        double wanted =
            Arrays.stream(band).mapToDouble(i -> truth(x[test[i]])).average().orElseThrow();
        assertThat(Arrays.stream(band).mapToDouble(i -> p[i]).average().orElseThrow())
            .as("%s, %s from %s", method, calibration, from)
            .isCloseTo(wanted, within(0.15 * wanted + 0.004));
      }
    }
  }

  /// Writes down what it is given and asked.
  private static final class Witness implements Trainer {
    private final List<Fit> fits = new ArrayList<>();
    private final List<Long> asked = new ArrayList<>();
    private final List<Set<Long>> seenBy = new ArrayList<>();

    @Override
    public String name() {
      return "plain";
    }

    @Override
    public boolean needsCompleteScaledInputs() {
      return false;
    }

    @Override
    public Model train(Fit fit) {
      fits.add(fit);
      Set<Long> seen = prints(fit.rows());
      LinearModel plain = new LinearModel(0, new double[] {1, 0, 0, 0, 0}, new double[5]);
      return new Model() {
        @Override
        public String kind() {
          return "plain";
        }

        @Override
        public int inputs() {
          return 5;
        }

        @Override
        public double margin(float[] row, int offset) {
          asked.add(print(row, offset));
          seenBy.add(seen);
          return plain.margin(row, offset);
        }

        @Override
        public void contributions(float[] row, int offset, double[] out) {
          plain.contributions(row, offset, out);
        }

        @Override
        public void write(Path directory) {
          plain.write(directory);
        }
      };
    }

    /// Both numbers of a row, which no mixture of others has.
    static long print(float[] values, int offset) {
      return ((long) Float.floatToIntBits(values[offset]) << 32)
          | (Float.floatToIntBits(values[offset + 1]) & 0xFFFFFFFFL);
    }

    static Set<Long> prints(Fit.Rows rows) {
      Set<Long> found = new HashSet<>();
      for (int i = 0; i < rows.size(); i++) {
        found.add(print(rows.inputs().values(), i * rows.inputs().width()));
      }
      return found;
    }
  }

  private long print(int row) {
    return Witness.print(new float[] {(float) x[row], (float) noise[row]}, 0);
  }

  @ParameterizedTest
  @EnumSource(Treatment.class)
  void noResampledRowIsEverHeldOutOrScored(Treatment method) {
    Witness witness = new Witness();
    Imbalance how =
        new Imbalance(
            method,
            method.hasRatio() ? 0.5 : 0,
            Imbalance.of(method).neighbours(),
            method == Treatment.SMOTE_TOMEK);
    Trained trained = train(sets().imbalance(how).candidates(Calibration.NONE, "plain"), witness);

    Set<Long> originals = new HashSet<>();
    for (int i = 0; i < ROWS; i++) {
      originals.add(print(i));
    }
    Set<Integer> values = new HashSet<>();
    originals.forEach(o -> values.addAll(List.of((int) (o >> 32), o.intValue())));
    Set<Long> kept = new HashSet<>();
    for (int[] part : List.of(trained.split().validation(), trained.split().test())) {
      Arrays.stream(part).forEach(r -> kept.add(print(r)));
    }
    for (Fit fit : witness.fits) {
      // Held out for early stopping: rows as they are, each once.
      Set<Long> inner = Witness.prints(fit.inner());
      assertThat(inner).hasSize(fit.inner().size());
      assertThat(originals).containsAll(inner);
      Set<Long> learned = Witness.prints(fit.rows());
      assertThat(learned).doesNotContainAnyElementsOf(inner);
      assertThat(learned).doesNotContainAnyElementsOf(kept);
      // Copies and mixtures stand in the group of a row that is learned from.
      Set<Integer> groups = new HashSet<>();
      for (int i = 0; i < fit.rows().size(); i++) {
        groups.add(fit.rows().groups()[i]);
      }
      for (int group : fit.inner().groups()) {
        assertThat(groups).doesNotContain(group);
      }
    }
    // Out of fold, validation, test: never a row that was made, never one that was learned from.
    for (int i = 0; i < witness.asked.size(); i++) {
      long row = witness.asked.get(i);
      // Importances deal the values of a column out anew: each value is one of a row as it came.
      assertThat(values.contains((int) (row >> 32)) && values.contains((int) row)).isTrue();
      assertThat(witness.seenBy.get(i).contains(row)).isFalse();
    }
    assertThat(witness.asked).hasSizeGreaterThan(ROWS);
    assertThat(witness.fits).hasSize(6);
  }

  @Test
  void theReportSaysWhatWasDone() {
    Trained trained =
        train(
            sets()
                .imbalance(new Imbalance(Treatment.SMOTE, 0.5, 5, false))
                .candidates(Calibration.PLATT, "plain"),
            new PlainTrainer());
    assertThat(trained.evaluation().notes()).anyMatch(n -> n.startsWith("smote: the last fit saw"));
  }

  @Test
  void weightsOfAColumnReachTheFitWithMeanOneAndNothingElse() {
    Witness witness = new Witness();
    Sets sets =
        sets()
            .kept("w", i -> 1 + i % 4)
            .weights(new Weights.Stated(Expression.parse("2 * w")))
            .candidates(Calibration.NONE, "plain");
    Trained trained = train(sets, witness);
    assertThat(trained.preprocessing().inputs().names()).containsExactly("x", "noise", "colour");
    Fit fit = witness.fits.getLast();
    double sum = 0;
    for (int i = 0; i < fit.rows().size(); i++) {
      float first = fit.rows().inputs().values()[i * 5];
      int row =
          IntStream.range(0, ROWS).filter(r -> (float) x[r] == first).findFirst().orElseThrow();
      sum += fit.rows().weights()[i];
      assertThat(fit.rows().weights()[i] / fit.rows().weights()[0])
          .isCloseTo((1f + row % 4) / weightOf(fit), within(1e-5f));
    }
    assertThat(sum / fit.rows().size()).isCloseTo(1, within(1e-5));
    // Calibrated on rows as they come although none was asked for.
    assertThat(trained.calibration()).isInstanceOf(dev.gnomon.models.Calibration.Platt.class);
  }

  private float weightOf(Fit fit) {
    float first = fit.rows().inputs().values()[0];
    return 1f
        + IntStream.range(0, ROWS).filter(r -> (float) x[r] == first).findFirst().orElseThrow() % 4;
  }

  @Test
  void weightsThatAreNotPositiveAreRefused() {
    Sets sets =
        sets()
            .kept("w", i -> i % 5 == 0 ? Double.NaN : i % 5 == 1 ? 0 : 1)
            .weights(new Weights.Stated(Expression.parse("w")))
            .candidates(Calibration.NONE, "plain");
    assertThatThrownBy(() -> train(sets, new PlainTrainer()))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("training.weights")
        .hasMessageContaining("rows have no positive weight, the first with key 'k")
        .hasMessageContaining("coalesce(w, 1)");
  }

  /// Zadrozny's weights: what the mistake costs, by hand.
  @Test
  void costsAreTheWeightOfTheirRow() {
    Sets sets =
        sets()
            .number("value", i -> i % 10 == 3 ? Double.NaN : 10 * (1 + i % 3))
            .weights(new Weights.Costs())
            .stakes(
                Sets.stakes(
                    Optional.of(
                        new Stakes.Costs(
                            "EUR",
                            Expression.parse("2"),
                            Expression.parse("5"),
                            Expression.parse("value"),
                            Expression.parse("1"))),
                    OptionalDouble.empty(),
                    OptionalDouble.empty()));
    TrainingSet set = sets.set(i -> label[i]);
    int[] rows = Splits.of(sets.useCase(), set).train();
    Policy policy =
        Policy.of(sets.useCase().problem().costs(), set.rows().schema(), set.rows(), rows);
    float[] weights = RowWeights.of(sets.useCase(), set, rows, policy).of(rows);
    double[] expected = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      double value = rows[i] % 10 == 3 ? 20 : 10 * (1 + rows[i] % 3); // the median where missing
      expected[i] = label[rows[i]] == 1 ? value - 2 : 5 - 1;
    }
    double mean = Arrays.stream(expected).average().orElseThrow();
    for (int i = 0; i < rows.length; i++) {
      assertThat((double) weights[i]).isCloseTo(expected[i] / mean, within(1e-5));
    }
  }

  @Test
  void rowsOfAnEntityThatIsNotTheKeyStayTogether() {
    Sets sets =
        sets()
            .kept("household", i -> Math.floorDiv(i, 5))
            .entity("household")
            .split(
                dev.gnomon.core.usecase.TrainingSection.By.ENTITY,
                dev.gnomon.core.usecase.TrainingSection.By.ENTITY,
                0.2,
                0.2);
    TrainingSet set = sets.set(i -> label[i]);
    Split split = Splits.of(sets.useCase(), set);
    Set<Integer> train = new HashSet<>();
    Arrays.stream(split.train()).forEach(r -> train.add(r / 5));
    assertThat(Arrays.stream(split.test()).filter(r -> train.contains(r / 5))).isEmpty();
    assertThat(Arrays.stream(split.validation()).filter(r -> train.contains(r / 5))).isEmpty();
    int[] folds = Splits.folds(set, split.train(), 5, 1);
    Map<Integer, Integer> foldOf = new java.util.HashMap<>();
    for (int i = 0; i < folds.length; i++) {
      Integer before = foldOf.put(split.train()[i] / 5, folds[i]);
      assertThat(before == null || before == folds[i]).isTrue();
    }
  }
}
