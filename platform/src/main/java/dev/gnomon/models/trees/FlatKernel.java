package dev.gnomon.models.trees;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Scores trees of any depth without a branch that depends on the data, but for one at the bottom
/// of each four trees.
///
/// A node is one long: above, the threshold as an order-preserving integer; below, the position of
/// its left child and the slot of the row that it reads (see [RowSlots]); the right child stands
/// behind the left one, so that the sign bit of a difference is the step. Trees are laid out level
/// by level, which keeps the levels that every row passes together. Nothing is padded: a leaf reads
/// slot 0 and leads to itself, and four trees advance side by side until all are there. Above, a
/// leaf has its value where single precision does, else the place of its value.
///
/// A node on categories has the place of its bit set above, and its step is a bit of that set.
/// Groups of trees without such nodes take a loop that knows nothing of them.
///
/// Many rows go tree by tree instead, in blocks, four rows side by side. Every row still sums its
/// trees in their order, so that both ways give the same bits.
///
/// The price is memory: 8 bytes per node, and for each node on categories one bit per category up
/// to the greatest that any node lists for its input.
final class FlatKernel {
  private static final int SLOTS_PER_BLOCK = 1 << 13;
  private static final int MOST_WORDS = 1 << 20;

  private final int inputs;
  private final double base;
  private final boolean single;
  private final RowSlots slots;
  private final int bits;
  private final int mask;
  private final int firstCategory;
  private final int[] roots;

  /// Per tree whether it has nodes on categories.
  private final boolean[] asksCategories;

  /// The same of each four trees.
  private final boolean[] fourAskCategories;

  private final long[] nodes;
  private final double[] leaves;
  private final int[] sets;
  private final int block;
  private final ThreadLocal<int[]> values;

  private FlatKernel(Trees from, double base, boolean single, RowSlots slots, int words) {
    this.inputs = from.inputs();
    this.base = base;
    this.single = single;
    this.slots = slots;
    this.bits = bits(slots);
    this.mask = (1 << bits) - 1;
    this.firstCategory = slots.firstCategory();
    this.roots = new int[from.size()];
    this.asksCategories = new boolean[from.size()];
    this.fourAskCategories = new boolean[(from.size() + 3) / 4];
    this.nodes = new long[from.right().length + 1];
    this.leaves = from.values();
    this.sets = new int[Math.max(1, words)];
    this.block = Math.clamp(SLOTS_PER_BLOCK / slots.size(), 1, 16) * 4;
    int most = block * slots.size();
    this.values = ThreadLocal.withInitial(() -> new int[most]);
    int at = 1;
    int word = 0;
    int[] queue = new int[from.right().length + 1];
    for (int tree = 0; tree < roots.length; tree++) {
      roots[tree] = at;
      queue[at] = from.roots()[tree];
      int end = at + 1;
      for (; at < end; at++) {
        int node = queue[at];
        if (from.leaf(node)) {
          int leaf = single ? bitsOf(from.value(node)) : -1 - from.right()[node];
          nodes[at] = ((long) leaf << 32) | ((long) (at - 1) << bits);
          continue;
        }
        int above = HeapKernel.key(from.threshold()[node]);
        if (from.question(node) > 0) {
          above = word;
          word = fill(from, node, word);
          asksCategories[tree] = true;
          fourAskCategories[tree >> 2] = true;
        }
        int below = (end << bits) | slots.of(from, node);
        nodes[at] = ((long) above << 32) | (below & 0xffffffffL);
        queue[end++] = from.left(node);
        queue[end++] = from.right()[node];
      }
    }
  }

  /// @param base where every sum begins
  /// @param single whether each step of the sum is rounded to single precision, as XGBoost does
  /// @return null where positions or bit sets would not fit
  static @Nullable FlatKernel of(Trees from, double base, boolean single) {
    RowSlots slots = new RowSlots(from);
    long words = 0;
    for (int node = 0; node < from.right().length; node++) {
      if (!from.leaf(node) && from.question(node) > 0) {
        words += (slots.width(from.input(node)) + 31) / 32;
      }
    }
    boolean fits = words <= MOST_WORDS && (from.right().length + 1L) << bits(slots) <= 1L << 32;
    return fits ? new FlatKernel(from, base, single, slots, (int) words) : null;
  }

  private static int bits(RowSlots slots) {
    return 32 - Integer.numberOfLeadingZeros(slots.size());
  }

  /// Sets the bits of all values that go left at a node.
  ///
  /// @return the word behind the set
  private int fill(Trees from, int node, int word) {
    int end = word + (slots.width(from.input(node)) + 31) / 32;
    // -1 is no category for any library; what is not listed goes the same way.
    boolean othersLeft = from.goesLeft(node, -1);
    Arrays.fill(sets, word, end, othersLeft ? -1 : 0);
    if (from.defaultLeft(node) != othersLeft) {
      sets[word] ^= 1;
    }
    for (int category : from.categories(node)) {
      sets[word + ((category + 2) >> 5)] ^= 1 << (category + 2);
    }
    return end;
  }

  /// The sum for one row.
  double sum(float[] row, int offset) {
    int[] found = values.get();
    slots.load(row, offset, found, 0);
    double sum = base;
    int tree = 0;
    for (; tree + 4 <= roots.length; tree += 4) {
      long a = nodes[roots[tree]];
      long b = nodes[roots[tree + 1]];
      long c = nodes[roots[tree + 2]];
      long d = nodes[roots[tree + 3]];
      if (fourAskCategories[tree >> 2]) {
        while (((a | b | c | d) & mask) != 0) {
          a = nodes[mixed(a, found, 0)];
          b = nodes[mixed(b, found, 0)];
          c = nodes[mixed(c, found, 0)];
          d = nodes[mixed(d, found, 0)];
        }
      } else {
        while (((a | b | c | d) & mask) != 0) {
          a = nodes[child(a, found, 0)];
          b = nodes[child(b, found, 0)];
          c = nodes[child(c, found, 0)];
          d = nodes[child(d, found, 0)];
        }
      }
      sum = plus(sum, a);
      sum = plus(sum, b);
      sum = plus(sum, c);
      sum = plus(sum, d);
    }
    for (; tree < roots.length; tree++) {
      long a = nodes[roots[tree]];
      while ((a & mask) != 0) {
        a = nodes[asksCategories[tree] ? mixed(a, found, 0) : child(a, found, 0)];
      }
      sum = plus(sum, a);
    }
    return sum;
  }

  /// The sums of `count` rows that stand one after the other.
  void sums(float[] rows, int count, double[] out) {
    int[] found = values.get();
    int stride = slots.size();
    Arrays.fill(out, 0, count, base);
    for (int start = 0; start < count; start += block) {
      int size = Math.min(block, count - start);
      for (int i = 0; i < size; i++) {
        slots.load(rows, (start + i) * inputs, found, i * stride);
      }
      for (int tree = 0; tree < roots.length; tree++) {
        if (asksCategories[tree]) {
          mixedRows(nodes[roots[tree]], found, start, size, out);
        } else {
          numberRows(nodes[roots[tree]], found, start, size, out);
        }
      }
    }
  }

  private void numberRows(long root, int[] found, int start, int size, double[] out) {
    int stride = slots.size();
    int i = 0;
    for (; i + 4 <= size; i += 4) {
      int first = i * stride;
      int second = first + stride;
      int third = second + stride;
      int fourth = third + stride;
      long a = root;
      long b = root;
      long c = root;
      long d = root;
      while (((a | b | c | d) & mask) != 0) {
        a = nodes[child(a, found, first)];
        b = nodes[child(b, found, second)];
        c = nodes[child(c, found, third)];
        d = nodes[child(d, found, fourth)];
      }
      out[start + i] = plus(out[start + i], a);
      out[start + i + 1] = plus(out[start + i + 1], b);
      out[start + i + 2] = plus(out[start + i + 2], c);
      out[start + i + 3] = plus(out[start + i + 3], d);
    }
    for (; i < size; i++) {
      long a = root;
      while ((a & mask) != 0) {
        a = nodes[child(a, found, i * stride)];
      }
      out[start + i] = plus(out[start + i], a);
    }
  }

  private void mixedRows(long root, int[] found, int start, int size, double[] out) {
    int stride = slots.size();
    int i = 0;
    for (; i + 4 <= size; i += 4) {
      int first = i * stride;
      int second = first + stride;
      int third = second + stride;
      int fourth = third + stride;
      long a = root;
      long b = root;
      long c = root;
      long d = root;
      while (((a | b | c | d) & mask) != 0) {
        a = nodes[mixed(a, found, first)];
        b = nodes[mixed(b, found, second)];
        c = nodes[mixed(c, found, third)];
        d = nodes[mixed(d, found, fourth)];
      }
      out[start + i] = plus(out[start + i], a);
      out[start + i + 1] = plus(out[start + i + 1], b);
      out[start + i + 2] = plus(out[start + i + 2], c);
      out[start + i + 3] = plus(out[start + i + 3], d);
    }
    for (; i < size; i++) {
      long a = root;
      while ((a & mask) != 0) {
        a = nodes[mixed(a, found, i * stride)];
      }
      out[start + i] = plus(out[start + i], a);
    }
  }

  private static int bitsOf(double value) {
    return Float.floatToRawIntBits((float) value);
  }

  /// A double sum rounded to single precision is the single-precision sum of its two floats.
  private double plus(double sum, long leaf) {
    int above = (int) (leaf >> 32);
    return single ? (float) (sum + Float.intBitsToFloat(above)) : sum + leaves[above];
  }

  private int child(long node, int[] found, int at) {
    int low = (int) node;
    long value = found[at + (low & mask)];
    return (low >>> bits) + 1 - (int) ((value - (node >> 32)) >>> 63);
  }

  /// Both answers are computed and one is kept, by the slot.
  private int mixed(long node, int[] found, int at) {
    int low = (int) node;
    int slot = low & mask;
    int value = found[at + slot];
    int category = (firstCategory - 1 - slot) >> 31;
    int below = (int) ((value - (node >> 32)) >>> 63);
    int word = ((int) (node >> 32) + (value >>> 5)) & category;
    int listed = (sets[word] >>> value) & 1;
    return (low >>> bits) + 1 - ((below & ~category) | (listed & category));
  }
}
