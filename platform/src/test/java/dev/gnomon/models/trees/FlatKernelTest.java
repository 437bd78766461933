package dev.gnomon.models.trees;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The flat kernel and the plain loop over nodes are two ways to the same bits, for trees of every
/// shape and question.
class FlatKernelTest {
  private static final int INPUTS = 5;

  /// Grows one tree in preorder: lopsided, with questions of every kind or numbers alone.
  private static final class Growing {
    private final RandomStream random;
    private final CategoryRule rule;
    private final boolean odd;
    private final List<Integer> right = new ArrayList<>();
    private final List<Integer> feature = new ArrayList<>();
    private final List<Float> threshold = new ArrayList<>();
    private final List<Double> values = new ArrayList<>();
    private final List<Integer> questions = new ArrayList<>();
    private final List<int[]> lists = new ArrayList<>();

    Growing(RandomStream random, CategoryRule rule, boolean odd) {
      this.random = random;
      this.rule = rule;
      this.odd = odd;
    }

    Tree tree(int levels) {
      grow(levels);
      float[] thresholds = new float[right.size()];
      float[] covers = new float[right.size()];
      for (int i = 0; i < thresholds.length; i++) {
        thresholds[i] = threshold.get(i);
        covers[i] = 1;
      }
      return new Tree(
          right.stream().mapToInt(i -> i).toArray(),
          feature.stream().mapToInt(i -> i).toArray(),
          thresholds,
          covers,
          values.stream().mapToDouble(v -> v).toArray(),
          odd
              ? new Questions(
                  questions.stream().mapToInt(i -> i).toArray(), lists.toArray(int[][]::new), rule)
              : null);
    }

    private void grow(int levels) {
      int at = right.size();
      int input = random.nextInt(INPUTS);
      feature.add(2 * input + random.nextInt(2));
      threshold.add((float) (random.nextInt(5) - 2) / 2);
      questions.add(0);
      right.add(0);
      if (levels == 0 || (at > 0 && random.nextInt(4) == 0)) {
        right.set(at, -1 - values.size());
        values.add((double) (float) random.nextGaussian());
        return;
      }
      if (odd && input < 2) {
        int[] list = new int[random.nextInt(6)];
        int next = 0;
        for (int i = 0; i < list.length; i++) {
          next += 1 + random.nextInt(30);
          list[i] = next;
        }
        lists.add(list);
        questions.set(at, lists.size());
      } else if (odd && input == 2) {
        questions.set(at, Questions.BELOW_OR_ZERO_MISSING);
      }
      grow(levels - 1);
      right.set(at, right.size());
      grow(levels - 1);
    }
  }

  private static float value(RandomStream random, int input) {
    float[] odd = {Float.NaN, 0, -0f, 1e-36f, -1e-36f, -1, -0.5f, 1e9f, Float.POSITIVE_INFINITY};
    if (random.nextInt(3) == 0) {
      return odd[random.nextInt(odd.length)];
    }
    return input < 2 ? random.nextInt(160) : (random.nextInt(9) - 4) / 4f;
  }

  @ParameterizedTest
  @EnumSource(CategoryRule.class)
  void equalsThePlainLoop(CategoryRule rule) {
    RandomStream random = RandomStream.of(rule.name().hashCode());
    for (int round = 0; round < 300; round++) {
      List<Tree> trees = new ArrayList<>();
      int size = 1 + random.nextInt(10);
      for (int i = 0; i < size; i++) {
        boolean odd = round % 3 != 0 && random.nextInt(3) > 0;
        trees.add(new Growing(random, rule, odd).tree(random.nextInt(8)));
      }
      Trees all = Trees.of(INPUTS, trees);
      FlatKernel summed = Objects.requireNonNull(FlatKernel.of(all, 0, false));
      FlatKernel rounded = Objects.requireNonNull(FlatKernel.of(all, 0.25, true));
      int count = 1 + random.nextInt(200);
      float[] rows = new float[count * INPUTS];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = value(random, i % INPUTS);
      }
      double[] batch = new double[count];
      double[] single = new double[count];
      summed.sums(rows, count, batch);
      rounded.sums(rows, count, single);
      for (int i = 0; i < count; i++) {
        double one = 0;
        for (Tree tree : trees) {
          one += tree.score(rows, i * INPUTS);
        }
        float[] row = Arrays.copyOfRange(rows, i * INPUTS, (i + 1) * INPUTS);
        assertThat(batch[i]).as(Arrays.toString(row)).isEqualTo(one);
        assertThat(summed.sum(row, 0)).isEqualTo(one);
        assertThat(rounded.sum(rows, i * INPUTS))
            .isEqualTo(all.singleSum(0.25f, rows, i * INPUTS))
            .isEqualTo(single[i]);
      }
    }
  }
}
