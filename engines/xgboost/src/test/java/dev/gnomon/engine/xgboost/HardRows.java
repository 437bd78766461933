package dev.gnomon.engine.xgboost;

import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Rows that a model finds hard: its own thresholds and their neighbours, denormal numbers, zeros,
/// infinities, missing values, and categories that are known, unknown, negative, broken or huge.
final class HardRows {
  private static final float[] ODD = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    1e-35f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE
  };

  private static final float[] ODD_CATEGORIES = {
    Float.NaN,
    -1,
    -0f,
    -0.5f,
    0.5f,
    2.999f,
    -1e9f,
    31,
    32,
    33,
    63,
    64,
    1000,
    16777214f,
    16777215f,
    16777216f,
    2.1e9f,
    1e20f,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY
  };

  private final int width;
  private final int categories;
  private final float[][] special;

  /// @param json XGBoost's model
  /// @param categories how many inputs, from the first, are categories
  HardRows(byte[] json, int width, int categories) {
    this.width = width;
    this.categories = categories;
    List<List<Float>> found = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      found.add(new ArrayList<>());
    }
    JsonNode root =
        JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build()
            .readTree(json);
    for (JsonNode tree : root.findValues("trees")) {
      for (JsonNode one : tree) {
        JsonNode left = one.path("left_children");
        for (int node = 0; node < left.size(); node++) {
          float at = (float) one.path("split_conditions").path(node).doubleValue();
          int input = one.path("split_indices").path(node).intValue();
          if (left.path(node).intValue() >= 0 && input >= categories) {
            found.get(input).addAll(List.of(at, Math.nextUp(at), Math.nextDown(at)));
          }
        }
      }
    }
    this.special = new float[width][];
    for (int i = 0; i < width; i++) {
      float[] odd = i < categories ? ODD_CATEGORIES : ODD;
      special[i] = Arrays.copyOf(odd, odd.length + found.get(i).size());
      for (int j = 0; j < found.get(i).size(); j++) {
        special[i][odd.length + j] = found.get(i).get(j);
      }
    }
  }

  float[] draw(int count, long seed) {
    // Millions of draws: nothing here needs the best of streams.
    Random random = new Random(RandomStream.of(seed).nextLong());
    float[] rows = new float[count * width];
    for (int i = 0; i < rows.length; i++) {
      int column = i % width;
      if (random.nextInt(3) == 0) {
        rows[i] = special[column][random.nextInt(special[column].length)];
      } else {
        rows[i] =
            column < categories ? random.nextInt(45) : ordinary(random.nextGaussian(), column);
      }
    }
    return rows;
  }

  /// Every other column has whole numbers.
  static float ordinary(double gaussian, int column) {
    return (float) (column % 2 == 0 ? Math.rint(4 * gaussian) : gaussian);
  }
}
