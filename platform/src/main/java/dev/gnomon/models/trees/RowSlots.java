package dev.gnomon.models.trees;

import java.util.Arrays;

/// A row as branchless kernels read it: one int per way in which nodes look at an input.
///
/// Slot 0 is above every threshold: a leaf reads it, and stays where it is. A number that nodes
/// compare has two slots, which hold the same order-preserving integer unless it is missing; then
/// the first is below every threshold and the second above. Where zero counts as missing too, it
/// has two more. A category has one: 0 for a missing value, 1 for what no node lists, else the
/// category + 2.
final class RowSlots {
  private final int[] numbers;
  private final int[] zeros;
  private final int[] categories;
  private final int[] greatest;
  private final int[] numberAt;
  private final int[] zeroAt;
  private final int[] categoryAt;
  private final CategoryRule rule;

  RowSlots(Trees trees) {
    int inputs = trees.inputs();
    this.numberAt = new int[inputs];
    this.zeroAt = new int[inputs];
    this.categoryAt = new int[inputs];
    int[] most = new int[inputs];
    Questions questions = trees.questions();
    this.rule = questions == null ? CategoryRule.XGBOOST : questions.rule();
    for (int node = 0; node < trees.right().length; node++) {
      if (trees.leaf(node)) {
        continue;
      }
      int input = trees.input(node);
      int question = trees.question(node);
      if (question > 0) {
        int[] list = trees.categories(node);
        categoryAt[input] = 1;
        most[input] = Math.max(most[input], list.length == 0 ? 0 : list[list.length - 1]);
      } else if (question == Questions.BELOW) {
        numberAt[input] = 1;
      } else {
        zeroAt[input] = 1;
      }
    }
    this.numbers = places(numberAt, 1, 2);
    this.zeros = places(zeroAt, 1 + 2 * numbers.length, 2);
    this.categories = places(categoryAt, firstCategory(), 1);
    this.greatest = new int[categories.length];
    Arrays.setAll(greatest, i -> most[categories[i]]);
  }

  /// Replaces marks by slots.
  ///
  /// @return the marked inputs
  private static int[] places(int[] marks, int from, int each) {
    int[] inputs = new int[marks.length];
    int count = 0;
    for (int i = 0; i < marks.length; i++) {
      if (marks[i] != 0) {
        marks[i] = from + each * count;
        inputs[count++] = i;
      }
    }
    return Arrays.copyOf(inputs, count);
  }

  int size() {
    return firstCategory() + categories.length;
  }

  int firstCategory() {
    return 1 + 2 * numbers.length + 2 * zeros.length;
  }

  /// The slot that a node reads.
  int of(Trees trees, int node) {
    int input = trees.input(node);
    int question = trees.question(node);
    if (question > 0) {
      return categoryAt[input];
    }
    int pair = question == Questions.BELOW ? numberAt[input] : zeroAt[input];
    return pair + (trees.defaultLeft(node) ? 0 : 1);
  }

  /// How many values the category slot of an input can hold.
  int width(int input) {
    return greatest[categoryAt[input] - firstCategory()] + 3;
  }

  void load(float[] row, int offset, int[] to, int at) {
    int slot = at;
    to[slot++] = Integer.MAX_VALUE;
    for (int input : numbers) {
      float value = row[offset + input];
      if (Float.isNaN(value)) {
        to[slot] = Integer.MIN_VALUE;
        to[slot + 1] = Integer.MAX_VALUE;
      } else {
        int key = HeapKernel.key(value);
        to[slot] = key;
        to[slot + 1] = key;
      }
      slot += 2;
    }
    for (int input : zeros) {
      float value = row[offset + input];
      if (!(Math.abs(value) > Questions.ZERO)) {
        to[slot] = Integer.MIN_VALUE;
        to[slot + 1] = Integer.MAX_VALUE;
      } else {
        int key = HeapKernel.key(value);
        to[slot] = key;
        to[slot + 1] = key;
      }
      slot += 2;
    }
    for (int i = 0; i < categories.length; i++) {
      float value = row[offset + categories[i]];
      int code = Float.isNaN(value) ? -2 : rule.code(value);
      to[slot++] = code > greatest[i] ? 1 : code + 2;
    }
  }
}
