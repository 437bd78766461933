package dev.gnomon.models.trees;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// One tree of LightGBM's text. Inner nodes and leaves are numbered apart; a negative child is the
/// complement of a leaf.
///
/// LightGBM compares `value <= threshold` in double precision, after it took values around zero
/// (1e-35) for zero and, where the node knows no missing values, missing ones as well. Rows here
/// are floats: for each threshold there is one float below which exactly the same values lie, so
/// that nothing of this is left to do for a row.
final class LightgbmTree {
  private static final int CATEGORICAL = 1;
  private static final int DEFAULT_LEFT = 2;

  private final int number;
  private final int[] inputs;
  private final double[] thresholds;
  private final int[] decisions;
  private final int[] left;
  private final int[] right;
  private final double[] leaf;
  private final double[] leafCount;
  private final double[] innerCount;
  private final int[] bounds;
  private final long[] words;
  private final int[] next;
  private final int[] feature;
  private final float[] threshold;
  private final float[] cover;
  private final double[] values;
  private final int[] questions;
  private final List<int[]> lists = new ArrayList<>();
  private boolean plain = true;
  private long taken;
  private int nodes;
  private int leaves;

  private LightgbmTree(Map<String, String> block, int number) {
    this.number = number;
    int count = Integer.parseInt(block.getOrDefault("num_leaves", ""));
    if (!block.getOrDefault("is_linear", "0").equals("0")) {
      throw new IllegalArgumentException("tree %d has linear leaves".formatted(number));
    }
    this.leaf = numbers(block, "leaf_value");
    if (count < 1 || count != leaf.length) {
      throw new IllegalArgumentException(
          "tree %d claims %d leaves and has %d".formatted(number, count, leaf.length));
    }
    this.inputs = integers(block, "split_feature", count - 1);
    this.decisions = integers(block, "decision_type", count - 1);
    this.left = integers(block, "left_child", count - 1);
    this.right = integers(block, "right_child", count - 1);
    this.thresholds = count == 1 ? new double[0] : numbers(block, "threshold");
    this.leafCount = counts(block, "leaf_count", count);
    this.innerCount = counts(block, "internal_count", count - 1);
    boolean categories = !block.getOrDefault("num_cat", "0").equals("0");
    this.bounds = categories ? integers(block, "cat_boundaries", -1) : new int[0];
    this.words =
        categories
            ? Arrays.stream(texts(block, "cat_threshold")).mapToLong(Long::parseLong).toArray()
            : new long[0];
    if (thresholds.length != count - 1) {
      throw new IllegalArgumentException(
          "tree %d has %d thresholds for %d leaves".formatted(number, thresholds.length, count));
    }
    int size = 2 * count - 1;
    this.next = new int[size];
    this.feature = new int[size];
    this.threshold = new float[size];
    this.cover = new float[size];
    this.values = new double[count];
    this.questions = new int[size];
  }

  /// @throws IllegalArgumentException naming the tree and node that is none
  static Tree of(Map<String, String> block, int number) {
    return new LightgbmTree(block, number).tree();
  }

  private String[] texts(Map<String, String> block, String name) {
    return LightgbmText.words(block.getOrDefault(name, ""));
  }

  private double[] numbers(Map<String, String> block, String name) {
    return Arrays.stream(texts(block, name)).mapToDouble(LightgbmTree::number).toArray();
  }

  private static double number(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /// @param size how many there must be, or -1
  private int[] integers(Map<String, String> block, String name, int size) {
    if (size == 0) {
      return new int[0];
    }
    int[] found = Arrays.stream(texts(block, name)).mapToInt(Integer::parseInt).toArray();
    if (size > 0 && found.length != size) {
      throw new IllegalArgumentException(
          "tree %d has %d of %s, not %d".formatted(number, found.length, name, size));
    }
    return found;
  }

  /// Training rows; ones where the file has none.
  private double[] counts(Map<String, String> block, String name, int size) {
    double[] found = numbers(block, name);
    if (found.length == size) {
      return found;
    }
    double[] ones = new double[size];
    Arrays.fill(ones, 1);
    return ones;
  }

  private Tree tree() {
    add(leaf.length == 1 ? -1 : 0, 0);
    if (nodes != next.length) {
      throw new IllegalArgumentException(
          "tree %d: %d of %d nodes hang on the root".formatted(number, nodes, next.length));
    }
    return new Tree(
        next,
        feature,
        threshold,
        cover,
        values,
        plain
            ? null
            : new Questions(questions, lists.toArray(int[][]::new), CategoryRule.LIGHTGBM));
  }

  private void add(int node, int level) {
    if (nodes == next.length || level > Tree.DEEPEST) {
      throw new IllegalArgumentException(
          "tree %d reaches a node twice or is deeper than %d".formatted(number, Tree.DEEPEST));
    }
    int at = nodes++;
    if (node < 0) {
      cover[at] = (float) leafCount[~node];
      next[at] = -1 - leaves;
      values[leaves++] = leaf[~node];
      return;
    }
    cover[at] = (float) innerCount[node];
    if (inputs[node] < 0 || inputs[node] > Integer.MAX_VALUE / 2) {
      throw new IllegalArgumentException(
          "tree %d, node %d reads input %d".formatted(number, node, inputs[node]));
    }
    boolean missingLeft =
        (decisions[node] & CATEGORICAL) != 0 ? categories(at, node) : numbers(at, node);
    feature[at] = 2 * inputs[node] + (missingLeft ? 1 : 0);
    boolean swaps = threshold[at] == Float.NEGATIVE_INFINITY;
    add(swaps ? right[node] : left[node], level + 1);
    next[at] = nodes;
    add(swaps ? left[node] : right[node], level + 1);
  }

  /// A missing value is in no category: it goes right.
  private boolean categories(int at, int node) {
    int set = (int) thresholds[node];
    int from = bounds[set];
    int to = bounds[set + 1];
    taken += (long) to - from;
    // Sets don't overlap, so that a file can't claim more categories than it holds.
    if (from < 0 || from > to || to > words.length || taken > words.length) {
      throw new IllegalArgumentException(
          "tree %d, node %d lists categories %d to %d".formatted(number, node, from, to));
    }
    int[] list = new int[64];
    int size = 0;
    for (int word = from; word < to; word++) {
      for (int bit = 0; bit < 32; bit++) {
        if (((words[word] >>> bit) & 1) != 0) {
          list = size == list.length ? Arrays.copyOf(list, 2 * size) : list;
          list[size++] = 32 * (word - from) + bit;
        }
      }
    }
    lists.add(Arrays.copyOf(list, size));
    questions[at] = lists.size();
    plain = false;
    return false;
  }

  private boolean numbers(int at, int node) {
    double stated = thresholds[node];
    if (Double.isNaN(stated)) {
      throw new IllegalArgumentException("tree %d, node %d splits at NaN".formatted(number, node));
    }
    // At infinity missing values are told from all others, infinite ones among these. No value is
    // below a threshold and infinity too; the children change places.
    boolean swaps = stated == Double.POSITIVE_INFINITY;
    float limit = swaps ? Float.NEGATIVE_INFINITY : below(stated);
    threshold[at] = limit;
    boolean zeroLeft = 0 < limit;
    boolean defaultLeft = ((decisions[node] & DEFAULT_LEFT) != 0) != swaps;
    int missing = (decisions[node] >> 2) & 3;
    return switch (missing) {
      // None: a missing value is zero.
      case 0 -> zeroLeft;
      // Zero is missing.
      case 1 -> {
        if (zeroLeft != defaultLeft) {
          questions[at] = Questions.BELOW_OR_ZERO_MISSING;
          plain = false;
        }
        yield defaultLeft;
      }
      case 2 -> defaultLeft;
      default ->
          throw new IllegalArgumentException(
              "tree %d, node %d has missing values of kind %d".formatted(number, node, missing));
    };
  }

  /// The float below which are the floats that LightGBM finds at or below a threshold, once those
  /// around zero are zero.
  static float below(double threshold) {
    float at = (float) threshold;
    float limit = Math.nextUp((double) at > threshold ? Math.nextDown(at) : at);
    if (limit > 0 && limit <= Questions.ZERO) {
      return Math.nextUp(Questions.ZERO);
    }
    return limit <= 0 && limit > -Questions.ZERO ? -Questions.ZERO : limit;
  }
}
