package dev.gnomon.models.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.stats.RandomStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Shapley values against golden ones and against their definition: every coalition enumerated.
class ShapTest {
  private static final int INPUTS = 6;

  /// XGBoost 1.7.4, all coalitions through its own margins, sixteen background rows.
  @Test
  void interventionalEqualsTheGoldenCase() throws IOException {
    JsonNode trees = read("/models/tree-shap.json");
    JsonNode golden = read("/models/shap-interventional.json");
    TreeEnsemble model = TreeEnsemble.parse(CanonicalJson.bytes(trees.get("model")), "golden");
    Matrix background = matrix(golden.get("background"));
    Matrix rows = matrix(golden.get("rows"));
    InterventionalShap shap = InterventionalShap.of(model, background);
    double[] out = new double[4];
    for (int i = 0; i < rows.rows(); i++) {
      shap.contributions(rows.values(), 3 * i, out);
      for (int j = 0; j < 3; j++) {
        double expected = golden.get("contributions").get(i).get(j).asDouble();
        assertThat(out[j]).isCloseTo(expected, within(1e-5 * Math.max(0.1, Math.abs(expected))));
      }
      assertThat(out[3]).isCloseTo(golden.get("expected-value").asDouble(), within(1e-6));
    }
    double[] dependent = new double[4];
    model.contributions(rows.values(), 0, dependent);
    assertThat(Math.abs(dependent[0] - out[0])).as("another definition").isGreaterThan(0.01);
  }

  private static JsonNode read(String resource) throws IOException {
    try (var in = Objects.requireNonNull(ShapTest.class.getResourceAsStream(resource))) {
      return JsonMapper.shared().readTree(in);
    }
  }

  private static Matrix matrix(JsonNode rows) {
    int width = rows.get(0).size();
    float[] values = new float[rows.size() * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows.get(i / width).get(i % width).asDouble();
    }
    return new Matrix(List.of("a", "b", "c"), values, rows.size());
  }

  /// A tree of random shape over few inputs, so that paths ask the same one again.
  private static Tree tree(RandomStream random, int deepest) {
    List<int[]> links = new ArrayList<>();
    List<float[]> numbers = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    grow(random, deepest, 1000, links, numbers, values);
    int nodes = links.size();
    int[] right = new int[nodes];
    int[] feature = new int[nodes];
    float[] threshold = new float[nodes];
    float[] cover = new float[nodes];
    for (int i = 0; i < nodes; i++) {
      right[i] = links.get(i)[0];
      feature[i] = links.get(i)[1];
      threshold[i] = numbers.get(i)[0];
      cover[i] = numbers.get(i)[1];
    }
    return new Tree(
        right, feature, threshold, cover, values.stream().mapToDouble(v -> v).toArray());
  }

  private static void grow(
      RandomStream random,
      int left,
      float weight,
      List<int[]> links,
      List<float[]> numbers,
      List<Double> values) {
    int[] link = {0, 0};
    links.add(link);
    numbers.add(new float[] {(float) random.nextGaussian(), weight});
    if (left == 0 || random.nextDouble() < 0.1) {
      link[0] = -1 - values.size();
      values.add(random.nextGaussian());
      return;
    }
    link[1] = random.nextInt(2 * INPUTS);
    // Now and then nothing went one way.
    float share = random.nextDouble() < 0.05 ? 0 : (float) random.nextDouble();
    grow(random, left - 1, weight * share, links, numbers, values);
    link[0] = links.size();
    grow(random, left - 1, weight * (1 - share), links, numbers, values);
  }

  private static Forest forest(RandomStream random, int trees, int depth) {
    List<Tree> list = new ArrayList<>();
    for (int t = 0; t < trees; t++) {
      list.add(tree(random, depth));
    }
    return new Forest(
        "random-forest",
        Output.NUMBER,
        Forest.Combination.MEAN,
        0.5,
        INPUTS,
        list,
        OutOfBag.none());
  }

  private static float[] row(RandomStream random) {
    float[] row = new float[INPUTS];
    for (int j = 0; j < INPUTS; j++) {
      row[j] = random.nextDouble() < 0.15 ? Float.NaN : (float) random.nextGaussian();
    }
    return row;
  }

  /// What is expected when the inputs of a coalition are known.
  private interface Value {
    double of(int coalition);
  }

  private static double[] byDefinition(Value value) {
    double[] out = new double[INPUTS + 1];
    out[INPUTS] = value.of(0);
    for (int j = 0; j < INPUTS; j++) {
      for (int s = 0; s < 1 << INPUTS; s++) {
        if ((s >> j & 1) == 0) {
          int size = Integer.bitCount(s);
          double weight = 1.0 / INPUTS;
          for (int k = 1; k <= size; k++) {
            weight *= (double) k / (INPUTS - k);
          }
          out[j] += weight * (value.of(s | 1 << j) - value.of(s));
        }
      }
    }
    return out;
  }

  private static double expected(Trees trees, int node, float[] row, int coalition) {
    if (trees.leaf(node)) {
      return trees.value(node);
    }
    int input = trees.input(node);
    int left = trees.left(node);
    int right = trees.right()[node];
    if ((coalition >> input & 1) != 0) {
      return expected(trees, trees.goesLeft(node, row[input]) ? left : right, row, coalition);
    }
    double share = trees.leftShare(node);
    return share * expected(trees, left, row, coalition)
        + (1 - share) * expected(trees, right, row, coalition);
  }

  @Test
  void equalsTheDefinition() {
    RandomStream random = RandomStream.of(8);
    for (int depth = 1; depth <= 12; depth++) {
      Forest forest = forest(random, 3, depth);
      Trees trees = forest.trees();
      float[] others = new float[5 * INPUTS];
      for (int i = 0; i < 5; i++) {
        System.arraycopy(row(random), 0, others, i * INPUTS, INPUTS);
      }
      Matrix background = new Matrix(List.of("a", "b", "c", "d", "e", "f"), others, 5);
      InterventionalShap interventional = InterventionalShap.of(forest, background);
      for (int i = 0; i < 10; i++) {
        float[] row = row(random);
        double[] out = new double[INPUTS + 1];
        forest.contributions(row, 0, out);
        assertSame(
            out,
            byDefinition(s ->
                0.5
                    + Arrays.stream(trees.roots())
                            .mapToDouble(root -> expected(trees, root, row, s))
                            .sum()
                        / 3));
        assertThat(Arrays.stream(out).sum()).isCloseTo(forest.margin(row, 0), within(1e-10));
        interventional.contributions(row, 0, out);
        assertSame(out, byDefinition(s -> mixed(forest, row, others, s)));
        assertThat(Arrays.stream(out).sum()).isCloseTo(forest.margin(row, 0), within(1e-10));
      }
    }
  }

  private static double mixed(Model model, float[] row, float[] others, int coalition) {
    double sum = 0;
    float[] mixed = new float[INPUTS];
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < INPUTS; j++) {
        mixed[j] = (coalition >> j & 1) != 0 ? row[j] : others[i * INPUTS + j];
      }
      sum += model.margin(mixed, 0) / 5;
    }
    return sum;
  }

  private static void assertSame(double[] out, double[] expected) {
    for (int j = 0; j < out.length; j++) {
      assertThat(out[j]).isCloseTo(expected[j], within(1e-10));
    }
  }

  /// Linear SHAP is the interventional one: against the training means, and additive.
  @Test
  void linearEqualsTheDefinition() {
    RandomStream random = RandomStream.of(9);
    double[] weights = new double[INPUTS];
    float[] others = new float[5 * INPUTS];
    double[] means = new double[INPUTS];
    for (int i = 0; i < others.length; i++) {
      others[i] = (float) random.nextGaussian();
      means[i % INPUTS] += others[i] / 5.0;
      weights[i % INPUTS] = random.nextGaussian();
    }
    LinearModel model = new LinearModel(0.3, weights, means);
    float[] row = new float[INPUTS];
    for (int j = 0; j < INPUTS; j++) {
      row[j] = (float) random.nextGaussian();
    }
    double[] out = new double[INPUTS + 1];
    model.contributions(row, 0, out);
    assertSame(out, byDefinition(s -> mixed(model, row, others, s)));
  }

  @Test
  void explainingAllocatesNothing() {
    Forest forest = forest(RandomStream.of(3), 20, 6);
    float[] row = row(RandomStream.of(4));
    double[] out = new double[INPUTS + 1];
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().threadId();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 200; i++) {
        forest.contributions(row, 0, out);
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
    }
    assertThat(least).as("bytes for 200 rows").isLessThan(100);
  }

  @Test
  void refusesWhatItCanNotExplain() {
    Forest forest = forest(RandomStream.of(3), 2, 3);
    Matrix none = new Matrix(List.of("a", "b", "c", "d", "e", "f"), new float[0], 0);
    assertThatThrownBy(() -> InterventionalShap.of(forest, none))
        .hasMessageContaining("a background of 0 rows with 6 columns for 6 inputs");
    Model linear = new LinearModel(0, new double[1], new double[1]);
    assertThatThrownBy(() -> InterventionalShap.of(linear, none))
        .hasMessageContaining("no sum of trees");
  }

  @Test
  void quadratureIsExact() {
    for (int n = 1; n <= 40; n++) {
      Quadrature quadrature = Quadrature.of(n);
      for (int degree = 0; degree < 2 * n; degree++) {
        double sum = 0;
        for (int q = 0; q < n; q++) {
          sum += quadrature.weights()[q] * Math.pow(quadrature.points()[q], degree);
        }
        assertThat(sum).isCloseTo(1.0 / (degree + 1), within(1e-13));
      }
    }
  }
}
