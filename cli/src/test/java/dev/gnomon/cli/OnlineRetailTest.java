package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Column;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Scoring;
import dev.gnomon.stats.EntityBootstrap;
import dev.gnomon.stats.Interval;
import dev.gnomon.stats.RankedScores;
import dev.gnomon.training.Trained;
import dev.gnomon.training.Training;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whether the features are worth having: the model against the oldest rule of retail, that who
/// bought last longest ago stays away.
class OnlineRetailTest {
  @TempDir private Path folder;

  @Test
  @Tag("long")
  void tellsMoreThanRecencyAlone() throws IOException {
    UseCase useCase =
        RealData.example("online-retail", "online-retail/online-retail.csv.gz", "", "");
    TrainingSet set = RealData.trainingSet(useCase, folder);
    Trained trained =
        Training.run(
            useCase, set, RealData.trainers(), Training.Options.of(RealData.CLOCK), Progress.NONE);

    int[] rows = trained.split().test();
    double[] model =
        new Scoring(
                trained.preprocessing(), trained.model(), trained.calibration(), trained.policy())
            .scores(set.rows(), rows);
    double[] recency = new double[rows.length];
    double[] labels = new double[rows.length];
    int[] customers = new int[rows.length];
    Map<Integer, Integer> numbers = new HashMap<>();
    Column.Numbers since = (Column.Numbers) set.rows().column("purchases_time_since_last");
    for (int i = 0; i < rows.length; i++) {
      recency[i] = since.values()[rows[i]];
      labels[i] = set.labels()[rows[i]];
      customers[i] = numbers.computeIfAbsent(set.keys().codes()[rows[i]], _ -> numbers.size());
    }
    RankedScores byModel = RankedScores.of(model, labels);
    RankedScores byRecency = RankedScores.of(recency, labels);
    Interval gain =
        new EntityBootstrap(500, 0.95, 1)
            .interval(customers, numbers.size(), w -> byModel.rocAuc(w) - byRecency.rocAuc(w));

    System.out.printf(
        "%s: ROC-AUC %.4f, recency alone %.4f, gain %.4f (%.4f to %.4f) over %,d customers, %,d rows%n",
        trained.evaluation().chosen(),
        byModel.rocAuc(),
        byRecency.rocAuc(),
        gain.estimate(),
        gain.lower(),
        gain.upper(),
        numbers.size(),
        rows.length);
    assertThat(Arrays.stream(recency)).allMatch(Double::isFinite);
    assertThat(gain.lower()).isPositive();
  }
}
