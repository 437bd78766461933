package dev.gnomon.models.trees;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// One tree of XGBoost's JSON, renumbered from its order by depth. A node that is met twice would
/// make more nodes than the tree has; unreachable ones are left out.
///
/// A split on categories lists those that go right.
final class XgboostTree {
  private final int number;
  private final float weight;
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
  private final int[] questions;
  private final int[][] lists;
  private final Map<Integer, Integer> listOf = new HashMap<>();
  private int nodes;
  private int leaves;

  private XgboostTree(JsonNode tree, int number, float weight) {
    this.number = number;
    this.weight = weight;
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
    this.questions = new int[size];
    this.lists = lists(tree);
  }

  /// @param weight of the whole tree, applied to its leaves in single precision as DART does
  /// @throws IllegalArgumentException naming the tree and node that is none
  static Tree of(JsonNode tree, int number, float weight) {
    return new XgboostTree(tree, number, weight).tree();
  }

  private int[][] lists(JsonNode tree) {
    JsonNode of = tree.path("categories_nodes");
    JsonNode segments = tree.path("categories_segments");
    JsonNode sizes = tree.path("categories_sizes");
    JsonNode all = tree.path("categories");
    int[][] found = new int[of.size()][];
    long taken = 0;
    for (int i = 0; i < found.length; i++) {
      listOf.put(of.required(i).intValue(), i);
      long from = segments.required(i).longValue();
      long size = sizes.required(i).longValue();
      taken += size;
      if (from < 0 || size < 0 || from + size > all.size() || taken > all.size()) {
        throw new IllegalArgumentException(
            "tree %d lists %d categories from %d of %d".formatted(number, size, from, all.size()));
      }
      found[i] = new int[(int) size];
      for (int j = 0; j < size; j++) {
        found[i][j] = all.required((int) from + j).intValue();
      }
      Arrays.sort(found[i]);
    }
    return found;
  }

  private Tree tree() {
    if (next.length == 0) {
      throw new IllegalArgumentException("tree %d is empty".formatted(number));
    }
    add(0, 0);
    return new Tree(
        Arrays.copyOf(next, nodes),
        Arrays.copyOf(feature, nodes),
        Arrays.copyOf(threshold, nodes),
        Arrays.copyOf(cover, nodes),
        Arrays.copyOf(values, leaves),
        lists.length == 0
            ? null
            : new Questions(Arrays.copyOf(questions, nodes), lists, CategoryRule.XGBOOST));
  }

  private void add(int node, int level) {
    if (nodes == next.length || level > Tree.DEEPEST) {
      throw new IllegalArgumentException(
          "tree %d reaches a node twice or is deeper than %d".formatted(number, Tree.DEEPEST));
    }
    int at = nodes++;
    int l = left.required(node).intValue();
    int r = right.required(node).intValue();
    cover[at] = number(weights.required(node));
    if (l < 0 || r < 0) {
      if (l >= 0 || r >= 0) {
        throw new IllegalArgumentException(
            "tree %d, node %d has children %d and %d".formatted(number, node, l, r));
      }
      next[at] = -1 - leaves;
      values[leaves++] = number(conditions.required(node)) * weight;
      return;
    }
    int input = inputs.required(node).intValue();
    if (input < 0 || input > Integer.MAX_VALUE / 2) {
      throw new IllegalArgumentException(
          "tree %d, node %d reads input %d".formatted(number, node, input));
    }
    feature[at] = 2 * input + (flag(defaults.required(node)) ? 1 : 0);
    int kind = kinds.path(node).asInt(0);
    switch (kind) {
      case 0 -> threshold[at] = number(conditions.required(node));
      case 1 -> {
        Integer list = listOf.get(node);
        if (list == null) {
          throw new IllegalArgumentException(
              "tree %d, node %d splits on categories and lists none".formatted(number, node));
        }
        questions[at] = list + 1;
      }
      default ->
          throw new IllegalArgumentException(
              "tree %d, node %d splits in way %d".formatted(number, node, kind));
    }
    add(l, level + 1);
    next[at] = nodes;
    add(r, level + 1);
  }

  private static boolean flag(JsonNode node) {
    return node.isBoolean() ? node.booleanValue() : node.intValue() != 0;
  }

  /// XGBoost writes the shortest text of a float; reading it as a double and rounding gives that
  /// float back.
  static float number(JsonNode node) {
    return (float) node.doubleValue();
  }
}
