package dev.gnomon.engine.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.gnomon.models.Model;
import dev.gnomon.models.ModelFiles;
import dev.gnomon.models.trees.ImportedTrees;
import dev.gnomon.models.trees.ImportedTrees.FeatureType;
import dev.gnomon.models.trees.ImportedTrees.Format;
import dev.gnomon.stats.RandomStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models of XGBoost, trained by it on numbers, missing values and categories, score the same
/// without it.
class XgboostParityTest {
  private static final int WIDTH = 8;
  private static final int CATEGORIES = 2;
  private static final int CHUNK = 50_000;

  @TempDir private Path directory = Path.of("");

  /// What a run found.
  ///
  /// @param score the largest difference of scores, of a large score relative to it
  /// @param margins how many margins are not the same bits
  /// @param margin the largest difference of margins, of a large margin relative to it
  record Found(double score, long margins, double margin) {}

  /// Trained by XGBoost: two columns of categories (numbers to a linear booster), then numbers.
  ///
  /// @param stated `name=value` parted by spaces
  static Booster trained(String stated, int rounds) throws Exception {
    int rows = 3000;
    RandomStream random = RandomStream.of(11);
    Map<String, Object> parameters = new HashMap<>();
    for (String one : stated.split(" ", -1)) {
      parameters.put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
    }
    String objective = String.valueOf(parameters.get("objective"));
    boolean linear = stated.contains("gblinear");
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
      double p = 1 / (1 + Math.exp(0.5 - z));
      targets[i] =
          switch (objective) {
            case "reg:logistic" -> (float) p;
            case "reg:squarederror", "reg:absoluteerror", "reg:pseudohubererror" ->
                (float) (10 * z + random.nextGaussian());
            case "reg:squaredlogerror", "count:poisson", "reg:gamma", "reg:tweedie" ->
                (float) Math.ceil(Math.exp(z / 2) * (0.5 + random.nextDouble()));
            default -> random.nextDouble() < p ? 1 : 0;
          };
    }
    if (!linear) {
      parameters.putIfAbsent("tree_method", "hist");
      parameters.putIfAbsent("max_depth", "6");
    }
    parameters.put("nthread", 1);
    parameters.put("seed", 3);
    parameters.put("verbosity", 0);
    parameters.put("silent", "true");
    DMatrix matrix = new DMatrix(values, rows, WIDTH, Float.NaN);
    if (!linear) {
      matrix.setFeatureTypes(types());
    }
    matrix.setLabel(targets);
    Booster booster = XGBoost.train(matrix, parameters, rounds, Map.of(), null, null);
    booster.setParam("nthread", 1);
    matrix.dispose();
    return booster;
  }

  private static String[] types() {
    String[] types = new String[WIDTH];
    Arrays.fill(types, "q");
    Arrays.fill(types, 0, CATEGORIES, "c");
    return types;
  }

  /// Compares on rows that XGBoost takes: a matrix takes no infinities, scoring in place does.
  static Found compared(String stated, String format, int rounds, int count) throws Exception {
    Booster booster = trained(stated, rounds);
    byte[] bytes = booster.toByteArray(format);
    ImportedTrees imported = ImportedTrees.of(bytes, "XGBoost");
    assertThat(imported.format())
        .isEqualTo(format.equals("json") ? Format.XGBOOST_JSON : Format.XGBOOST_UBJSON);
    Model ours = imported.model();
    boolean linear = stated.contains("gblinear");
    boolean raw = stated.contains("logitraw");
    HardRows hard = new HardRows(booster.toByteArray("json"), WIDTH, linear ? 0 : CATEGORIES);
    double furthest = 0;
    double furthestMargin = 0;
    long differing = 0;
    for (int start = 0; start < count; start += CHUNK) {
      int size = Math.min(CHUNK, count - start);
      float[] rows = hard.draw(size, 100 + start);
      float[][] scores;
      float[][] margins;
      if (linear) {
        // Products of the largest numbers are infinite or NaN there and here; and a linear booster
        // does not score in place.
        for (int i = 0; i < rows.length; i++) {
          rows[i] = Math.abs(rows[i]) > 1e6 ? 1e6f : rows[i];
        }
        DMatrix matrix = new DMatrix(rows, size, WIDTH, Float.NaN);
        scores = booster.predict(matrix);
        margins = booster.predict(matrix, true);
        matrix.dispose();
      } else {
        scores = booster.inplace_predict(rows, size, WIDTH, Float.NaN);
        margins =
            booster.inplace_predict(
                rows,
                size,
                WIDTH,
                Float.NaN,
                new int[] {0, 0},
                Booster.PredictionType.kMargin,
                null);
      }
      double[] batch = new double[size];
      ours.margins(rows, size, batch);
      for (int i = 0; i < size; i++) {
        double margin = ours.margin(rows, i * WIDTH);
        assertThat(margin).isEqualTo(batch[i]);
        double scale = Math.max(1, Math.abs(margins[i][0]));
        differing += (float) margin == margins[i][0] ? 0 : 1;
        furthestMargin = Math.max(furthestMargin, Math.abs(margin - margins[i][0]) / scale);
        double score = raw ? margin : ours.output().score(margin);
        double off = Math.abs(score - scores[i][0]) / Math.max(1, Math.abs(scores[i][0]));
        furthest = Math.max(furthest, off);
        if (!(off < 1e-6)) {
          throw new AssertionError(
              "%s: %s, XGBoost says %s, margins %s and %s"
                  .formatted(
                      Arrays.toString(Arrays.copyOfRange(rows, i * WIDTH, (i + 1) * WIDTH)),
                      score,
                      scores[i][0],
                      margin,
                      margins[i][0]));
        }
      }
    }
    booster.dispose();
    return new Found(furthest, differing, furthestMargin);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "objective=binary:logistic",
        "objective=binary:logistic max_cat_to_onehot=50",
        "objective=binary:logistic max_depth=12",
        "objective=binary:logistic grow_policy=lossguide max_leaves=40 max_depth=0",
        "objective=binary:logistic num_parallel_tree=3 subsample=0.5",
        "objective=binary:logistic base_score=0.3",
        "objective=binary:logitraw",
        "objective=binary:hinge",
        "objective=reg:logistic",
        "objective=reg:squarederror",
        "objective=reg:squaredlogerror base_score=1",
        "objective=reg:pseudohubererror",
        "objective=reg:absoluteerror",
        "objective=count:poisson",
        "objective=reg:gamma",
        "objective=reg:tweedie",
        "objective=binary:logistic booster=gblinear eta=0.1",
        "objective=reg:squarederror booster=gblinear eta=0.1",
      })
  void scoresLikeXgboost(String stated) throws Exception {
    for (String format : List.of("json", "ubj")) {
      Found found = compared(stated, format, 50, 10_000);
      assertThat(found.score()).isLessThan(1e-6);
      assertThat(found.margins()).as("margins that are not the same bits").isZero();
    }
  }

  /// Scoring in place subtracts and adds the base score once per tree, which rounds; a matrix does
  /// not, so that margins by it are the same bits.
  @Test
  void scoresLikeDart() throws Exception {
    String stated = "objective=binary:logistic booster=dart rate_drop=0.3 one_drop=1";
    assertThat(compared(stated, "json", 50, 20_000).score()).isLessThan(1e-6);
    Booster booster = trained(stated, 50);
    byte[] bytes = booster.toByteArray("ubj");
    Model ours = ImportedTrees.read(bytes, "XGBoost");
    float[] rows = new HardRows(booster.toByteArray("json"), WIDTH, CATEGORIES).draw(20_000, 5);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Float.isInfinite(rows[i]) ? 7 : rows[i];
    }
    DMatrix matrix = new DMatrix(rows, 20_000, WIDTH, Float.NaN);
    float[][] margins = booster.predict(matrix, true);
    for (int i = 0; i < 20_000; i++) {
      assertThat((float) ours.margin(rows, i * WIDTH)).isEqualTo(margins[i][0]);
    }
    matrix.dispose();
    booster.dispose();
  }

  @Test
  void givesTheReasonsOfXgboost() throws Exception {
    Booster booster = trained("objective=binary:logistic", 30);
    Model ours = ImportedTrees.read(booster.toByteArray("ubj"), "XGBoost");
    float[] rows = new HardRows(booster.toByteArray("json"), WIDTH, CATEGORIES).draw(1000, 5);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Float.isInfinite(rows[i]) ? 7 : rows[i];
    }
    DMatrix matrix = new DMatrix(rows, 1000, WIDTH, Float.NaN);
    float[][] theirs = booster.predictContrib(matrix, 0);
    double[] parts = new double[WIDTH + 1];
    for (int i = 0; i < 1000; i++) {
      ours.contributions(rows, i * WIDTH, parts);
      double sum = 0;
      for (int j = 0; j <= WIDTH; j++) {
        assertThat(parts[j]).isCloseTo(theirs[i][j], within(1e-4));
        sum += parts[j];
      }
      assertThat(sum).isCloseTo(ours.margin(rows, i * WIDTH), within(1e-4));
    }
    matrix.dispose();
    booster.dispose();
  }

  @Test
  void keepsItsFileAndSaysWhatItsInputsAre() throws Exception {
    Booster booster = trained("objective=reg:gamma", 5);
    booster.setFeatureNames(new String[] {"a", "b", "c", "d", "e", "f", "g", "h"});
    booster.setFeatureTypes(types());
    byte[] bytes = booster.toByteArray("ubj");
    ImportedTrees imported = ImportedTrees.of(bytes, "XGBoost");
    assertThat(imported.objective()).isEqualTo("reg:gamma");
    assertThat(imported.features()).hasSize(WIDTH);
    assertThat(imported.features().get(1).name()).isEqualTo("b");
    assertThat(imported.features().get(1).type()).isEqualTo(FeatureType.CATEGORY);
    assertThat(imported.features().get(2).type()).isEqualTo(FeatureType.NUMBER);
    imported.model().write(directory);
    assertThat(Files.readAllBytes(directory.resolve("model.ubj"))).isEqualTo(bytes);
    Model read = ModelFiles.read("xgboost", directory, directory);
    float[] row = {3, 17, 0.5f, Float.NaN, 0, -2, 1, 0.25f};
    assertThat(read.margin(row, 0)).isEqualTo(imported.model().margin(row, 0));
    booster.dispose();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "objective=binary:logistic",
        "objective=binary:logistic max_depth=14",
        "objective=binary:logistic booster=gblinear eta=0.1"
      })
  void scoringAllocatesNothing(String stated) throws Exception {
    Booster booster = trained(stated, 41);
    Model ours = ImportedTrees.read(booster.toByteArray("ubj"), "XGBoost");
    booster.dispose();
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
