package dev.gnomon.models.instances;

import dev.gnomon.models.FloatFile;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/// Rows in blocks of [#BLOCK], column by column within a block, so that a distance or a product
/// with all of them is a straight loop over neighbouring numbers. Immutable.
public final class RowBlocks {
  /// Rows of one block.
  public static final int BLOCK = 256;

  private static final String FILE = "rows.f32";

  private final float[] values;
  private final int rows;
  private final int width;

  private RowBlocks(float[] values, int rows, int width) {
    this.values = values;
    this.rows = rows;
    this.width = width;
  }

  /// @param byRow one row after the other
  public static RowBlocks of(float[] byRow, int rows, int width) {
    if ((long) rows * width != byRow.length) {
      throw new IllegalArgumentException(
          "%d values for %d rows of %d".formatted(byRow.length, rows, width));
    }
    float[] values = new float[byRow.length];
    for (int block = 0; block < rows; block += BLOCK) {
      int size = Math.min(BLOCK, rows - block);
      int start = block * width;
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < width; j++) {
          values[start + j * size + i] = byRow[(block + i) * width + j];
        }
      }
    }
    return new RowBlocks(values, rows, width);
  }

  /// The rows beside a model's file that states how many there are, and how wide.
  static RowBlocks read(Path directory, JsonNode stated) {
    int rows = stated.required("rows").intValue();
    int width = stated.required("width").intValue();
    return of(
        FloatFile.read(directory.resolve(FILE), Math.multiplyExact(rows, width)), rows, width);
  }

  /// For [#read].
  void write(Path directory) {
    FloatFile.write(byRow(), directory.resolve(FILE));
  }

  public int rows() {
    return rows;
  }

  public int width() {
    return width;
  }

  public int blocks() {
    return (rows + BLOCK - 1) / BLOCK;
  }

  /// How many rows the block has; only the last has fewer than [#BLOCK].
  public int size(int block) {
    return Math.min(BLOCK, rows - block * BLOCK);
  }

  /// The squared Euclidean distance of each row of the block to the given one.
  public void distances(int block, float[] row, int offset, double[] out) {
    int size = size(block);
    int start = block * BLOCK * width;
    for (int i = 0; i < size; i++) {
      out[i] = 0;
    }
    for (int j = 0; j < width; j++) {
      double value = row[offset + j];
      int at = start + j * size;
      for (int i = 0; i < size; i++) {
        double difference = values[at + i] - value;
        out[i] += difference * difference;
      }
    }
  }

  /// The inner product of each row of the block with the given one.
  public void products(int block, float[] row, int offset, double[] out) {
    int size = size(block);
    int start = block * BLOCK * width;
    for (int i = 0; i < size; i++) {
      out[i] = 0;
    }
    for (int j = 0; j < width; j++) {
      double value = row[offset + j];
      int at = start + j * size;
      for (int i = 0; i < size; i++) {
        out[i] += values[at + i] * value;
      }
    }
  }

  /// One row after the other, as given to [#of].
  public float[] byRow() {
    float[] all = new float[values.length];
    for (int block = 0; block < blocks(); block++) {
      int size = size(block);
      int start = block * BLOCK * width;
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < width; j++) {
          all[start + i * width + j] = values[start + j * size + i];
        }
      }
    }
    return all;
  }
}
