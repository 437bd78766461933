package dev.gnomon.engine.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.ModelReader;
import dev.gnomon.models.trees.TreeEnsemble;
import dev.gnomon.stats.RandomStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is served must be what XGBoost computes.
class XgboostTrainerTest {
  private static final int WIDTH = 12;

  @TempDir private Path directory = Path.of("");

  private static List<String> names() {
    List<String> names = new ArrayList<>();
    for (int j = 0; j < WIDTH; j++) {
      names.add("x" + j);
    }
    return names;
  }

  /// Numbers, whole numbers (so that values sit on split points) and missing values.
  private static Matrix rows(int count, long seed) {
    RandomStream random = RandomStream.of(seed);
    float[] values = new float[count * WIDTH];
    for (int i = 0; i < values.length; i++) {
      int column = i % WIDTH;
      double value = random.nextGaussian();
      values[i] =
          random.nextDouble() < 0.1 && column > 3
              ? Float.NaN
              : (float) (column % 2 == 0 ? Math.rint(value * 2) : value);
    }
    return new Matrix(names(), values, count);
  }

  private static float[] labels(Matrix rows, long seed) {
    RandomStream random = RandomStream.of(seed);
    float[] labels = new float[rows.rows()];
    for (int i = 0; i < labels.length; i++) {
      float[] values = rows.values();
      double z = values[i * WIDTH] - values[i * WIDTH + 1] * values[i * WIDTH + 2];
      z += Float.isNaN(values[i * WIDTH + 5]) ? 2 : 0;
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-z)) ? 1 : 0;
    }
    return labels;
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    java.util.Arrays.fill(ones, 1);
    return ones;
  }

  private static Model train(Map<String, String> settings, int threads) {
    Matrix rows = rows(3000, 1);
    Matrix inner = rows(800, 2);
    return new XgboostTrainer()
        .train(
            new Fit(
                Fit.Target.BINARY,
                Fit.Rows.of(rows, labels(rows, 3), ones(rows.rows())),
                Fit.Rows.of(inner, labels(inner, 4), ones(inner.rows())),
                settings,
                7,
                threads,
                Progress.NONE));
  }

  @ParameterizedTest
  @CsvSource({"4, 300, 30", "6, 101, 0", "8, 60, 0", "11, 50, 0", "1, 7, 0"})
  void scoresLikeXgboost(int depth, int rounds, int patience) throws Exception {
    Model model =
        train(
            Map.of(
                "max-depth",
                "" + depth,
                "rounds",
                "" + rounds,
                "early-stopping-rounds",
                "" + patience,
                "subsample",
                "0.8"),
            1);
    model.write(directory);
    byte[] file = Files.readAllBytes(directory.resolve("model.json"));
    Booster booster = XGBoost.loadModel(file);
    booster.setParam("nthread", 1);
    Matrix rows = rows(4_000, 9);
    extremes(rows.values());
    DMatrix matrix = new DMatrix(rows.values(), rows.rows(), WIDTH, Float.NaN);
    float[][] margins = booster.predict(matrix, true);
    float[][] probabilities = booster.predict(matrix);
    double[] batch = new double[rows.rows() - 1];
    model.margins(rows.values(), batch.length, batch);
    int differing = 0;
    double worst = 0;
    for (int i = 0; i < rows.rows(); i++) {
      double margin = model.margin(rows.values(), i * WIDTH);
      differing += (float) margin == margins[i][0] ? 0 : 1;
      differing += i == batch.length || batch[i] == margin ? 0 : 1;
      worst = Math.max(worst, Math.abs(1 / (1 + Math.exp(-margin)) - probabilities[i][0]));
    }
    assertThat(differing).as("margins that are not the same bits").isZero();
    assertThat(worst).isLessThan(1e-6);

    DMatrix few =
        new DMatrix(java.util.Arrays.copyOf(rows.values(), 200 * WIDTH), 200, WIDTH, Float.NaN);
    float[][] contributions = booster.predictContrib(few, 0);
    few.dispose();
    double[] ours = new double[WIDTH + 1];
    for (int i = 0; i < 200; i++) {
      model.contributions(rows.values(), i * WIDTH, ours);
      double sum = 0;
      for (int j = 0; j <= WIDTH; j++) {
        assertThat(ours[j]).isCloseTo(contributions[i][j], within(2e-4));
        sum += ours[j];
      }
      assertThat(sum).isCloseTo(model.margin(rows.values(), i * WIDTH), within(1e-4));
    }
    matrix.dispose();
    booster.dispose();
  }

  private static void extremes(float[] values) {
    float[] odd = {-0f, 0f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, Float.NaN};
    RandomStream random = RandomStream.of(5);
    for (int i = 0; i < values.length; i += 7) {
      values[i] = odd[random.nextInt(odd.length)];
    }
  }

  @Test
  void sameBytesForAnyNumberOfThreadsAndAfterReading() throws Exception {
    Map<String, String> settings = Map.of("subsample", "0.7", "colsample", "0.5");
    Path first = Files.createDirectory(directory.resolve("first"));
    Path second = Files.createDirectory(directory.resolve("second"));
    Path third = Files.createDirectory(directory.resolve("third"));
    train(settings, 1).write(first);
    train(settings, 2).write(second);
    byte[] bytes = Files.readAllBytes(first.resolve("model.json"));
    assertThat(Files.readAllBytes(second.resolve("model.json"))).isEqualTo(bytes);
    ModelReader reader =
        ServiceLoader.load(ModelReader.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(found -> found.kind().equals("xgboost"))
            .findFirst()
            .orElseThrow();
    reader.read(first).write(third);
    assertThat(Files.readAllBytes(third.resolve("model.json"))).isEqualTo(bytes);
  }

  @Test
  void stopsEarlyAndKeepsTheBestRound() {
    TreeEnsemble stopped =
        (TreeEnsemble) train(Map.of("eta", "0.5", "rounds", "400", "max-depth", "6"), 1);
    assertThat(stopped.size()).isBetween(2, 100);
    TreeEnsemble whole =
        (TreeEnsemble)
            train(
                Map.of(
                    "eta",
                    "0.5",
                    "rounds",
                    "" + stopped.size(),
                    "max-depth",
                    "6",
                    "early-stopping-rounds",
                    "0"),
                1);
    float[] row = rows(1, 77).values();
    assertThat(whole.size()).isEqualTo(stopped.size());
    assertThat(stopped.margin(row, 0)).isEqualTo(whole.margin(row, 0));
  }

  private static Model number(Map<String, String> settings, float shift) {
    Matrix rows = rows(3000, 1);
    Matrix inner = rows(800, 2);
    return new XgboostTrainer()
        .train(
            new Fit(
                Fit.Target.NUMBER,
                Fit.Rows.of(rows, amounts(rows, shift), ones(rows.rows())),
                Fit.Rows.of(inner, amounts(inner, shift), ones(inner.rows())),
                settings,
                7,
                1,
                Progress.NONE));
  }

  private static float[] amounts(Matrix rows, float shift) {
    float[] amounts = new float[rows.rows()];
    for (int i = 0; i < amounts.length; i++) {
      float[] values = rows.values();
      amounts[i] = shift + 3 * values[i * WIDTH] - values[i * WIDTH + 1] * values[i * WIDTH + 2];
    }
    return amounts;
  }

  @ParameterizedTest
  @CsvSource({"4, 0", "6, 1000", "10, -50"})
  void predictsNumbersLikeXgboost(int depth, float shift) throws Exception {
    Model model = number(Map.of("max-depth", "" + depth, "rounds", "150"), shift);
    assertThat(model.output()).isEqualTo(dev.gnomon.models.Output.NUMBER);
    model.write(directory);
    Booster booster = XGBoost.loadModel(Files.readAllBytes(directory.resolve("model.json")));
    Matrix rows = rows(3_000, 9);
    extremes(rows.values());
    DMatrix matrix = new DMatrix(rows.values(), rows.rows(), WIDTH, Float.NaN);
    float[][] predictions = booster.predict(matrix);
    for (int i = 0; i < rows.rows(); i++) {
      assertThat((float) model.margin(rows.values(), i * WIDTH)).isEqualTo(predictions[i][0]);
    }
    float[] amounts = amounts(rows(800, 2), shift);
    double error = 0;
    float[] inner = rows(800, 2).values();
    for (int i = 0; i < 800; i++) {
      error += Math.abs(model.margin(inner, i * WIDTH) - amounts[i]);
    }
    assertThat(error / 800).as("mean absolute error").isLessThan(1);
    matrix.dispose();
    booster.dispose();
  }

  /// 100,000 rows with missing values and odd numbers: every contribution is XGBoost's own, and
  /// they add up.
  @ParameterizedTest
  @CsvSource({"BINARY", "NUMBER"})
  void givesTheReasonsOfXgboost(Fit.Target target) throws Exception {
    Map<String, String> settings = Map.of("max-depth", "6", "rounds", "30");
    Model model = target == Fit.Target.BINARY ? train(settings, 1) : number(settings, 10);
    model.write(directory);
    Booster booster = XGBoost.loadModel(Files.readAllBytes(directory.resolve("model.json")));
    Matrix rows = rows(100_000, 21);
    extremes(rows.values());
    DMatrix matrix = new DMatrix(rows.values(), rows.rows(), WIDTH, Float.NaN);
    booster.setParam("nthread", 1);
    float[][] expected = booster.predictContrib(matrix, 0);
    double[] ours = new double[WIDTH + 1];
    double furthest = 0;
    double gap = 0;
    for (int i = 0; i < rows.rows(); i++) {
      model.contributions(rows.values(), i * WIDTH, ours);
      double sum = 0;
      for (int j = 0; j <= WIDTH; j++) {
        furthest = Math.max(furthest, Math.abs(ours[j] - expected[i][j]));
        sum += ours[j];
      }
      gap = Math.max(gap, Math.abs(sum - model.margin(rows.values(), i * WIDTH)));
    }
    assertThat(furthest).as("furthest from XGBoost's contribution").isLessThan(1e-4);
    assertThat(gap).as("largest gap between sum and margin").isLessThan(1e-4);
    matrix.dispose();
    booster.dispose();
  }

  @Test
  void keepsToStatedDirections() {
    Map<String, String> free = Map.of("rounds", "200", "max-depth", "6", "eta", "0.3");
    assertThat(reversals(train(free, 1))).isPositive();
    Map<String, String> bound = new java.util.HashMap<>(free);
    bound.put("monotone", "x0=+1, x1=-1");
    assertThat(reversals(train(bound, 1))).isZero();
    assertThatThrownBy(() -> train(Map.of("monotone", "x99=+1, x1=up"), 1))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("no input is called 'x99'; one of x0, x1")
        .hasMessageContaining("'x1=up'; input=+1 or input=-1");
  }

  /// How often the margin moves against x0 upwards or x1 downwards on a grid.
  private static int reversals(Model model) {
    float[] rows = rows(50, 33).values();
    int reversals = 0;
    for (int i = 0; i < 50; i++) {
      for (int column = 0; column < 2; column++) {
        float[] row = java.util.Arrays.copyOfRange(rows, i * WIDTH, (i + 1) * WIDTH);
        double before = Double.NaN;
        for (int step = -40; step <= 40; step++) {
          row[column] = step / 10f;
          double margin = model.margin(row, 0) * (column == 0 ? 1 : -1);
          reversals += margin < before ? 1 : 0;
          before = margin;
        }
      }
    }
    return reversals;
  }

  @Test
  void focalDerivativesAreThoseOfTheLoss() {
    for (double gamma : new double[] {0, 0.5, 2, 4}) {
      for (double z = -4; z <= 4; z += 0.5) {
        double step = 1e-5;
        double up = FocalLoss.loss(logistic(z + step), gamma);
        double down = FocalLoss.loss(logistic(z - step), gamma);
        assertThat(FocalLoss.slope(logistic(z), gamma))
            .isCloseTo((up - down) / (2 * step), within(1e-8));
        double second =
            (FocalLoss.slope(logistic(z + step), gamma)
                    - FocalLoss.slope(logistic(z - step), gamma))
                / (2 * step);
        assertThat(FocalLoss.curvature(logistic(z), gamma))
            .isCloseTo(Math.max(second, 1e-6), within(1e-8));
      }
    }
  }

  private static double logistic(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  /// Without focusing and with even shares, focal loss is half of the log loss, so that twice the
  /// regularisation's counterpart gives the same trees.
  @Test
  void focalWithoutFocusIsLogLoss() {
    Model focal =
        train(
            Map.of(
                "loss",
                "focal",
                "focal-alpha",
                "0.5",
                "focal-gamma",
                "0",
                "lambda",
                "0.5",
                "min-child-weight",
                "0.5",
                "rounds",
                "60",
                "early-stopping-rounds",
                "0"),
            1);
    Model log = train(Map.of("rounds", "60", "early-stopping-rounds", "0"), 1);
    float[] rows = rows(500, 41).values();
    double furthest = 0;
    for (int i = 0; i < 500; i++) {
      furthest =
          Math.max(furthest, Math.abs(focal.margin(rows, i * WIDTH) - log.margin(rows, i * WIDTH)));
    }
    assertThat(furthest).isLessThan(0.05);
    Model focused = train(Map.of("loss", "focal"), 1);
    assertThat(((TreeEnsemble) focused).size()).isBetween(5, 300);
  }

  @Test
  void namesEveryBadSetting() {
    assertThatThrownBy(() -> train(Map.of("eta", "2", "depth", "3"), 1))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("xgboost.eta: '2'; a number from")
        .hasMessageContaining("xgboost.depth: unknown setting; one of alpha, colsample");
  }
}
