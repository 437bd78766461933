package dev.gnomon.engines.lightgbm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.ml.lightgbm.PredictionType;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.ModelFiles;
import dev.gnomon.models.Output;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.models.trees.LightgbmEnsemble;
import dev.gnomon.stats.RandomStream;
import io.github.metarank.lightgbm4j.LGBMBooster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is served must be what LightGBM computes, and the same request must give the same bytes.
class LightgbmTrainerTest {
  private static final int WIDTH = 8;

  @TempDir private Path directory = Path.of("");

  private static Matrix rows(int count, long seed) {
    RandomStream random = RandomStream.of(seed);
    List<String> names = new ArrayList<>();
    for (int j = 0; j < WIDTH; j++) {
      names.add("x" + j);
    }
    float[] values = new float[count * WIDTH];
    for (int i = 0; i < values.length; i++) {
      int column = i % WIDTH;
      float value = HardRows.ordinary(random.nextGaussian(), column);
      values[i] = column > 3 && random.nextDouble() < 0.1 ? Float.NaN : value;
    }
    return new Matrix(names, values, count);
  }

  private static double signal(Matrix rows, int i) {
    float[] values = rows.values();
    return values[i * WIDTH] / 2
        - values[i * WIDTH + 1] * values[i * WIDTH + 3]
        + (Float.isNaN(values[i * WIDTH + 5]) ? 2 : 0);
  }

  private static Fit.Rows labelled(int count, long seed, Fit.Target target, double shift) {
    Matrix rows = rows(count, seed);
    RandomStream random = RandomStream.of(seed + 1000);
    float[] targets = new float[count];
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      double z = signal(rows, i);
      targets[i] =
          target == Fit.Target.NUMBER
              ? (float) (shift + z + random.nextGaussian() / 4)
              : random.nextDouble() < 1 / (1 + Math.exp(-z)) ? 1 : 0;
      weights[i] = i % 5 == 0 ? 2 : 1;
    }
    return Fit.Rows.of(rows, targets, weights);
  }

  private static Model train(Fit.Target target, double shift, int threads, String... settings) {
    Map<String, String> stated = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      stated.put(settings[i], settings[i + 1]);
    }
    return new LightgbmTrainer()
        .train(
            new Fit(
                target,
                labelled(3000, 1, target, shift),
                labelled(800, 2, target, shift),
                stated,
                7,
                threads,
                Progress.NONE));
  }

  private static Model binary(String... settings) {
    return train(Fit.Target.BINARY, 0, 1, settings);
  }

  private byte[] written(Model model, String name) throws Exception {
    Path own = Files.createDirectory(directory.resolve(name));
    model.write(own);
    return Files.readAllBytes(own.resolve("model.txt"));
  }

  @Test
  void learnsAndScoresLikeLightgbm() throws Exception {
    Model model = binary("subsample", "0.8", "colsample", "0.7");
    assertThat(model.output()).isEqualTo(Output.LOG_ODDS);
    String text = new String(written(model, "model"), StandardCharsets.UTF_8);
    Fit.Rows test = labelled(5000, 3, Fit.Target.BINARY, 0);
    double[] margins = new double[5000];
    model.margins(test.inputs().values(), 5000, margins);
    double loss = 0;
    try (LGBMBooster booster = LGBMBooster.loadModelFromString(text)) {
      double[] theirs =
          booster.predictForMat(
              test.inputs().values(), 5000, WIDTH, true, PredictionType.C_API_PREDICT_RAW_SCORE);
      assertThat(margins).isEqualTo(theirs);
    }
    for (int i = 0; i < 5000; i++) {
      double p = model.output().score(margins[i]);
      loss -= Math.log(test.targets()[i] > 0 ? p : 1 - p) / 5000;
    }
    assertThat(loss).as("log loss, of chance 0.69").isLessThan(0.5);
  }

  @Test
  void sameBytesForAnyNumberOfThreadsAndAfterReading() throws Exception {
    byte[] first = written(binary("subsample", "0.7", "colsample", "0.5"), "first");
    Model two = train(Fit.Target.BINARY, 0, 2, "subsample", "0.7", "colsample", "0.5");
    assertThat(written(two, "second")).isEqualTo(first);
    Model read =
        ModelFiles.read("lightgbm", directory.resolve("first"), directory.resolve("bundle.json"));
    assertThat(written(read, "third")).isEqualTo(first);
  }

  @Test
  void stopsEarlyAndKeepsTheBestTrees() throws Exception {
    LightgbmEnsemble stopped = (LightgbmEnsemble) binary("learning-rate", "0.5");
    assertThat(stopped.size()).isBetween(2, 150);
    Model whole =
        binary("learning-rate", "0.5", "trees", "" + stopped.size(), "early-stopping-rounds", "0");
    assertThat(written(whole, "whole")).isEqualTo(written(stopped, "stopped"));
  }

  @Test
  void learnsNumbersWithItsLosses() {
    Fit.Rows test = labelled(2000, 3, Fit.Target.NUMBER, 20);
    for (String loss : List.of("squared", "absolute", "huber", "poisson", "gamma", "tweedie")) {
      Model model = train(Fit.Target.NUMBER, 20, 1, "loss", loss);
      boolean log = List.of("poisson", "gamma", "tweedie").contains(loss);
      assertThat(model.output()).isEqualTo(log ? Output.LOG_NUMBER : Output.NUMBER);
      double error = 0;
      for (int i = 0; i < 2000; i++) {
        double score = model.output().score(model.margin(test.inputs().values(), i * WIDTH));
        error += Math.abs(score - test.targets()[i]) / 2000;
      }
      assertThat(error).as("mean absolute error with loss %s, of chance 1.4", loss).isLessThan(0.8);
    }
    assertThatThrownBy(() -> train(Fit.Target.NUMBER, 0, 1, "loss", "gamma"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'gamma' learns no target of");
  }

  @Test
  void keepsToStatedDirections() {
    Model model = binary("monotone", "x0=+1, x1=-1");
    float[] rows = rows(50, 33).values();
    int reversals = 0;
    for (int i = 0; i < 50; i++) {
      for (int column = 0; column < 2; column++) {
        float[] row = Arrays.copyOfRange(rows, i * WIDTH, (i + 1) * WIDTH);
        double before = Double.NaN;
        for (int step = -40; step <= 40; step++) {
          row[column] = step / 10f;
          double margin = model.margin(row, 0) * (column == 0 ? 1 : -1);
          reversals += margin < before ? 1 : 0;
          before = margin;
        }
      }
    }
    assertThat(reversals).isZero();
  }

  @Test
  void oneClassGivesTheBaseRate() {
    Fit.Rows rows = labelled(100, 1, Fit.Target.BINARY, 0);
    float[] ones = new float[100];
    Arrays.fill(ones, 1);
    Model model =
        new LightgbmTrainer()
            .train(
                new Fit(
                    Fit.Target.BINARY,
                    Fit.Rows.of(rows.inputs(), ones, ones),
                    Fit.Rows.none(rows.inputs().names()),
                    Map.of(),
                    1,
                    1,
                    Progress.NONE));
    assertThat(model.output().score(model.margin(rows.inputs().values(), 0)))
        .isCloseTo(100.5 / 101, within(1e-12));
  }

  @Test
  void isFoundByNameAndNamesEveryBadSetting() {
    assertThat(ServiceLoader.load(Trainer.class).stream().map(found -> found.get().name()))
        .contains("lightgbm");
    assertThatThrownBy(() -> binary("learning-rate", "2", "rounds", "3"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("lightgbm.learning-rate: '2'; a number from")
        .hasMessageContaining("lightgbm.rounds: unknown setting; one of colsample, depth");
  }
}
