package dev.gnomon.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.PreprocessingSection;
import dev.gnomon.core.usecase.TrainingSection.By;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class LeaksTest {
  private static final int ROWS = 3000;
  private final double[] noise = gaussians(1);
  private final double[] other = gaussians(2);

  private static double[] gaussians(long seed) {
    RandomStream random = RandomStream.of(seed);
    double[] values = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      values[i] = random.nextGaussian();
    }
    return values;
  }

  private double label(int i) {
    return noise[i] + other[i] > 2 ? 1 : 0;
  }

  private List<String> check(Sets sets, IntToDoubleFunction label) {
    TrainingSet set = sets.set(label);
    return Leaks.refuse(sets.useCase(), set, Splits.of(sets.useCase(), set));
  }

  @Test
  void honestFeaturesPass() {
    Sets sets =
        Sets.of(ROWS)
            .number("noise", i -> noise[i])
            .number("other", i -> other[i])
            .text("group", i -> "g" + i % 7)
            .text("identifier", i -> "id" + i);
    assertThat(check(sets, this::label)).isEmpty();
  }

  @Test
  void aFeatureThatTellsAloneIsRefusedWithItsFigureAndCanBeAdmitted() {
    Sets sets =
        Sets.of(ROWS).number("x", i -> noise[i]).number("balance", i -> 5 - noise[i] - other[i]);
    assertThatThrownBy(() -> check(sets, this::label))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("feature 'balance'")
        .hasMessageContaining("ROC-AUC")
        .hasMessageContaining("features.admit: [balance]");
    Sets admitted = sets.admit("balance");
    assertThat(check(admitted, this::label)).singleElement().asString().contains("admitted");
  }

  @Test
  void aRareThresholdInANumberIsNotBlurredByItsBin() {
    // 1 % positives, all above the 99th percentile of a continuous column.
    Sets sets = Sets.of(ROWS).number("amount", i -> i);
    assertThatThrownBy(() -> check(sets, i -> i >= ROWS - 60 ? 1 : 0))
        .hasMessageContaining("feature 'amount'");
  }

  @Test
  void missingIsALevelThatCanGiveTheAnswerAway() {
    Sets sets =
        Sets.of(ROWS)
            .number("closed_at", i -> label(i) == 1 ? 100 + noise[i] : Double.NaN)
            .text("reason", i -> label(i) == 1 ? "r" + i % 3 : null);
    assertThatThrownBy(() -> check(sets, this::label))
        .hasMessageContaining("feature 'closed_at'")
        .hasMessageContaining("feature 'reason'");
  }

  @Test
  void flagsWhoseUnionIsTheTargetAreRefusedTogether() {
    Sets sets =
        Sets.of(ROWS)
            .number("x", i -> noise[i])
            .number("heat", i -> i % 20 == 0 ? 1 : 0)
            .number("wear", i -> i % 20 == 7 ? 1 : 0)
            .text("power", i -> i % 20 == 11 ? "failed" : "fine");
    // One positive in forty is in no flag.
    assertThatThrownBy(() ->
            check(sets, i -> i % 20 == 0 || i % 20 == 7 || i % 20 == 11 || i % 1000 == 3 ? 1 : 0))
        .hasMessageContaining("heat = 1")
        .hasMessageContaining("wear = 1")
        .hasMessageContaining("power = 'failed'")
        .hasMessageContaining("together they spell the target");
  }

  @Test
  void aLinearIdentityIsRefused() {
    Sets sets =
        Sets.of(ROWS)
            .number("total", i -> noise[i] + (i % 4 == 0 ? 1 : 0))
            .number("part", i -> noise[i])
            .number("unrelated", i -> other[i]);
    assertThatThrownBy(() -> check(sets, i -> i % 4 == 0 ? 1 : 0))
        .hasMessageContaining("features total, part:")
        .hasMessageContaining("linear combination");
  }

  @Test
  void copiedRowsOfAFlatTableAreRefusedBeyondFivePercentAndReportedBelow() {
    Sets copies = Sets.of(ROWS).number("x", i -> noise[i % (ROWS / 2)]);
    assertThatThrownBy(() -> check(copies, i -> i % (ROWS / 2) % 3 == 0 ? 1 : 0))
        .hasMessageContaining("test part")
        .hasMessageContaining("features.admit: [duplicate-rows]");
    Sets few = Sets.of(ROWS).number("x", i -> noise[i < 60 ? i / 2 : i]);
    assertThat(check(few, i -> (i < 60 ? i / 2 : i) % 3 == 0 ? 1 : 0))
        .singleElement()
        .asString()
        .contains("test rows equal a training row");
  }

  @Test
  void columnsKnownAfterTheDecisionAreRefusedAsFeatures() {
    Sets sets = Sets.of(ROWS).number("duration", i -> noise[i]).knownAfter("duration");
    assertThatThrownBy(() -> Leaks.refuseKnownAfter(sets.useCase()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'duration' is known only after the decision")
        .hasMessageContaining("features.admit: [duration]");
    Leaks.refuseKnownAfter(sets.admit("duration").useCase());
  }

  /// The twin of hourly bicycle rentals: two parts of which neither is the number alone.
  @Test
  void partsThatAddUpToANumberAreRefusedAndCanBeAdmitted() {
    Sets sets =
        Sets.of(ROWS)
            .regression()
            .number("hour", i -> i % 24)
            .number("casual", i -> Math.abs(Math.rint(2000 * noise[i])))
            .number("registered", i -> Math.abs(Math.rint(3000 * other[i])));
    IntToDoubleFunction total =
        i -> Math.abs(Math.rint(2000 * noise[i])) + Math.abs(Math.rint(3000 * other[i]));
    assertThatThrownBy(() -> check(sets, total))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("features casual, registered: their sum is the target")
        .hasMessageContaining("R2 is 1.0000, limit 0.999")
        .hasMessageContaining("features.admit: [casual, registered]");
    assertThat(check(sets.admit("casual", "registered"), total)).hasSize(2);
  }

  @Test
  void aColumnThatIsTheNumberInAnotherUnitIsRefused() {
    Sets sets =
        Sets.of(ROWS)
            .regression()
            .number("honest", i -> noise[i] + other[i])
            .number("logarithm", i -> Math.log(100 + 10 * noise[i]));
    assertThatThrownBy(() -> check(sets, i -> 100 + 10 * noise[i]))
        .hasMessageContaining("feature 'logarithm'")
        .hasMessageContaining("out-of-fold R2 of its values")
        .hasMessageNotContaining("'honest'");
  }

  @Test
  void asManyColumnsAsRowsAreNoIdentity() {
    int rows = 120;
    RandomStream random = RandomStream.of(9);
    Sets sets = Sets.of(rows).regression();
    for (int c = 0; c < 110; c++) {
      double[] values = new double[rows];
      for (int i = 0; i < rows; i++) {
        values[i] = random.nextGaussian();
      }
      sets.number("c" + c, i -> values[i]);
    }
    TrainingSet set = sets.set(i -> noise[i]);
    assertThat(Leaks.refuse(sets.useCase(), set, Splits.of(sets.useCase(), set))).isEmpty();
  }

  private static PreprocessingSection encoded(
      PreprocessingSection.Encode.Method method, boolean crossFit) {
    PreprocessingSection none = PreprocessingSection.DEFAULT;
    return new PreprocessingSection(
        none.all(),
        Map.of(
            "group",
            new PreprocessingSection.Rule(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(PreprocessingSection.Encode.of(method)),
                List.of())),
        crossFit,
        none.text(),
        none.interactions(),
        none.select(),
        none.components());
  }

  @Test
  void encodingsByTheTargetWithoutCrossFittingAreRefused() {
    Sets sets = Sets.of(ROWS).number("x", i -> noise[i]).text("group", i -> "g" + i % 700);
    sets.preprocessing(encoded(PreprocessingSection.Encode.Method.TARGET, false));
    assertThatThrownBy(() -> check(sets, this::label))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("models.preprocessing.cross-fit")
        .hasMessageContaining("'group' is encoded by the target (target)")
        .hasMessageContaining("features.admit: [target-encoding-in-sample]");
    assertThat(check(sets.admit("target-encoding-in-sample"), this::label)).isEmpty();
    sets.admit();
    assertThat(
            check(
                sets.preprocessing(encoded(PreprocessingSection.Encode.Method.TARGET, true)),
                this::label))
        .isEmpty();
    assertThat(
            check(
                sets.preprocessing(encoded(PreprocessingSection.Encode.Method.FREQUENCY, false)),
                this::label))
        .isEmpty();
  }

  /// Four rows to a household, one label for all of them; the key is the person.
  @Test
  void anEntityTornApartByTheSplitIsRefusedUnlessTheSplitKeepsItTogether() {
    Sets sets =
        Sets.of(ROWS)
            .number("x", i -> noise[i])
            .text("household", i -> "h" + Math.floorDiv(i, 4))
            .number("identifier", i -> 7919 * (Math.floorDiv(i, 4) % 750) % 10007);
    IntToDoubleFunction same = i -> noise[Math.floorDiv(i, 4)] > 0.8 ? 1 : 0;
    assertThatThrownBy(() -> check(sets, same))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("column 'household'")
        .hasMessageContaining("column 'identifier'")
        .hasMessageContaining("intraclass correlation")
        .hasMessageContaining("training.split: {by: entity, entity: household}")
        .hasMessageContaining("features.admit: [household]");
    assertThat(check(sets.admit("household", "identifier"), same)).hasSize(2);
    sets.admit("identifier").entity("household").split(By.ENTITY, By.ENTITY, 0.2, 0.2);
    assertThat(check(sets, same)).hasSize(1);
  }

  @Test
  void categoriesWithManyLevelsThatSaySomethingAreNoEntities() {
    // 600 towns whose rates differ a lot: standard deviation 0.2 around 0.3.
    double[] rate = new double[600];
    RandomStream random = RandomStream.of(4);
    double[] draw = new double[ROWS];
    for (int t = 0; t < 600; t++) {
      rate[t] = Math.clamp(0.3 + 0.2 * random.nextGaussian(), 0, 1);
    }
    for (int i = 0; i < ROWS; i++) {
      draw[i] = random.nextDouble();
    }
    Sets sets =
        Sets.of(ROWS)
            .text("town", i -> "t" + i % 600)
            // A whole number that tells much by its size, as a measurement does.
            .number("measure", i -> Math.rint(200 * draw[i]) + 300 * rate[i % 600]);
    assertThat(check(sets, i -> draw[i] < rate[i % 600] ? 1 : 0))
        .allMatch(n -> n.contains("equal a training row"));
  }

  private int[] oversampled(double factor) {
    // The rarer class again, drawn with replacement, before anything else.
    List<Integer> rows = new ArrayList<>();
    List<Integer> rare = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(i);
      if (label(i) == 1) {
        rare.add(i);
      }
    }
    RandomStream random = RandomStream.of(8);
    for (int i = 0; i < (factor - 1) * rare.size(); i++) {
      rows.add(rare.get(random.nextInt(rare.size())));
    }
    return rows.stream().mapToInt(Integer::intValue).toArray();
  }

  @Test
  void aTableOversampledBeforehandIsRefused() {
    int[] rows = oversampled(1.6);
    Sets sets =
        Sets.of(rows.length)
            .number("x", i -> noise[rows[i]])
            .number("y", i -> other[rows[i]] + noise[(rows[i] * 7) % ROWS]);
    IntToDoubleFunction of = i -> label(rows[i]);
    assertThatThrownBy(() -> check(sets, of))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("of the rarer class (")
        .hasMessageContaining("the table was oversampled before the split")
        .hasMessageContaining("training.imbalance resamples inside each fit")
        .hasMessageContaining("features.admit: [resampled-rows]");
    assertThat(check(sets.admit("resampled-rows", "duplicate-rows"), of)).isNotEmpty();
  }

  @Test
  void aTableMixedBeforehandIsRefused() {
    // Rows of the rarer class between two of the five nearest, until there are three times as many.
    int width = 4;
    List<double[]> rows = new ArrayList<>();
    List<Double> labels = new ArrayList<>();
    RandomStream random = RandomStream.of(12);
    for (int i = 0; i < ROWS; i++) {
      double[] row = {noise[i], other[i], random.nextGaussian(), random.nextGaussian()};
      rows.add(row);
      labels.add(label(i));
    }
    List<double[]> rare = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      if (labels.get(i) == 1) {
        rare.add(rows.get(i));
      }
    }
    for (int i = 0; i < 2 * rare.size(); i++) {
      double[] parent = rare.get(i % rare.size());
      List<double[]> near =
          rare.stream()
              .filter(r -> distance(r, parent) > 0)
              .sorted(Comparator.comparingDouble(r -> distance(r, parent)))
              .limit(5)
              .toList();
      double[] neighbour = near.get(random.nextInt(5));
      double share = random.nextDouble();
      double[] mixed = new double[width];
      for (int c = 0; c < width; c++) {
        mixed[c] = parent[c] + share * (neighbour[c] - parent[c]);
      }
      rows.add(mixed);
      labels.add(1.0);
    }
    Sets sets = Sets.of(rows.size());
    for (int c = 0; c < width; c++) {
      int column = c;
      sets.number("c" + c, i -> rows.get(i)[column]);
    }
    assertThatThrownBy(() -> check(sets, labels::get))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("lie exactly between two training rows")
        .hasMessageContaining("(SMOTE) before the split");
    assertThat(check(sets.admit("resampled-rows"), labels::get)).isEmpty();
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int c = 0; c < a.length; c++) {
      sum += (a[c] - b[c]) * (a[c] - b[c]);
    }
    return sum;
  }

  @Test
  void wholeNumbersOnALatticeAreNoMixtures() {
    RandomStream random = RandomStream.of(3);
    double[][] values = new double[4][ROWS];
    for (double[] column : values) {
      for (int i = 0; i < ROWS; i++) {
        column[i] = random.nextInt(12);
      }
    }
    Sets sets = Sets.of(ROWS).admit("duplicate-rows");
    for (int c = 0; c < 4; c++) {
      double[] column = values[c];
      sets.number("c" + c, i -> column[i]);
    }
    assertThat(check(sets, i -> values[0][i] + values[1][i] + 3 * noise[i] > 19 ? 1 : 0))
        .singleElement()
        .asString()
        .contains("also stand in the training part");
  }
}
