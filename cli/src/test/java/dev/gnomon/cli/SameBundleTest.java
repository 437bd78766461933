package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.training.TrainRun;
import dev.gnomon.training.Trained;
import dev.gnomon.training.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Same file, data and seed: the same bundle, whatever the number of threads.
class SameBundleTest {
  @TempDir Path folder = Path.of("");

  private void table() throws IOException {
    Random random = new Random(3);
    StringBuilder rows = new StringBuilder("id,x,z,plan,bought,spent\n");
    for (int i = 0; i < 500; i++) {
      double x = random.nextGaussian();
      double z = random.nextGaussian();
      boolean yes = random.nextDouble() < 1 / (1 + Math.exp(0.5 - x + x * z));
      rows.append(
          String.format(
              Locale.ROOT,
              "c%d,%.4f,%s,%s,%s,%.3f%n",
              i,
              x,
              i % 11 == 0 ? "" : Double.toString(z),
              "abc".charAt(i % 3),
              yes ? "y" : "n",
              100 + 20 * x - 5 * z * z + 4 * random.nextGaussian()));
    }
    Files.writeString(folder.resolve("t.csv"), rows);
  }

  @Test
  void ofAClass() throws IOException {
    table();
    threeTimesTheSame(
        """
        name: classes
        problem: {costs: {false-positive: 1, false-negative: 4}}
        frame: {task: binary, target: {column: bought, positive: y}}
        data: {table: t.csv, key: id}
        features: {columns: [x, z, plan]}
        models: {candidates: [constant, logistic, {xgboost: {rounds: 15}}]}
        evaluation: {segments: [plan]}
        """);
  }

  @Test
  void ofANumber() throws IOException {
    table();
    threeTimesTheSame(
        """
        name: numbers
        frame: {task: regression, target: {column: spent}}
        data: {table: t.csv, key: id}
        features: {columns: [x, z, plan]}
        models: {candidates: [constant, linear, {xgboost: {rounds: 15}}]}
        evaluation: {segments: [plan]}
        """);
  }

  private void threeTimesTheSame(String text) throws IOException {
    UseCase useCase = UseCaseReader.parse(text, folder.resolve("usecase.yaml"));
    String first = hash(useCase, 2, "one");
    assertThat(hash(useCase, 1, "three")).isEqualTo(first);
    assertThat(hash(useCase, 2, "again")).isEqualTo(first);
  }

  private String hash(UseCase useCase, int threads, String name) throws IOException {
    TrainingSet set = RealData.trainingSet(useCase, folder.resolve(name));
    Trained trained =
        Training.run(
            useCase,
            set,
            RealData.trainers(),
            new Training.Options(threads, RealData.CLOCK, _ -> Optional.empty()),
            Progress.NONE);
    Path staged = Files.createDirectories(folder.resolve(name).resolve("staged"));
    TrainRun.bundle(useCase, set, trained).write(staged);
    return new BundleStore(folder.resolve(name).resolve("bundles")).store(staged);
  }
}
