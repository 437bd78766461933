package dev.gnomon.models.trees;

import java.util.Arrays;

/// Scores shallow trees without a single branch that depends on the data.
///
/// The usual loop over nodes is bound by mispredicted branches. Here every tree is padded to a full
/// heap of the same depth, a node is one long (threshold above, input below), values are compared
/// as order-preserving integers, and the sign bit of a difference is the step: i = 2i + 2 - (x <
/// t). Four trees advance side by side, so that their memory accesses overlap.
///
/// Missing values cost nothing more: each input has two slots, which hold the same number unless it
/// is missing; then the one read by nodes that default to the left is below every threshold, and
/// the other one above.
///
/// Many rows go tree by tree instead, in blocks whose values stay in the nearest cache, four rows
/// side by side. Every row still sums its trees in their order, so that both ways give the same
/// bits.
///
/// Leaves are summed in single precision, as XGBoost does.
///
/// The price is memory, 12 bytes x 2^depth per tree, which is why deep trees don't come here.
final class HeapKernel {
  static final int DEEPEST = 8;

  private static final int BLOCK = 64;

  private final int trees;
  private final int depth;
  private final float baseMargin;
  private final long[] nodes;
  private final float[] leaves;
  private final int[] used;
  private final ThreadLocal<int[]> slots;
  private final ThreadLocal<Block> blocks;

  HeapKernel(Trees from, float baseMargin) {
    this.trees = from.size();
    this.depth = from.depth();
    this.baseMargin = baseMargin;
    int inner = (1 << depth) - 1;
    this.nodes = new long[trees * inner];
    this.leaves = new float[trees << depth];
    boolean[] reads = new boolean[from.inputs()];
    for (int i = 0; i < from.right().length; i++) {
      if (!from.leaf(i)) {
        reads[from.input(i)] = true;
      }
    }
    int[] position = new int[from.inputs()];
    int[] inputs = new int[from.inputs()];
    int count = 0;
    for (int i = 0; i < reads.length; i++) {
      if (reads[i]) {
        position[i] = count;
        inputs[count++] = i;
      }
    }
    this.used = Arrays.copyOf(inputs, count);
    int slotCount = Math.max(2, 2 * count);
    this.slots = ThreadLocal.withInitial(() -> new int[slotCount]);
    this.blocks =
        ThreadLocal.withInitial(() -> new Block(new int[BLOCK * slotCount], new float[BLOCK]));
    for (int tree = 0; tree < trees; tree++) {
      fill(from, tree, from.roots()[tree], 0, position);
    }
  }

  /// Below a leaf that is not at the bottom, all of the heap leads to its value.
  private void fill(Trees from, int tree, int node, int heap, int[] position) {
    int inner = (1 << depth) - 1;
    if (heap >= inner) {
      leaves[(tree << depth) + heap - inner] = (float) from.value(node);
      return;
    }
    boolean leaf = from.leaf(node);
    if (!leaf) {
      int slot = 2 * position[from.input(node)] + (from.defaultLeft(node) ? 0 : 1);
      nodes[tree * inner + heap] = ((long) key(from.threshold()[node]) << 32) | slot;
    }
    fill(from, tree, leaf ? node : from.left(node), 2 * heap + 1, position);
    fill(from, tree, leaf ? node : from.right()[node], 2 * heap + 2, position);
  }

  float margin(float[] row, int offset) {
    int[] values = slots.get();
    load(row, offset, values, 0);
    int inner = (1 << depth) - 1;
    float sum = baseMargin;
    int tree = 0;
    for (; tree + 4 <= trees; tree += 4) {
      int a = tree * inner;
      int b = a + inner;
      int c = b + inner;
      int d = c + inner;
      int i = 0;
      int j = 0;
      int k = 0;
      int l = 0;
      for (int level = 0; level < depth; level++) {
        i = child(i, nodes[a + i], values);
        j = child(j, nodes[b + j], values);
        k = child(k, nodes[c + k], values);
        l = child(l, nodes[d + l], values);
      }
      int leaf = (tree << depth) - inner;
      sum += leaves[leaf + i];
      sum += leaves[leaf + (1 << depth) + j];
      sum += leaves[leaf + (2 << depth) + k];
      sum += leaves[leaf + (3 << depth) + l];
    }
    for (; tree < trees; tree++) {
      int i = 0;
      for (int level = 0; level < depth; level++) {
        i = child(i, nodes[tree * inner + i], values);
      }
      sum += leaves[(tree << depth) - inner + i];
    }
    return sum;
  }

  /// @param width inputs per row
  void margins(float[] rows, int count, int width, double[] out) {
    Block block = blocks.get();
    for (int start = 0; start < count; start += BLOCK) {
      int size = Math.min(BLOCK, count - start);
      score(block, rows, start * width, size, width);
      for (int i = 0; i < size; i++) {
        out[start + i] = block.sums[i];
      }
    }
  }

  /// Rows beyond `size` up to the next multiple of four are scored on whatever their slots hold and
  /// ignored.
  private void score(Block block, float[] rows, int offset, int size, int width) {
    int[] values = block.values;
    float[] sums = block.sums;
    int stride = 2 * used.length;
    for (int i = 0; i < size; i++) {
      load(rows, offset + i * width, values, i * stride);
    }
    Arrays.fill(sums, baseMargin);
    int inner = (1 << depth) - 1;
    for (int tree = 0; tree < trees; tree++) {
      int root = tree * inner;
      int leaf = (tree << depth) - inner;
      for (int r = 0; r < size; r += 4) {
        int a = r * stride;
        int b = a + stride;
        int c = b + stride;
        int d = c + stride;
        int i = 0;
        int j = 0;
        int k = 0;
        int l = 0;
        for (int level = 0; level < depth; level++) {
          i = child(i, nodes[root + i], values, a);
          j = child(j, nodes[root + j], values, b);
          k = child(k, nodes[root + k], values, c);
          l = child(l, nodes[root + l], values, d);
        }
        sums[r] += leaves[leaf + i];
        sums[r + 1] += leaves[leaf + j];
        sums[r + 2] += leaves[leaf + k];
        sums[r + 3] += leaves[leaf + l];
      }
    }
  }

  private record Block(int[] values, float[] sums) {}

  private static int child(int i, long node, int[] values) {
    return child(i, node, values, 0);
  }

  private static int child(int i, long node, int[] values, int offset) {
    return 2 * i + 2 - (int) ((values[offset + (int) node] - (node >> 32)) >>> 63);
  }

  private void load(float[] row, int offset, int[] values, int at) {
    for (int i = 0; i < used.length; i++) {
      float value = row[offset + used[i]];
      if (Float.isNaN(value)) {
        values[at + 2 * i] = Integer.MIN_VALUE;
        values[at + 2 * i + 1] = Integer.MAX_VALUE;
      } else {
        int key = key(value);
        values[at + 2 * i] = key;
        values[at + 2 * i + 1] = key;
      }
    }
  }

  /// An integer that orders as the float does; -0 is 0. Infinities stay inside of the two extremes
  /// that stand for missing.
  static int key(float value) {
    int bits = Float.floatToRawIntBits(value + 0f);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }
}
