package dev.gnomon.models.trees;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Output;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// XGBoost's JSON model file as [Trees]. The file is data from outside: positions are checked, and
/// a graph that is no tree is refused.
///
/// The base score is a probability for `binary:logistic` and a prediction for `reg:squarederror`,
/// whichever version wrote it: 0.5 by default in version 1, estimated from the targets since 2, an
/// array inside of the string since 3.1.
final class XgboostJson {
  /// What was read.
  record Parsed(Trees trees, float baseMargin, Output output) {}

  private final String place;

  private XgboostJson(String place) {
    this.place = place;
  }

  static Parsed parse(byte[] json, String place) {
    XgboostJson reader = new XgboostJson(place);
    try {
      return reader.model(JsonMapper.shared().readTree(json));
    } catch (JacksonException e) {
      throw reader.bad(e.getOriginalMessage());
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw reader.bad(String.valueOf(e.getMessage()));
    }
  }

  private BadInput bad(String found) {
    return new BadInput(
        place,
        "it is no model that can be scored: " + found,
        "an XGBoost JSON model with booster gbtree, objective binary:logistic or"
            + " reg:squarederror, numeric splits");
  }

  private Parsed model(JsonNode root) {
    JsonNode learner = root.path("learner");
    String objective = learner.path("objective").path("name").asString("");
    String booster = learner.path("gradient_booster").path("name").asString("");
    Output output =
        switch (objective) {
          case "binary:logistic" -> Output.LOG_ODDS;
          case "reg:squarederror" -> Output.NUMBER;
          default -> throw bad("objective '%s', booster '%s'".formatted(objective, booster));
        };
    if (!booster.equals("gbtree")) {
      throw bad("objective '%s', booster '%s'".formatted(objective, booster));
    }
    JsonNode parameters = learner.path("learner_model_param");
    int inputs = Integer.parseInt(parameters.path("num_feature").asString(""));
    if (inputs < 0) {
      throw bad(inputs + " inputs");
    }
    String base = parameters.path("base_score").asString("").replace("[", "").replace("]", "");
    float score = Float.parseFloat(base);
    if (output == Output.LOG_ODDS ? !(score > 0 && score < 1) : !Float.isFinite(score)) {
      throw bad("base score " + base);
    }
    JsonNode list = learner.path("gradient_booster").path("model").path("trees");
    List<Tree> trees = new ArrayList<>();
    for (int t = 0; t < list.size(); t++) {
      trees.add(new Preorder(list.path(t), t).tree());
    }
    // XGBoost turns the probability into log-odds in single precision.
    float margin = output == Output.LOG_ODDS ? (float) -Math.log(1f / score - 1f) : score;
    try {
      return new Parsed(Trees.of(inputs, trees), margin, output);
    } catch (IllegalArgumentException e) {
      throw bad(e.getMessage() + "");
    }
  }

  /// One tree, renumbered from XGBoost's order by depth. A node that is met twice would make more
  /// nodes than the tree has; unreachable ones are left out.
  private final class Preorder {
    private final int number;
    private final JsonNode left;
    private final JsonNode right;
    private final JsonNode inputs;
    private final JsonNode conditions;
    private final JsonNode defaults;
    private final JsonNode weights;
    private final JsonNode kinds;
    private final int[] next;
    private final int[] feature;
    private final float[] threshold;
    private final float[] cover;
    private final double[] values;
    private int nodes;
    private int leaves;

    Preorder(JsonNode tree, int number) {
      this.number = number;
      this.left = tree.path("left_children");
      this.right = tree.path("right_children");
      this.inputs = tree.path("split_indices");
      this.conditions = tree.path("split_conditions");
      this.defaults = tree.path("default_left");
      this.weights = tree.path("sum_hessian");
      this.kinds = tree.path("split_type");
      int size = left.size();
      this.next = new int[size];
      this.feature = new int[size];
      this.threshold = new float[size];
      this.cover = new float[size];
      this.values = new double[size];
    }

    Tree tree() {
      if (next.length == 0) {
        throw bad("tree %d is empty".formatted(number));
      }
      add(0, 0);
      return new Tree(
          Arrays.copyOf(next, nodes),
          Arrays.copyOf(feature, nodes),
          Arrays.copyOf(threshold, nodes),
          Arrays.copyOf(cover, nodes),
          Arrays.copyOf(values, leaves));
    }

    private void add(int node, int level) {
      if (nodes == next.length || level > Tree.DEEPEST) {
        throw bad(
            "tree %d reaches a node twice or is deeper than %d".formatted(number, Tree.DEEPEST));
      }
      int at = nodes++;
      int l = left.required(node).intValue();
      int r = right.required(node).intValue();
      cover[at] = number(weights.required(node));
      if (l < 0 || r < 0) {
        if (l >= 0 || r >= 0) {
          throw bad("tree %d, node %d has children %d and %d".formatted(number, node, l, r));
        }
        next[at] = -1 - leaves;
        values[leaves++] = number(conditions.required(node));
        return;
      }
      int input = inputs.required(node).intValue();
      if (input < 0 || input > Integer.MAX_VALUE / 2) {
        throw bad("tree %d, node %d reads input %d".formatted(number, node, input));
      }
      if (kinds.path(node).asInt(0) != 0) {
        throw bad("tree %d, node %d splits on categories".formatted(number, node));
      }
      feature[at] = 2 * input + (flag(defaults.required(node)) ? 1 : 0);
      threshold[at] = number(conditions.required(node));
      add(l, level + 1);
      next[at] = nodes;
      add(r, level + 1);
    }
  }

  private static boolean flag(JsonNode node) {
    return node.isBoolean() ? node.booleanValue() : node.intValue() != 0;
  }

  /// XGBoost writes the shortest text of a float; reading it as a double and rounding gives that
  /// float back.
  private static float number(JsonNode node) {
    return (float) node.doubleValue();
  }
}
