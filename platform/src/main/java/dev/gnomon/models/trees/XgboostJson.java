package dev.gnomon.models.trees;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Output;
import java.util.Arrays;
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
  record Parsed(Trees trees, Output output) {}

  private static final int DEEPEST = 512;

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
    int nodes = 0;
    for (JsonNode tree : list) {
      nodes = Math.addExact(nodes, tree.path("left_children").size());
    }
    int[] roots = new int[list.size()];
    int[] left = new int[nodes];
    int[] right = new int[nodes];
    int[] feature = new int[nodes];
    float[] threshold = new float[nodes];
    boolean[] defaultLeft = new boolean[nodes];
    float[] cover = new float[nodes];
    int at = 0;
    int deepest = 0;
    for (int t = 0; t < roots.length; t++) {
      JsonNode tree = list.path(t);
      roots[t] = at;
      int size = tree.path("left_children").size();
      if (size == 0) {
        throw bad("tree %d is empty".formatted(t));
      }
      for (int i = 0; i < size; i++) {
        int l = tree.path("left_children").required(i).intValue();
        int r = tree.path("right_children").required(i).intValue();
        boolean leaf = l < 0;
        if (leaf != r < 0 || l >= size || r >= size) {
          throw bad("tree %d, node %d has children %d and %d".formatted(t, i, l, r));
        }
        left[at + i] = leaf ? -1 : at + l;
        right[at + i] = leaf ? -1 : at + r;
        feature[at + i] = leaf ? 0 : tree.path("split_indices").required(i).intValue();
        threshold[at + i] = number(tree.path("split_conditions").required(i));
        defaultLeft[at + i] = flag(tree.path("default_left").required(i));
        cover[at + i] = number(tree.path("sum_hessian").required(i));
        if (feature[at + i] < 0 || (!leaf && feature[at + i] >= inputs)) {
          throw bad("tree %d, node %d reads input %d".formatted(t, i, feature[at + i]));
        }
        if (!leaf && tree.path("split_type").path(i).asInt(0) != 0) {
          throw bad("tree %d, node %d splits on categories".formatted(t, i));
        }
      }
      deepest = Math.max(deepest, depth(left, right, at, size, t));
      at += size;
    }
    // XGBoost turns the probability into log-odds in single precision.
    float margin = output == Output.LOG_ODDS ? (float) -Math.log(1f / score - 1f) : score;
    return new Parsed(
        new Trees(
            inputs, margin, roots, left, right, feature, threshold, defaultLeft, cover, deepest),
        output);
  }

  /// Walks breadth first; a node met twice is a cycle or a shared child.
  private int depth(int[] left, int[] right, int root, int size, int tree) {
    boolean[] seen = new boolean[size];
    int[] level = {root};
    for (int depth = 0; depth <= DEEPEST; depth++) {
      int[] next = new int[2 * level.length];
      int count = 0;
      for (int node : level) {
        if (seen[node - root]) {
          throw bad("tree %d reaches node %d twice".formatted(tree, node - root));
        }
        seen[node - root] = true;
        if (left[node] >= 0) {
          next[count++] = left[node];
          next[count++] = right[node];
        }
      }
      if (count == 0) {
        return depth;
      }
      level = Arrays.copyOf(next, count);
    }
    throw bad("tree %d is deeper than %d".formatted(tree, DEEPEST));
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
