package dev.gnomon.benchmarks;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.Column;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.models.Scoring;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.stats.EntityBootstrap;
import dev.gnomon.stats.Interval;
import dev.gnomon.training.Trained;
import dev.gnomon.training.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.function.DoubleBinaryOperator;

/// What a threshold per row is worth against one threshold for all, on the telephone customers: a
/// customer is worth 24 monthly charges, an offer costs 60 and keeps three in ten (assumed).
///
/// `RowThresholdMoney USECASE DATA SEEDS`: per seed, the cost of the test part under the threshold
/// of each row, under the one constant threshold that was cheapest on the out-of-fold predictions
/// of the training part, and at 0.5; with an interval of each difference over 1,000 resamples.
public final class RowThresholdMoney {
  private static final double OFFER = 60;
  private static final double KEPT = 0.3;

  private RowThresholdMoney() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    Path scratch = Files.createTempDirectory("money");
    String text =
        Files.readString(file)
            .replace("../../../data", Path.of(args[1]).toAbsolutePath().toString());
    for (int seed = 1; seed <= Integer.parseInt(args[2]); seed++) {
      UseCase useCase = UseCaseReader.parse(text.replace("seed: 1", "seed: " + seed), file);
      DataCheck.Outcome checked =
          DataCheck.run(
              useCase,
              FileEngines.find(),
              new Home(scratch),
              Progress.NONE,
              InstantSource.system());
      TrainingSet set =
          TrainingSets.build(
              useCase,
              SourceReaders.checked(checked, FileEngines.find(), useCase),
              TrainingSets.Options.inDirectory(scratch),
              Progress.NONE);
      List<Trainer> trainers =
          ServiceLoader.load(Trainer.class).stream().map(ServiceLoader.Provider::get).toList();
      Trained trained =
          Training.run(
              useCase, set, trainers, Training.Options.of(InstantSource.system()), Progress.NONE);
      report(seed, set, trained);
    }
  }

  private static void report(int seed, TrainingSet set, Trained trained) {
    int[] train = trained.split().train();
    int[] test = trained.split().test();
    double constant = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 1; i < 200; i++) {
      double threshold = i / 200.0;
      double cost =
          Arrays.stream(costs(set, train, trained.probabilities(), (p, clv) -> p - threshold))
              .sum();
      if (cost < least) {
        least = cost;
        constant = threshold;
      }
    }
    double[] scores =
        new Scoring(
                trained.preprocessing(), trained.model(), trained.calibration(), trained.policy())
            .scores(set.rows(), test);
    double best = constant;
    double[] byRow = costs(set, test, scores, (p, clv) -> p * KEPT * clv - OFFER);
    double[] byConstant = costs(set, test, scores, (p, clv) -> p - best);
    double[] byHalf = costs(set, test, scores, (p, clv) -> p - 0.5);
    int[] entities = new int[test.length];
    Arrays.setAll(entities, i -> i);
    List<Interval> found =
        new EntityBootstrap(1000, 0.95, seed)
            .intervals(
                entities,
                test.length,
                List.of(
                    w -> sum(byRow, w),
                    w -> sum(byConstant, w) - sum(byRow, w),
                    w -> sum(byHalf, w) - sum(byRow, w)));
    System.out.printf(
        Locale.ROOT,
        "seed %d: %d rows, cost by row %,.0f; saved against the constant %.3f: %,.0f (%,.0f to %,.0f); against 0.5: %,.0f (%,.0f to %,.0f)%n",
        seed,
        test.length,
        found.get(0).estimate(),
        best,
        found.get(1).estimate(),
        found.get(1).lower(),
        found.get(1).upper(),
        found.get(2).estimate(),
        found.get(2).lower(),
        found.get(2).upper());
  }

  /// @param rule acts on (probability, customer value) when it is at least 0
  private static double[] costs(
      TrainingSet set, int[] rows, double[] p, DoubleBinaryOperator rule) {
    int column = set.rows().schema().require("MonthlyCharges");
    double[] charges = ((Column.Numbers) set.rows().column(column)).values();
    double[] costs = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      double clv = 24 * charges[rows[i]];
      boolean acts = rule.applyAsDouble(p[i], clv) >= 0;
      boolean leaves = set.labels()[rows[i]] == 1;
      costs[i] = acts ? OFFER + (leaves ? (1 - KEPT) * clv : 0) : leaves ? clv : 0;
    }
    return costs;
  }

  private static double sum(double[] values, double[] weights) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * weights[i];
    }
    return sum;
  }
}
