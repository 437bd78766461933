package dev.gnomon.models.trees;

import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Trees whose weighted median predicts a number, as AdaBoost.R2 combines them: the smallest
/// prediction at which half of the weight is reached.
///
/// A median is no sum over trees, but it is always the prediction of one tree; the contributions
/// are that tree's path-dependent TreeSHAP, and the base is its mean. They add up exactly, and the
/// base differs from row to row.
public final class TreeMedian implements Model {
  private final String kind;
  private final Trees trees;
  private final double[] weights;
  private final double half;
  private final TreeShap shap;
  private final ThreadLocal<double[]> predictions;

  /// @param weights of the trees, positive
  /// @throws IllegalArgumentException for a tree that is none, or other weights
  public TreeMedian(String kind, int inputs, List<Tree> trees, double[] weights) {
    if (trees.isEmpty() || weights.length != trees.size()) {
      throw new IllegalArgumentException(
          "%d trees with %d weights".formatted(trees.size(), weights.length));
    }
    double sum = 0;
    for (double weight : weights) {
      if (!(weight > 0 && weight <= 1e12)) {
        throw new IllegalArgumentException("a tree has the weight " + weight);
      }
      sum += weight;
    }
    this.kind = kind;
    this.trees = Trees.of(inputs, trees);
    this.weights = weights.clone();
    this.half = sum / 2;
    this.shap = new TreeShap(this.trees);
    int size = trees.size();
    this.predictions = ThreadLocal.withInitial(() -> new double[size]);
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public Output output() {
    return Output.NUMBER;
  }

  @Override
  public int inputs() {
    return trees.inputs();
  }

  /// How many trees.
  public int size() {
    return trees.size();
  }

  Trees trees() {
    return trees;
  }

  double weight(int tree) {
    return weights[tree];
  }

  @Override
  public double margin(float[] row, int offset) {
    double[] values = predictions.get();
    for (int tree = 0; tree < values.length; tree++) {
      values[tree] = trees.score(tree, row, offset);
    }
    return values[median(values)];
  }

  /// The tree that speaks: trees are taken by rising prediction, equal ones in their order, until
  /// half of the weight is reached. Picks the next one each time, since sorting would need memory
  /// and ensembles of this kind are small.
  private int median(double[] values) {
    double reached = 0;
    int last = -1;
    for (int taken = 0; taken < values.length; taken++) {
      int next = -1;
      for (int i = 0; i < values.length; i++) {
        boolean open =
            last < 0 || values[i] > values[last] || (values[i] == values[last] && i > last);
        if (open && (next < 0 || values[i] < values[next])) {
          next = i;
        }
      }
      last = next;
      reached += weights[next];
      if (reached >= half) {
        break;
      }
    }
    return last;
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    double[] values = predictions.get();
    for (int tree = 0; tree < values.length; tree++) {
      values[tree] = trees.score(tree, row, offset);
    }
    int tree = median(values);
    Arrays.fill(out, 0, trees.inputs(), 0);
    shap.add(tree, row, offset, out);
    out[trees.inputs()] = shap.mean(tree);
  }

  @Override
  public void write(Path directory) {
    ForestFile.write(this, directory);
  }
}
