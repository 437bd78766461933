package dev.gnomon.engines.lightgbm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.ml.lightgbm.PredictionType;
import com.sun.management.ThreadMXBean;
import dev.gnomon.models.trees.ImportedTrees;
import dev.gnomon.models.trees.LightgbmEnsemble;
import dev.gnomon.stats.RandomStream;
import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMDataset;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models of LightGBM, trained by it on numbers, zeros, missing values and categories, score the
/// same without it.
class LightgbmParityTest {
  private static final int WIDTH = 8;
  private static final int CATEGORIES = 2;
  private static final int CHUNK = 50_000;

  /// Trained by LightGBM: two columns of categories, then numbers; targets fit the objective.
  static String trained(String parameters, int trees) throws Exception {
    NativeLightgbm.require();
    int rows = 3000;
    RandomStream random = RandomStream.of(11);
    float[] values = new float[rows * WIDTH];
    float[] targets = new float[rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < WIDTH; j++) {
        float value =
            j < CATEGORIES
                ? random.nextInt(j == 0 ? 12 : 40)
                : HardRows.ordinary(random.nextGaussian(), j);
        values[i * WIDTH + j] = random.nextInt(12) == 0 ? Float.NaN : value;
      }
      float group = values[i * WIDTH];
      double z = (Float.isNaN(group) ? 1.5 : group % 3 - 1) + values[i * WIDTH + 3] / 4.0;
      z += Float.isNaN(values[i * WIDTH + 4]) ? 1 : Math.abs(values[i * WIDTH + 5]);
      z += values[i * WIDTH + 1] % 5 == 0 ? -1 : 0.3;
      z = Double.isNaN(z) ? 0.5 : z;
      boolean yes = random.nextDouble() < 1 / (1 + Math.exp(0.5 - z));
      if (parameters.contains("binary") || parameters.contains("cross_entropy")) {
        targets[i] = yes ? 1 : 0;
      } else if (parameters.contains("regression") || parameters.contains("huber")) {
        targets[i] = (float) (10 * z + random.nextGaussian());
      } else {
        targets[i] = (float) Math.ceil(Math.exp(z / 2) * (0.5 + random.nextDouble()));
      }
    }
    String all =
        parameters
            + " num_leaves=40 min_data_in_leaf=5 min_data_per_group=5 cat_smooth=1 verbosity=-1"
            + " num_threads=1 seed=3 categorical_feature=0,1";
    try (LGBMDataset data = LGBMDataset.createFromMat(values, rows, WIDTH, true, all, null)) {
      data.setField("label", targets);
      try (LGBMBooster booster = LGBMBooster.create(data, all)) {
        for (int i = 0; i < trees; i++) {
          booster.updateOneIter();
        }
        return booster.saveModelToString(0, 0, LGBMBooster.FeatureImportanceType.GAIN);
      }
    }
  }

  /// The largest difference of scores, of a large score relative to it.
  static double furthest(String model, int count) throws Exception {
    byte[] bytes = model.getBytes(StandardCharsets.UTF_8);
    LightgbmEnsemble ours = (LightgbmEnsemble) ImportedTrees.read(bytes, "LightGBM");
    HardRows hard = new HardRows(model, WIDTH, CATEGORIES);
    double furthest = 0;
    try (LGBMBooster booster = LGBMBooster.loadModelFromString(model)) {
      for (int start = 0; start < count; start += CHUNK) {
        int size = Math.min(CHUNK, count - start);
        float[] rows = hard.draw(size, 100 + start);
        double[] theirs =
            booster.predictForMat(
                rows, size, WIDTH, true, PredictionType.C_API_PREDICT_NORMAL, "num_threads=1");
        double[] batch = new double[size];
        ours.margins(rows, size, batch);
        for (int i = 0; i < size; i++) {
          double margin = ours.margin(rows, i * WIDTH);
          assertThat(margin).isEqualTo(batch[i]);
          double difference = Math.abs(ours.output().score(margin) - theirs[i]);
          furthest = Math.max(furthest, difference / Math.max(1, Math.abs(theirs[i])));
          if (!(difference < 1e-6 * Math.max(1, Math.abs(theirs[i])))) {
            throw new AssertionError(
                "%s: %s, LightGBM says %s"
                    .formatted(
                        Arrays.toString(Arrays.copyOfRange(rows, i * WIDTH, (i + 1) * WIDTH)),
                        ours.output().score(margin),
                        theirs[i]));
          }
        }
      }
    }
    return furthest;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "objective=binary",
        "objective=binary sigmoid=0.7",
        "objective=binary zero_as_missing=true",
        "objective=binary use_missing=false",
        "objective=binary max_cat_to_onehot=50",
        "objective=binary boosting=rf bagging_freq=1 bagging_fraction=0.6",
        "objective=binary boosting=dart",
        "objective=binary max_depth=3",
        "objective=cross_entropy",
        "objective=regression",
        "objective=regression boosting=rf bagging_freq=1 bagging_fraction=0.6",
        "objective=regression_l1",
        "objective=huber",
        "objective=fair",
        "objective=quantile alpha=0.8",
        "objective=mape",
        "objective=poisson",
        "objective=gamma",
        "objective=tweedie",
      })
  void scoresLikeLightgbm(String parameters) throws Exception {
    String model = trained(parameters, 50);
    assertThat(model).contains("num_cat=").contains("cat_threshold=");
    assertThat(furthest(model, 20_000)).isLessThan(1e-6);
  }

  @Test
  void givesTheReasonsOfLightgbm() throws Exception {
    for (String parameters :
        List.of(
            "objective=binary",
            "objective=regression boosting=rf bagging_freq=1 bagging_fraction=0.6")) {
      String model = trained(parameters, 30);
      LightgbmEnsemble ours =
          LightgbmEnsemble.parse(model.getBytes(StandardCharsets.UTF_8), "LightGBM");
      int count = 500;
      float[] rows = new HardRows(model, WIDTH, CATEGORIES).draw(count, 5);
      double[] parts = new double[WIDTH + 1];
      double divisor = parameters.contains("rf") ? 30 : 1;
      try (LGBMBooster booster = LGBMBooster.loadModelFromString(model)) {
        double[] theirs =
            booster.predictForMat(
                rows, count, WIDTH, true, PredictionType.C_API_PREDICT_CONTRIB, "num_threads=1");
        assertThat(theirs).hasSize(count * (WIDTH + 1));
        for (int i = 0; i < count; i++) {
          ours.contributions(rows, i * WIDTH, parts);
          double sum = 0;
          for (int j = 0; j <= WIDTH; j++) {
            assertThat(parts[j]).isCloseTo(theirs[i * (WIDTH + 1) + j] / divisor, within(1e-6));
            sum += parts[j];
          }
          assertThat(sum).isCloseTo(ours.margin(rows, i * WIDTH), within(1e-9));
        }
      }
    }
  }

  @Test
  void scoringAllocatesNothing() throws Exception {
    LightgbmEnsemble ours =
        LightgbmEnsemble.parse(
            trained("objective=binary zero_as_missing=true", 40).getBytes(StandardCharsets.UTF_8),
            "LightGBM");
    float[] row = {3, 17, 0.5f, Float.NaN, 0, -2, 1, 0.25f};
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().threadId();
    long least = Long.MAX_VALUE;
    double sum = 0;
    for (int round = 0; round < 20; round++) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 2000; i++) {
        sum += ours.margin(row, 0);
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
    }
    assertThat(sum).isFinite();
    assertThat(least).as("bytes for 2,000 rows").isLessThan(100);
  }
}
