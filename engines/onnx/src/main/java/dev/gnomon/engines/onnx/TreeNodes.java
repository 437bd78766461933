package dev.gnomon.engines.onnx;

import dev.gnomon.core.Problem;
import dev.gnomon.models.trees.CategoryRule;
import dev.gnomon.models.trees.Questions;
import dev.gnomon.models.trees.Tree;
import dev.gnomon.models.trees.TreeSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Trees in ONNX.
///
/// Sums in single precision (XGBoost) become a TreeEnsembleRegressor, which adds floats too; the
/// base is put into the leaves of the first tree, so that a runtime on one thread rounds where
/// XGBoost rounds. Sums in double precision become the newer TreeEnsemble, the only operator that
/// gives doubles.
///
/// A question for one of several categories becomes a chain of questions for each of them, whose
/// yes all lead to the same node.
final class TreeNodes {
  private final Graph graph;
  private final List<Problem> problems;

  TreeNodes(Graph graph, List<Problem> problems) {
    this.graph = graph;
    this.problems = problems;
  }

  /// @param floats the inputs of the model, [N, width] in single precision
  Matrix sum(TreeSum trees, String floats) {
    return trees.single() ? singles(trees, floats) : doubles(trees, floats);
  }

  private Matrix singles(TreeSum trees, String floats) {
    Nodes nodes = new Nodes();
    for (int t = 0; t < trees.trees().size(); t++) {
      nodes.tree(trees.trees().get(t), t);
    }
    float base = (float) trees.base();
    Message[] attributes = {
      Graph.attribute("n_targets", 1),
      Graph.attribute("post_transform", "NONE"),
      Graph.attribute("nodes_treeids", nodes.trees.array()),
      Graph.attribute("nodes_nodeids", nodes.ids.array()),
      Graph.attribute("nodes_featureids", nodes.features.array()),
      Graph.attribute("nodes_modes", nodes.modes),
      Graph.attribute("nodes_values", nodes.values.floats()),
      Graph.attribute("nodes_truenodeids", nodes.yes.array()),
      Graph.attribute("nodes_falsenodeids", nodes.no.array()),
      Graph.attribute("nodes_missing_value_tracks_true", nodes.missing.array()),
      Graph.attribute("target_treeids", nodes.leafTrees.array()),
      Graph.attribute("target_nodeids", nodes.leafIds.array()),
      Graph.attribute("target_ids", new long[nodes.leafIds.size]),
      Graph.attribute("target_weights", nodes.weights(base))
    };
    String sum = graph.learned("TreeEnsembleRegressor", floats, attributes);
    return new Matrix(graph, graph.cast(sum, Graph.Element.DOUBLE), 1);
  }

  private Matrix doubles(TreeSum trees, String floats) {
    graph.needsLearningSet(5);
    Nodes nodes = new Nodes();
    for (int t = 0; t < trees.trees().size(); t++) {
      nodes.tree(trees.trees().get(t), t);
    }
    Parts parts = new Parts(nodes);
    String sum =
        graph.learned(
            "TreeEnsemble",
            graph.cast(floats, Graph.Element.DOUBLE),
            Graph.attribute("n_targets", 1),
            Graph.attribute("aggregate_function", 1),
            Graph.attribute("post_transform", 0),
            Graph.attribute("tree_roots", parts.roots.array()),
            Graph.attribute("nodes_featureids", parts.features.array()),
            Graph.tensor("nodes_modes", parts.modes()),
            Graph.tensor("nodes_splits", parts.splits.doubles()),
            Graph.attribute("nodes_truenodeids", parts.yes.array()),
            Graph.attribute("nodes_trueleafs", parts.yesLeaf.array()),
            Graph.attribute("nodes_falsenodeids", parts.no.array()),
            Graph.attribute("nodes_falseleafs", parts.noLeaf.array()),
            Graph.attribute("nodes_missing_value_tracks_true", parts.missing.array()),
            Graph.attribute("leaf_targetids", new long[parts.leaves.size]),
            Graph.tensor("leaf_weights", parts.leaves.doubles()));
    Matrix total = new Matrix(graph, sum, 1);
    return (trees.divisor() == 1 ? total : total.over(trees.divisor())).plus(trees.base());
  }

  /// A growing list of numbers.
  private static final class Numbers {
    private double[] values = new double[256];
    private int size;

    void add(double value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    double[] doubles() {
      return Arrays.copyOf(values, size);
    }

    long[] array() {
      return Arrays.stream(doubles()).mapToLong(v -> (long) v).toArray();
    }

    float[] floats() {
      float[] found = new float[size];
      for (int i = 0; i < size; i++) {
        found[i] = (float) values[i];
      }
      return found;
    }
  }

  /// The nodes of all trees, leaves among them, numbered from 0 in each tree.
  private final class Nodes {
    private final Numbers trees = new Numbers();
    private final Numbers ids = new Numbers();
    private final Numbers features = new Numbers();
    private final List<String> modes = new ArrayList<>();
    private final Numbers values = new Numbers();
    private final Numbers yes = new Numbers();
    private final Numbers no = new Numbers();
    private final Numbers missing = new Numbers();
    private final Numbers leafTrees = new Numbers();
    private final Numbers leafIds = new Numbers();
    private final Numbers leafValues = new Numbers();

    void tree(Tree tree, int number) {
      int extra = tree.size();
      for (int node = 0; node < tree.size(); node++) {
        if (tree.right()[node] < 0) {
          add(number, node, 0, "LEAF", 0, 0, 0, false);
          leafTrees.add(number);
          leafIds.add(node);
          leafValues.add(tree.values()[-1 - tree.right()[node]]);
          continue;
        }
        int feature = tree.feature()[node] >> 1;
        boolean missingLeft = (tree.feature()[node] & 1) != 0;
        int left = node + 1;
        int right = tree.right()[node];
        Questions questions = tree.questions();
        int question = questions == null ? 0 : questions.of()[node];
        if (questions == null || question == 0) {
          add(number, node, feature, "BRANCH_LT", tree.threshold()[node], left, right, missingLeft);
        } else if (question < 0) {
          refuse("a tree counts zero as missing");
          add(number, node, feature, "BRANCH_LT", 0, left, right, missingLeft);
        } else {
          int[] list = questions.lists()[question - 1];
          boolean listedLeft = questions.rule() == CategoryRule.LIGHTGBM;
          int listed = listedLeft ? left : right;
          int others = listedLeft ? right : left;
          boolean missingListed = missingLeft == listedLeft;
          if (list.length == 0) {
            // None is listed: everything that is there goes the other way.
            add(number, node, feature, "BRANCH_EQ", -1, listed, others, missingListed);
          }
          int at = node;
          for (int i = 0; i < list.length; i++) {
            int next = i + 1 < list.length ? extra++ : others;
            add(number, at, feature, "BRANCH_EQ", list[i], listed, next, missingListed);
            at = next;
          }
        }
      }
    }

    private void add(
        int tree,
        int id,
        int feature,
        String mode,
        double value,
        int whenYes,
        int whenNo,
        boolean missingYes) {
      trees.add(tree);
      ids.add(id);
      features.add(feature);
      modes.add(mode);
      values.add(value);
      yes.add(whenYes);
      no.add(whenNo);
      missing.add(missingYes ? 1 : 0);
    }

    private float[] weights(float base) {
      float[] found = leafValues.floats();
      for (int i = 0; i < found.length && leafTrees.values[i] == 0; i++) {
        found[i] = base + found[i];
      }
      return found;
    }
  }

  /// The same with inner nodes and leaves numbered apart, through all trees, as the newer operator
  /// wants them. ONNX Runtime (seen in 1.23) takes a root whose two children have the same number
  /// for a tree of one leaf, also where one is a leaf and the other a node: such numbers are kept
  /// apart, and a tree without a question gets one whose two leaves are the same value.
  private static final class Parts {
    private static final double LESS = 1;
    private static final double EQUAL = 4;
    private final Numbers roots = new Numbers();
    private final Numbers features = new Numbers();
    private final Numbers kinds = new Numbers();
    private final Numbers splits = new Numbers();
    private final Numbers yes = new Numbers();
    private final Numbers yesLeaf = new Numbers();
    private final Numbers no = new Numbers();
    private final Numbers noLeaf = new Numbers();
    private final Numbers missing = new Numbers();
    private final Numbers leaves = new Numbers();
    private int known;

    Parts(Nodes nodes) {
      int from = 0;
      while (from < nodes.ids.size) {
        int to = from;
        while (to < nodes.ids.size && nodes.trees.values[to] == nodes.trees.values[from]) {
          to++;
        }
        tree(nodes, from, to);
        from = to;
      }
    }

    private void tree(Nodes nodes, int from, int to) {
      int number = (int) nodes.trees.values[from];
      int[] place = places(nodes, from, to);
      int first = rootOf(nodes, from, to);
      int yesRoot = place[(int) nodes.yes.values[first]];
      int noRoot = place[(int) nodes.no.values[first]];
      int root = place[0];
      if (root >= 0 && yesRoot == -1 - noRoot) {
        leaves.add(0); // nothing leads to it; the leaves behind it get other numbers
        place = places(nodes, from, to);
      }
      for (int i = from; i < to; i++) {
        if (nodes.modes.get(i).equals("LEAF")) {
          continue;
        }
        add(
            nodes.features.values[i],
            nodes.modes.get(i).equals("BRANCH_EQ") ? EQUAL : LESS,
            nodes.values.values[i],
            place[(int) nodes.yes.values[i]],
            place[(int) nodes.no.values[i]],
            nodes.missing.values[i]);
      }
      if (root < 0) {
        roots.add(features.size);
        add(0, LESS, 0, root, root - 1, 0);
      } else {
        roots.add(root);
      }
      for (; known < nodes.leafTrees.size && nodes.leafTrees.values[known] == number; known++) {
        leaves.add(nodes.leafValues.values[known]);
      }
      if (root < 0) {
        leaves.add(leaves.values[leaves.size - 1]);
      }
    }

    /// Where each node of a tree stands: an inner one by its number, a leaf by -1 - its number.
    private int[] places(Nodes nodes, int from, int to) {
      int[] place = new int[to - from];
      int inner = features.size;
      int leaf = leaves.size;
      for (int i = from; i < to; i++) {
        boolean isLeaf = nodes.modes.get(i).equals("LEAF");
        place[(int) nodes.ids.values[i]] = isLeaf ? -1 - leaf++ : inner++;
      }
      return place;
    }

    private static int rootOf(Nodes nodes, int from, int to) {
      for (int i = from; i < to; i++) {
        if (nodes.ids.values[i] == 0) {
          return i;
        }
      }
      throw new IllegalStateException("a tree without a root");
    }

    private void add(
        double feature, double kind, double split, int whenYes, int whenNo, double missingYes) {
      features.add(feature);
      kinds.add(kind);
      splits.add(split);
      yes.add(whenYes < 0 ? -1 - whenYes : whenYes);
      yesLeaf.add(whenYes < 0 ? 1 : 0);
      no.add(whenNo < 0 ? -1 - whenNo : whenNo);
      noLeaf.add(whenNo < 0 ? 1 : 0);
      missing.add(missingYes);
    }

    byte[] modes() {
      byte[] found = new byte[kinds.size];
      for (int i = 0; i < found.length; i++) {
        found[i] = (byte) kinds.values[i];
      }
      return found;
    }
  }

  private void refuse(String what) {
    problems.add(new Problem("model", what, "trees that ask for thresholds and categories"));
  }
}
