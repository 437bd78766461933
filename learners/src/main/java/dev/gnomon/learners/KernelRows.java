package dev.gnomon.learners;

import dev.gnomon.models.instances.Kernel;
import dev.gnomon.models.instances.RowBlocks;
import java.util.Arrays;

/// The kernel between a row and all rows, computed when asked for and kept while there is room; the
/// one not asked for longest goes first.
final class KernelRows {
  private final Kernel kernel;
  private final float[] byRow;
  private final RowBlocks blocks;
  private final int threads;
  private final float[][] kept;
  private final int[] slotOf;
  private final int[] rowOf;
  private final long[] used;
  private long clock;

  /// @param bytes room for kept rows; two are kept in any case
  KernelRows(Kernel kernel, float[] byRow, int rows, int width, long bytes, int threads) {
    this.kernel = kernel;
    this.byRow = byRow;
    this.blocks = RowBlocks.of(byRow, rows, width);
    this.threads = threads;
    int slots = (int) Math.max(2, Math.min(rows, bytes / (4L * Math.max(1, rows))));
    this.kept = new float[slots][];
    this.slotOf = new int[rows];
    this.rowOf = new int[slots];
    this.used = new long[slots];
    Arrays.fill(slotOf, -1);
    Arrays.fill(rowOf, -1);
  }

  /// Valid until the call after the next one.
  float[] row(int row) {
    int slot = slotOf[row];
    if (slot < 0) {
      slot = oldest();
      if (rowOf[slot] >= 0) {
        slotOf[rowOf[slot]] = -1;
      }
      rowOf[slot] = row;
      slotOf[row] = slot;
      float[] values = kept[slot] == null ? new float[blocks.rows()] : kept[slot];
      kept[slot] = values;
      fill(row, values);
    }
    used[slot] = ++clock;
    return kept[slot];
  }

  private int oldest() {
    int best = 0;
    for (int slot = 1; slot < used.length; slot++) {
      if (used[slot] < used[best]) {
        best = slot;
      }
    }
    return best;
  }

  private void fill(int row, float[] values) {
    int pieces = blocks.blocks() < 16 ? 1 : threads;
    int perPiece = (blocks.blocks() + pieces - 1) / pieces;
    Chunks.run(
        pieces,
        pieces,
        piece -> {
          double[] found = new double[RowBlocks.BLOCK];
          int end = Math.min(blocks.blocks(), (piece + 1) * perPiece);
          for (int block = piece * perPiece; block < end; block++) {
            kernel.values(blocks, block, byRow, row * blocks.width(), found);
            int first = block * RowBlocks.BLOCK;
            for (int i = 0; i < blocks.size(block); i++) {
              values[first + i] = (float) found[i];
            }
          }
        });
  }

  /// The kernel of each row with itself.
  double[] diagonal() {
    int width = blocks.width();
    double[] diagonal = new double[blocks.rows()];
    double[] one = new double[RowBlocks.BLOCK];
    float[] single = new float[width];
    for (int i = 0; i < diagonal.length; i++) {
      System.arraycopy(byRow, i * width, single, 0, width);
      kernel.values(RowBlocks.of(single, 1, width), 0, single, 0, one);
      diagonal[i] = (float) one[0];
    }
    return diagonal;
  }
}
