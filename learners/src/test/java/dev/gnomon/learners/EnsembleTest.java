package dev.gnomon.learners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.ensembles.MeanModel;
import dev.gnomon.models.ensembles.StackModel;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.stats.RandomStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnsembleTest {
  private static final List<Trainer> ALL =
      List.of(
          new VotingTrainer(),
          new AveragingTrainer(),
          new BlendingTrainer(),
          new StackingTrainer());

  @Test
  void everyEnsembleHoldsTwiceAndForAnyThreads() {
    for (Trainer trainer : ALL) {
      Fit.Rows rows = Sample.rows(Fit.Target.BINARY, true);
      Map<String, String> settings =
          Map.of("members", "logistic, naive-bayes, k-nn", "k-nn-neighbours", "9");
      Model one = trainer.train(Sample.fit(Fit.Target.BINARY, rows, settings, 1));
      Sample.holds(one, rows);
      Sample.sameBytes(one, trainer.train(Sample.fit(Fit.Target.BINARY, rows, settings, 2)));
    }
    for (Trainer trainer : ALL.subList(1, 4)) {
      Fit.Rows rows = Sample.rows(Fit.Target.NUMBER, true);
      Map<String, String> settings = Map.of("members", "linear, k-nn, sgd", "sgd-epochs", "10");
      Model model = trainer.train(Sample.fit(Fit.Target.NUMBER, rows, settings, 1));
      assertThat(model.output()).isEqualTo(Output.NUMBER);
      Sample.holds(model, rows);
    }
  }

  @Test
  void anAverageIsTheWeightedSumOfItsMembersAndSoAreItsContributions() {
    Fit.Rows rows = Sample.rows(Fit.Target.BINARY, true);
    Model one = Sample.train(new LogisticTrainer(), Fit.Target.BINARY, Map.of());
    Model two = Sample.train(new NaiveBayesTrainer(), Fit.Target.BINARY, Map.of());
    Model mean =
        Sample.train(
            new AveragingTrainer(),
            Fit.Target.BINARY,
            Map.of("members", "logistic, naive-bayes", "weights", "1, 3"));
    assertThat(mean.output()).isEqualTo(Output.LOG_ODDS);
    double[] ones = new double[Sample.WIDTH + 1];
    double[] twos = new double[Sample.WIDTH + 1];
    double[] both = new double[Sample.WIDTH + 1];
    float[] values = rows.inputs().values();
    for (int i = 0; i < 20; i++) {
      int at = i * Sample.WIDTH;
      assertThat(mean.margin(values, at))
          .isCloseTo(0.25 * one.margin(values, at) + 0.75 * two.margin(values, at), within(1e-12));
      one.contributions(values, at, ones);
      two.contributions(values, at, twos);
      mean.contributions(values, at, both);
      for (int j = 0; j <= Sample.WIDTH; j++) {
        assertThat(both[j]).isCloseTo(0.25 * ones[j] + 0.75 * twos[j], within(1e-12));
      }
    }
  }

  @Test
  void membersOfDifferentOutputsMeetAsProbabilities() {
    Fit.Rows rows = Sample.rows(Fit.Target.BINARY, true);
    Model one = Sample.train(new LogisticTrainer(), Fit.Target.BINARY, Map.of());
    Model two = Sample.train(new NeighboursTrainer(), Fit.Target.BINARY, Map.of());
    Model mean =
        Sample.train(
            new AveragingTrainer(), Fit.Target.BINARY, Map.of("members", "logistic, k-nn"));
    assertThat(mean.output()).isEqualTo(Output.PROBABILITY);
    float[] values = rows.inputs().values();
    for (int i = 0; i < 20; i++) {
      int at = i * Sample.WIDTH;
      double expected = (1 / (1 + Math.exp(-one.margin(values, at))) + two.margin(values, at)) / 2;
      assertThat(mean.margin(values, at)).isCloseTo(expected, within(1e-12));
    }
  }

  /// Two scores of which one is noise: the weights solve a problem of one unknown, whose answer a
  /// fine grid gives.
  @Test
  void learntWeightsAreTheBestOnTheSimplex() {
    int rows = 400;
    RandomStream random = RandomStream.of(3);
    float[] scores = new float[2 * rows];
    float[] targets = new float[rows];
    float[] weights = new float[rows];
    for (int i = 0; i < rows; i++) {
      double truth = 2 * random.nextGaussian();
      targets[i] = random.nextDouble() < 1 / (1 + Math.exp(-truth)) ? 1 : 0;
      scores[2 * i] = (float) (truth + 0.5 * random.nextGaussian());
      scores[2 * i + 1] = (float) (3 * random.nextGaussian());
      weights[i] = 1 + i % 2;
    }
    for (PointLoss loss : List.of(new PointLoss.Log(), new PointLoss.Squared())) {
      double[] found = MemberWeights.learnt(scores, 2, targets, weights, loss);
      double best = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int step = 0; step <= 100_000; step++) {
        double w = step / 100_000.0;
        double sum = 0;
        for (int i = 0; i < rows; i++) {
          sum +=
              weights[i] * loss.value(w * scores[2 * i] + (1 - w) * scores[2 * i + 1], targets[i]);
        }
        if (sum < least) {
          least = sum;
          best = w;
        }
      }
      assertThat(found[0]).isCloseTo(best, within(1e-4));
      assertThat(found[0] + found[1]).isCloseTo(1, within(1e-12));
    }
    MeanModel mean =
        (MeanModel)
            Sample.train(
                new AveragingTrainer(),
                Fit.Target.BINARY,
                Map.of("members", "logistic, constant", "weights", "learnt"));
    assertThat(mean.weight(0)).isGreaterThan(0.8);
  }

  /// The final learner saw only scores of members that had not seen the row's group: here a group
  /// is a row and its copy, and the neighbours would know the copy's label by heart.
  @Test
  void stackingNeverScoresARowByMembersThatSawItsGroup() {
    Fit.Rows sample = Sample.rows(Fit.Target.BINARY, false);
    int n = sample.size();
    float[] values = new float[2 * n * Sample.WIDTH];
    float[] targets = new float[2 * n];
    float[] weights = new float[2 * n];
    int[] groups = new int[2 * n];
    RandomStream random = RandomStream.of(11);
    for (int i = 0; i < 2 * n; i++) {
      System.arraycopy(
          sample.inputs().values(), (i / 2) * Sample.WIDTH, values, i * Sample.WIDTH, Sample.WIDTH);
      // Labels without any sense, the same for both copies.
      targets[i] = i % 2 == 0 ? random.nextInt(2) : targets[i - 1];
      weights[i] = 1;
      groups[i] = i / 2;
    }
    Matrix matrix = new Matrix(Sample.NAMES, values, 2 * n);
    Map<String, String> settings = Map.of("members", "k-nn", "k-nn-neighbours", "1");
    for (Trainer trainer : List.of(new StackingTrainer(), new BlendingTrainer())) {
      StackModel grouped =
          (StackModel)
              trainer.train(
                  Sample.fit(
                      Fit.Target.BINARY,
                      new Fit.Rows(matrix, targets, weights, groups),
                      settings,
                      1));
      StackModel torn =
          (StackModel)
              trainer.train(
                  Sample.fit(
                      Fit.Target.BINARY, Fit.Rows.of(matrix, targets, weights), settings, 1));
      assertThat(Math.abs(((LinearModel) grouped.last()).weight(0))).isLessThan(0.05);
      assertThat(((LinearModel) torn.last()).weight(0)).isGreaterThan(0.05);
    }
  }

  @Test
  void aFinalThatIsNotLinearIsExplainedAsAWhole() {
    Fit.Rows rows = Sample.rows(Fit.Target.BINARY, true);
    Model model =
        new StackingTrainer()
            .train(
                Sample.fit(
                    Fit.Target.BINARY,
                    rows,
                    Map.of(
                        "members",
                        "logistic, naive-bayes",
                        "final",
                        "k-nn",
                        "final-neighbours",
                        "25"),
                    1));
    assertThat(model.output()).isEqualTo(Output.PROBABILITY);
    Sample.holds(model, rows);
  }

  @Test
  void foldsKeepGroupsWholeAndSpreadPositives() {
    int rows = 1000;
    float[] targets = new float[rows];
    float[] weights = new float[rows];
    int[] groups = new int[rows];
    for (int i = 0; i < rows; i++) {
      groups[i] = i / 4;
      targets[i] = groups[i] % 10 == 0 ? 1 : 0;
      weights[i] = 1;
    }
    Fit.Rows all =
        new Fit.Rows(new Matrix(List.of("x"), new float[rows], rows), targets, weights, groups);
    int[] folds = GroupFolds.of(all, 5, RandomStream.of(1));
    int[] sizes = new int[5];
    int[] positives = new int[5];
    for (int i = 0; i < rows; i++) {
      assertThat(folds[i]).isEqualTo(folds[i / 4 * 4]);
      sizes[folds[i]]++;
      positives[folds[i]] += (int) targets[i];
    }
    assertThat(sizes).containsOnly(200);
    assertThat(positives).containsOnly(20);
    assertThat(GroupFolds.of(all, 5, RandomStream.of(2))).isNotEqualTo(folds);
  }

  @Test
  void whatIsWrongWithMembersIsSaid() {
    assertRefused(new StackingTrainer(), Map.of(), "no members");
    assertRefused(
        new AveragingTrainer(),
        Map.of("members", "logistic, forrest"),
        "no trainer named 'forrest'");
    assertRefused(
        new AveragingTrainer(),
        Map.of("members", "logistic, linear"),
        "'linear' does not learn 0/1 targets");
    assertRefused(
        new AveragingTrainer(),
        Map.of("members", "logistic, k-nn", "weights", "1, -2"),
        "2 numbers, none negative");
    assertRefused(
        new VotingTrainer(), Map.of("members", "logistic", "logistic-l3", "1"), "unknown setting");
    assertRefused(
        new StackingTrainer(), Map.of("members", "logistic", "fold", "1"), "unknown setting");
  }

  private static void assertRefused(Trainer trainer, Map<String, String> settings, String said) {
    assertThatThrownBy(() -> Sample.train(trainer, Fit.Target.BINARY, settings))
        .as(settings.toString())
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(said);
  }

  @Test
  void needsAreThoseOfTheMembers() {
    assertThat(new AveragingTrainer().needsCompleteScaledInputs(Map.of("members", "constant")))
        .isFalse();
    assertThat(
            new AveragingTrainer()
                .needsCompleteScaledInputs(Map.of("members", "constant, logistic")))
        .isTrue();
  }

  @Test
  void edges() {
    Map<String, String> settings = Map.of("members", "logistic, naive-bayes");
    Fit.Rows five = Sample.rows(Fit.Target.BINARY, false, 5);
    float[] ones = new float[5];
    Arrays.fill(ones, 1);
    Fit.Rows one = Fit.Rows.of(five.inputs(), ones, ones);
    for (Trainer trainer : ALL) {
      Sample.holds(trainer.train(Sample.fit(Fit.Target.BINARY, five, settings, 1)), five);
      Sample.holds(trainer.train(Sample.fit(Fit.Target.BINARY, one, settings, 1)), one);
    }
    Fit.Rows together = new Fit.Rows(five.inputs(), five.targets(), ones, new int[5]);
    assertThatThrownBy(
            () -> new StackingTrainer().train(Sample.fit(Fit.Target.BINARY, together, settings, 1)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("one group");
  }
}
