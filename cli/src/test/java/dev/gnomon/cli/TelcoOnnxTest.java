package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.Calibration;
import dev.gnomon.models.Policy;
import dev.gnomon.models.Scoring;
import dev.gnomon.models.spi.BundleFormat;
import dev.gnomon.models.spi.ForeignFormat.Wanted;
import dev.gnomon.training.ForeignFile;
import dev.gnomon.training.Given;
import dev.gnomon.training.ModelImport;
import dev.gnomon.training.TrainRun;
import dev.gnomon.training.Trained;
import dev.gnomon.training.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bundles of IBM's telephone customers as ONNX graphs: every customer gets the score of the
/// bundle, 19 columns of numbers and texts in.
class TelcoOnnxTest {
  private static final String DATA = "telco-churn/telco-churn.csv.gz";
  private static final String CANDIDATES =
      "[constant, logistic, xgboost: {max-depth: 3, eta: 0.05, min-child-weight: 5}]";

  @TempDir private Path folder;

  @Test
  void everyCustomerGetsTheScoreOfABoostedBundle() throws IOException {
    everyCustomerGetsTheScoreOfTheBundle("xgboost");
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"logistic", "lightgbm", "random-forest: {trees: 50}"})
  void everyCustomerGetsTheScoreOfTheBundle(String candidate) throws IOException {
    UseCase useCase = RealData.example("telco-churn", DATA, CANDIDATES, "[" + candidate + "]");
    TrainingSet set = RealData.trainingSet(useCase, folder);
    Trained trained =
        Training.run(
            useCase, set, RealData.trainers(), Training.Options.of(RealData.CLOCK), Progress.NONE);
    Bundle bundle = TrainRun.bundle(useCase, set, trained);
    byte[] graph =
        ServiceLoader.load(BundleFormat.class).findFirst().orElseThrow().bytes(bundle, Map.of());
    Path file = Files.write(folder.resolve("telco.onnx"), graph);

    ForeignFile read = ForeignFile.read(file, new Wanted(false, Optional.of("Yes")));
    Given given = new ModelImport(read, set, List.of(), Map.of()).given(trained.split().train());
    int[] rows = new int[set.size()];
    Arrays.setAll(rows, i -> i);
    double[] theirs =
        new Scoring(given.preprocessing(), given.model(), new Calibration.None(), Policy.none())
            .scores(set.rows(), rows);
    double[] ours = bundle.scoring().scores(set.rows(), rows);
    double most = 0;
    for (int i = 0; i < ours.length; i++) {
      most = Math.max(most, Math.abs(ours[i] - theirs[i]));
    }
    System.out.printf(
        "%s: %,d customers, greatest difference %.2g, %,d bytes%n",
        candidate, ours.length, most, graph.length);
    assertThat(ours).hasSize(7043);
    assertThat(most).isLessThan(1e-5);
  }
}
