package dev.gnomon.engines.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import dev.gnomon.models.Calibration;
import dev.gnomon.models.ConstantModel;
import dev.gnomon.models.FittedPreprocessing;
import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Model;
import dev.gnomon.models.NaiveBayesModel;
import dev.gnomon.models.Output;
import dev.gnomon.models.Policy;
import dev.gnomon.models.Scoring;
import dev.gnomon.models.ensembles.MeanModel;
import dev.gnomon.models.ensembles.MemberScale;
import dev.gnomon.models.ensembles.StackModel;
import dev.gnomon.models.trees.CategoryRule;
import dev.gnomon.models.trees.Forest;
import dev.gnomon.models.trees.OutOfBag;
import dev.gnomon.models.trees.Questions;
import dev.gnomon.models.trees.Tree;
import dev.gnomon.models.trees.TreeEnsemble;
import dev.gnomon.models.trees.TreeSum;
import dev.gnomon.schema.Row;
import dev.gnomon.stats.IsotonicFit;
import dev.gnomon.stats.PlattFit;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// A graph scored by ONNX Runtime against the bundle it was made of, on rows that hold missing,
/// infinite and never-seen values.
class OnnxBundleTest {
  private static final int ROWS = 500;

  /// Four numbers (a to d) and two texts (plan, town).
  private static final String FIELDS =
      """
      {"form": "trees", "notes": [], "inputs": [
        {"name": "a", "type": "number"}, {"name": "b", "type": "number"},
        {"name": "c", "type": "number"}, {"name": "d", "type": "number"},
        {"name": "plan", "type": "text"}, {"name": "town", "type": "text"}],
      """;

  private static final String LEVELS =
      """
      {"index": 4, "kind": "levels", "levels": ["basic", "plus", "pro"], "other": true,
       "flagged": true, "imputed": 1}\
      """;

  private static FittedPreprocessing preprocessing(String transforms, String matrix) {
    return FittedPreprocessing.fromJson(
        JsonMapper.shared()
            .readTree(
                FIELDS + "\"transforms\": [" + transforms + "], \"matrix\": [" + matrix + "]}"));
  }

  /// All of the column steps that there is a form for: 14 inputs.
  private static final String ALL_COLUMNS =
      """
      {"index": 0, "kind": "number"}, {"index": 1, "kind": "number"},
      {"index": 2, "kind": "raw"}, {"index": 3, "kind": "missing"},
      {"index": 3, "kind": "scaled", "median": 0.5, "mean": 0.25, "scale": 2.0, "flagged": true,
       "varies": true},
      """
          + LEVELS
          + """
          , {"index": 5, "kind": "order", "levels": ["x", "y", "z"]},
          {"index": 5, "kind": "values", "suffix": " target", "levels": ["x", "y"],
           "values": [0.125, 0.7], "missing": 0.3, "unseen": 0.4},
          {"index": 4, "kind": "missing"}
          """;

  private static final class Made implements Row {
    private final double[] numbers = new double[4];
    private final @Nullable String[] texts = new @Nullable String[6];

    Made(Random random) {
      for (int i = 0; i < 4; i++) {
        numbers[i] =
            switch (random.nextInt(12)) {
              case 0 -> Double.NaN;
              case 1 -> Double.POSITIVE_INFINITY;
              case 2 -> Double.NEGATIVE_INFINITY;
              case 3 -> 0;
              case 4 -> random.nextInt(5) - 2;
              case 5 -> (float) (1e6 * random.nextGaussian());
              default -> (float) random.nextGaussian();
            };
      }
      texts[4] = text(random, "basic", "plus", "pro", "never seen");
      texts[5] = text(random, "x", "y", "z", "ü");
    }

    private static @Nullable String text(Random random, String... levels) {
      int at = random.nextInt(levels.length + 1);
      return at == levels.length ? null : levels[at];
    }

    @Override
    public double number(int column) {
      return numbers[column];
    }

    @Override
    public @Nullable String text(int column) {
      return texts[column];
    }

    @Override
    public long time(int column) {
      throw new UnsupportedOperationException();
    }
  }

  private static List<Made> rows(long seed) {
    Random random = new Random(seed);
    List<Made> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(new Made(random));
    }
    return rows;
  }

  private static double[] onnx(byte[] file, List<Made> rows, String output) throws OrtException {
    OrtEnvironment environment = OnnxRuntime.environment();
    String[] names = {"a", "b", "c", "d", "plan", "town"};
    Map<String, OnnxTensor> inputs = new TreeMap<>();
    long[] shape = {rows.size(), 1};
    try (OrtSession session = OnnxRuntime.open(file, "test")) {
      for (int i = 0; i < names.length; i++) {
        if (!session.getInputNames().contains(names[i])) {
          continue;
        }
        if (i < 4) {
          float[] values = new float[rows.size()];
          for (int r = 0; r < values.length; r++) {
            values[r] = (float) rows.get(r).number(i);
          }
          inputs.put(
              names[i], OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape));
        } else {
          String[] values = new String[rows.size()];
          for (int r = 0; r < values.length; r++) {
            String text = rows.get(r).text(i);
            values[r] = text == null ? "" : text;
          }
          inputs.put(names[i], OnnxTensor.createTensor(environment, values, shape));
        }
      }
      try (OrtSession.Result result = session.run(inputs)) {
        double[] found = new double[rows.size()];
        ((OnnxTensor) result.get(output).orElseThrow()).getDoubleBuffer().get(found);
        return found;
      } finally {
        inputs.values().forEach(OnnxTensor::close);
      }
    }
  }

  /// @return the greatest difference of a score
  private static double compare(
      FittedPreprocessing preprocessing, Model model, Calibration calibration, long seed)
      throws OrtException {
    List<Made> rows = rows(seed);
    byte[] file = OnnxBundle.graph(preprocessing, model, calibration).toBytes("test");
    double[] scores = onnx(file, rows, "score");
    Scoring scoring = new Scoring(preprocessing, model, calibration, Policy.none());
    double most = 0;
    for (int i = 0; i < scores.length; i++) {
      double ours = scoring.score(rows.get(i));
      double difference =
          Double.isNaN(ours) && Double.isNaN(scores[i])
              ? 0
              : Math.abs(scores[i] - ours) / Math.max(1, Math.abs(ours));
      assertThat(difference)
          .as("row %d: %s, onnx %s", i, ours, scores[i])
          .isLessThanOrEqualTo(1e-5);
      most = Math.max(most, difference);
    }
    return most;
  }

  /// A number of every input, with weights that no two share.
  private static Model weighted(int width) {
    double[] weights = new double[width];
    Arrays.setAll(weights, i -> 0.3 * Math.sin(i + 1) / (1 + i % 3));
    return new LinearModel(Output.NUMBER, 0.25, weights, new double[width]);
  }

  private static Tree tree(Random random, int inputs, int depth, @Nullable CategoryRule rule) {
    List<Integer> right = new ArrayList<>();
    List<Integer> feature = new ArrayList<>();
    List<Float> threshold = new ArrayList<>();
    List<Double> leaves = new ArrayList<>();
    grow(random, inputs, depth, right, feature, threshold, leaves);
    int size = right.size();
    float[] limits = new float[size];
    float[] cover = new float[size];
    Arrays.fill(cover, 1);
    int[] of = new int[size];
    List<int[]> lists = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      limits[i] = threshold.get(i);
      if (rule != null && right.get(i) >= 0 && random.nextInt(3) == 0) {
        lists.add(random.ints(0, 4).distinct().limit(1 + random.nextInt(3)).sorted().toArray());
        of[i] = lists.size();
      }
    }
    return new Tree(
        right.stream().mapToInt(Integer::intValue).toArray(),
        feature.stream().mapToInt(Integer::intValue).toArray(),
        limits,
        cover,
        leaves.stream().mapToDouble(Double::doubleValue).toArray(),
        rule == null ? null : new Questions(of, lists.toArray(int[][]::new), rule));
  }

  private static void grow(
      Random random,
      int inputs,
      int depth,
      List<Integer> right,
      List<Integer> feature,
      List<Float> threshold,
      List<Double> leaves) {
    int at = right.size();
    feature.add(2 * random.nextInt(inputs) + random.nextInt(2));
    threshold.add(random.nextInt(4) == 0 ? random.nextInt(3) : (float) random.nextGaussian());
    if (depth == 0 || random.nextInt(8) == 0) {
      right.add(-1 - leaves.size());
      leaves.add(random.nextGaussian());
      return;
    }
    right.add(0);
    grow(random, inputs, depth - 1, right, feature, threshold, leaves);
    right.set(at, right.size());
    grow(random, inputs, depth - 1, right, feature, threshold, leaves);
  }

  private static Forest forest(Random random, int inputs) {
    List<Tree> trees = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      trees.add(tree(random, inputs, random.nextInt(7), null));
    }
    return new Forest(
        "random-forest",
        Output.NUMBER,
        Forest.Combination.MEAN,
        0.125,
        inputs,
        trees,
        OutOfBag.none());
  }

  /// As XGBoost writes it.
  private static TreeEnsemble boosted(Random random, int inputs) {
    StringBuilder trees = new StringBuilder();
    for (int t = 0; t < 40; t++) {
      Tree tree = tree(random, inputs, 5, null);
      int[] left = new int[tree.size()];
      float[] conditions = new float[tree.size()];
      int[] features = new int[tree.size()];
      int[] defaults = new int[tree.size()];
      int[] right = tree.right().clone();
      for (int i = 0; i < left.length; i++) {
        boolean leaf = right[i] < 0;
        conditions[i] = leaf ? (float) tree.values()[-1 - right[i]] / 10 : tree.threshold()[i];
        left[i] = leaf ? -1 : i + 1;
        right[i] = leaf ? -1 : right[i];
        features[i] = leaf ? 0 : tree.feature()[i] >> 1;
        defaults[i] = tree.feature()[i] & 1;
      }
      trees
          .append(t == 0 ? "" : ",")
          .append("{\"tree_param\":{\"num_nodes\":\"%d\"}".formatted(left.length))
          .append(",\"left_children\":" + Arrays.toString(left))
          .append(",\"right_children\":" + Arrays.toString(right))
          .append(",\"split_indices\":" + Arrays.toString(features))
          .append(",\"split_conditions\":" + Arrays.toString(conditions))
          .append(",\"split_type\":" + Arrays.toString(new int[left.length]))
          .append(",\"default_left\":" + Arrays.toString(defaults))
          .append(",\"sum_hessian\":" + Arrays.toString(tree.cover()))
          .append("}");
    }
    String json =
        """
        {"version":[2,1,0],"learner":{"objective":{"name":"binary:logistic"},
         "learner_model_param":{"num_feature":"%d","base_score":"3E-1","num_class":"0"},
         "gradient_booster":{"name":"gbtree","model":{"trees":[%s],
          "tree_info":%s,
          "gbtree_model_param":{"num_trees":"40","num_parallel_tree":"1"}}}}}\
        """
            .formatted(inputs, trees, Arrays.toString(new int[40]));
    return TreeEnsemble.parse(json.getBytes(StandardCharsets.UTF_8), "made");
  }

  @Property(tries = 20)
  void everyColumnStepAgrees(@ForAll @IntRange(max = 1_000_000) int seed) throws OrtException {
    FittedPreprocessing all =
        preprocessing(
            ALL_COLUMNS,
            "{\"kind\": \"fill\", \"columns\": [0, 1, 2, 10], \"values\": [1.5, -2.0, 0.0, 7.0]}");
    assertThat(compare(all, weighted(all.width()), new Calibration.None(), seed)).isLessThan(1e-9);
  }

  @Property(tries = 20)
  void everyMatrixStepAgrees(@ForAll @IntRange(max = 1_000_000) int seed) throws OrtException {
    String numbers =
        """
        {"index": 0, "kind": "number"}, {"index": 1, "kind": "number"},
        {"index": 2, "kind": "number"}, {"index": 3, "kind": "number"}
        """;
    List<String> steps =
        List.of(
            """
            {"kind": "clip", "columns": [0, 2], "low": [-0.5, -1.0], "high": [0.75, 1.0]}\
            """,
            """
            {"kind": "outlier-flags", "columns": [1, 3], "low": [-1.0, -1.0], "high": [1.0, 2.0]}\
            """,
            """
            {"kind": "missing-flags", "columns": [0, 3]}\
            """,
            """
            {"kind": "affine", "columns": [1, 2], "shifts": [0.1, -3.0], "scales": [2.5, 0.3]}\
            """,
            """
            {"kind": "clip", "columns": [0, 1, 2, 3], "low": [-9.0, -9.0, -9.0, -9.0],
             "high": [9.0, 9.0, 9.0, 9.0]},
            {"kind": "yeo-johnson", "columns": [0, 1, 2], "lambdas": [0.0, 2.0, -0.7],
             "means": [0.1, 0.2, 0.3], "scales": [1.0, 2.0, 0.5]}\
            """,
            """
            {"kind": "quantile", "columns": [1, 2], "quantiles":
             [[-2.0, -1.0, 0.0, 0.0, 0.0, 1.0, 2.0], [-1.0, 0.5]]}\
            """,
            """
            {"kind": "products", "left": [0, 1], "right": [2, 1]}\
            """,
            """
            {"kind": "keep", "columns": [1, 3]}\
            """);
    String fill =
        """
        {"kind": "fill", "columns": [0, 1, 2, 3], "values": [0.5, 1.0, -1.0, 2.0]}\
        """;
    for (String step : steps) {
      FittedPreprocessing bare = preprocessing(numbers, step);
      compare(bare, forest(new Random(seed), bare.width()), new Calibration.None(), seed);
      FittedPreprocessing filled = preprocessing(numbers, fill + "," + step);
      compare(filled, weighted(filled.width()), new Calibration.None(), seed + 1);
    }
    FittedPreprocessing components =
        preprocessing(
            numbers,
            fill
                + """
                , {"kind": "components", "means": [0.1, 0.2, 0.3, 0.4],
                 "loadings": [[0.5, 0.5, 0.5, 0.5], [0.5, -0.5, 0.5, -0.5]]}\
                """);
    compare(components, weighted(2), new Calibration.None(), seed);
    FittedPreprocessing chained =
        preprocessing(
            numbers,
            """
            {"kind": "iterative-fill", "columns": [0, 1, 3], "means": [0.1, 0.2, 0.3],
             "scales": [1.0, 2.0, 3.0], "order": [2, 0], "weights":
             [[0.5, 0.25, 0.0, 0.1], [0.0, 0.3, 0.2, -0.1], [0.4, 0.2, 0.0, 0.1],
              [0.0, 0.2, 0.1, 0.0]]}\
            """);
    compare(chained, forest(new Random(seed), 4), new Calibration.None(), seed);
  }

  @Property(tries = 30)
  void treesAgreeToTheBitWithMissingAndBoundaryValues(@ForAll @IntRange(max = 1_000_000) int seed)
      throws OrtException {
    FittedPreprocessing trees =
        preprocessing(
            """
            {"index": 0, "kind": "number"}, {"index": 1, "kind": "number"},
            {"index": 2, "kind": "raw"}, {"index": 3, "kind": "number"},
            """
                + LEVELS
                + ", {\"index\": 5, \"kind\": \"order\", \"levels\": [\"x\", \"y\", \"z\"]}",
            "");
    Random random = new Random(seed);
    assertThat(compare(trees, boosted(random, trees.width()), new Calibration.None(), seed))
        .isLessThan(1e-15);
    assertThat(compare(trees, forest(random, trees.width()), new Calibration.None(), seed))
        .isLessThan(1e-15);
  }

  @Property(tries = 20)
  void categoriesAgreeInSingleAndDoublePrecision(@ForAll @IntRange(max = 1_000_000) int seed)
      throws OrtException {
    Random random = new Random(seed);
    for (CategoryRule rule : CategoryRule.values()) {
      List<Tree> trees = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        trees.add(tree(random, 3, random.nextInt(5), rule));
      }
      for (boolean single : new boolean[] {true, false}) {
        Graph graph = new Graph();
        graph.input("X", Graph.Element.FLOAT, 3);
        List<Problem> problems = new ArrayList<>();
        Matrix sum = new TreeNodes(graph, problems).sum(new TreeSum(trees, 3, 0.5, 1, single), "X");
        graph.name(sum.value(), "y");
        graph.output("y", Graph.Element.DOUBLE, 1);
        assertThat(problems).isEmpty();
        float[][] rows = new float[200][3];
        for (float[] row : rows) {
          for (int c = 0; c < row.length; c++) {
            row[c] = random.nextInt(6) == 0 ? Float.NaN : random.nextInt(5);
          }
        }
        try (OrtSession session = OnnxRuntime.open(graph.toBytes("test"), "test");
            OnnxTensor input = OnnxTensor.createTensor(OnnxRuntime.environment(), rows);
            OrtSession.Result result = session.run(Map.of("X", input))) {
          double[][] found = (double[][]) result.get(0).getValue();
          for (int r = 0; r < rows.length; r++) {
            double expected = 0.5;
            for (Tree tree : trees) {
              expected += tree.score(rows[r], 0);
            }
            assertThat(found[r][0]).isCloseTo(expected, within(single ? 1e-5 : 1e-12));
          }
        }
      }
    }
  }

  @Property(tries = 20)
  void calibrationsAgree(@ForAll @IntRange(max = 1_000_000) int seed) throws OrtException {
    FittedPreprocessing numbers =
        preprocessing(
            "{\"index\": 0, \"kind\": \"number\"}, {\"index\": 1, \"kind\": \"number\"}", "");
    Model model = boosted(new Random(seed), 2);
    Calibration isotonic =
        new Calibration.Isotonic(
            new IsotonicFit(new double[] {0.1, 0.2, 0.5, 0.9}, new double[] {0.05, 0.4, 0.4, 0.8}));
    for (Calibration calibration :
        List.of(
            new Calibration.Platt(new PlattFit(-1.5, 0.25)),
            isotonic,
            new Calibration.Isotonic(new IsotonicFit(new double[] {0.3}, new double[] {0.2})),
            new Calibration.Shifted(-1.1, isotonic))) {
      compare(numbers, model, calibration, seed);
    }
  }

  @Test
  void otherModelsAgree() throws OrtException {
    FittedPreprocessing filled =
        preprocessing(
            LEVELS + ", {\"index\": 0, \"kind\": \"number\"}",
            "{\"kind\": \"fill\", \"columns\": [5], \"values\": [0.5]},"
                + "{\"kind\": \"clip\", \"columns\": [5], \"low\": [-3.0], \"high\": [3.0]}");
    int width = filled.width();
    double[] weights = {0.5, -1, 2, 0.1, 0.3, -0.7};
    compare(filled, new LinearModel(-0.5, weights, new double[width]), new Calibration.None(), 1);
    compare(filled, new ConstantModel(Output.LOG_ODDS, width, -1.5), new Calibration.None(), 2);
    boolean[] binary = {true, true, true, true, true, false};
    double[] negative = {0.2, 0.3, 0.4, 0.1, 0.05, -0.5};
    double[] positive = {0.3, 0.2, 0.35, 0.2, 0.1, 0.75};
    double[] spread = {1, 1, 1, 1, 1, 1.5};
    double[] other = {1, 1, 1, 1, 1, 0.8};
    compare(
        filled,
        new NaiveBayesModel(
            -0.3,
            new NaiveBayesModel.Classes(binary, negative, positive, spread, other),
            new double[width]),
        new Calibration.None(),
        3);
    // Means and stacks of members with different outputs.
    Model line = new LinearModel(-0.5, weights, new double[width]);
    Model steady = new ConstantModel(Output.PROBABILITY, width, 0.3);
    Model boosted = boosted(new Random(4), width);
    double[] thirds = {0.5, 0.25, 0.25};
    List<Model> members = List.of(line, steady, boosted);
    compare(
        filled, new MeanModel(members, thirds, MemberScale.PROBABILITY), new Calibration.None(), 4);
    compare(
        filled, new MeanModel(members, thirds, MemberScale.LOG_ODDS), new Calibration.None(), 5);
    Model last = new LinearModel(0.1, new double[] {0.7, 0.2, 0.4}, new double[3]);
    compare(filled, new StackModel(members, last, new float[width]), new Calibration.None(), 6);
  }

  @Test
  void whatHasNoFormIsNamed() {
    FittedPreprocessing hashed =
        preprocessing("{\"index\": 4, \"kind\": \"hashed\", \"buckets\": 8}", "");
    assertThatThrownBy(() -> OnnxBundle.graph(hashed, weighted(8), new Calibration.None()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the step 'hashed' of 'plan' has no form in ONNX");
  }
}
