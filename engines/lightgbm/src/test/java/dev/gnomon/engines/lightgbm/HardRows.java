package dev.gnomon.engines.lightgbm;

import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Rows that a model finds hard: its own thresholds and their neighbours, numbers around zero,
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
    -1e-35f,
    Math.nextUp(1e-35f),
    Math.nextDown(-1e-35f),
    1e-20f,
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
    16777215f,
    16777216f,
    2.1e9f,
    3e9f,
    1e20f,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY
  };

  private final int width;
  private final boolean[] category;
  private final float[][] special;

  /// @param model LightGBM's text
  HardRows(String model, int width, int categories) {
    this.width = width;
    this.category = new boolean[width];
    Arrays.fill(category, 0, categories, true);
    List<List<Float>> found = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      found.add(new ArrayList<>());
    }
    String[] features = {};
    for (String line : model.lines().toList()) {
      if (line.startsWith("split_feature=")) {
        features = line.substring("split_feature=".length()).split(" ", -1);
      } else if (line.startsWith("threshold=")) {
        String[] thresholds = line.substring("threshold=".length()).split(" ", -1);
        for (int i = 0; i < thresholds.length && !thresholds[i].isEmpty(); i++) {
          float at = (float) Double.parseDouble(thresholds[i].replace("inf", "Infinity"));
          found
              .get(Integer.parseInt(features[i]))
              .addAll(
                  List.of(at, Math.nextUp(at), Math.nextDown(at), Math.nextUp(Math.nextUp(at))));
        }
      }
    }
    this.special = new float[width][];
    for (int i = 0; i < width; i++) {
      float[] odd = category[i] ? ODD_CATEGORIES : ODD;
      List<Float> own = category[i] ? List.of() : found.get(i);
      special[i] = Arrays.copyOf(odd, odd.length + own.size());
      for (int j = 0; j < own.size(); j++) {
        special[i][odd.length + j] = own.get(j);
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
        rows[i] = category[column] ? random.nextInt(45) : ordinary(random.nextGaussian(), column);
      }
    }
    return rows;
  }

  /// Every third column has many zeros, every other one whole numbers.
  static float ordinary(double gaussian, int column) {
    double value = column % 3 == 0 && Math.abs(gaussian) < 0.5 ? 0 : gaussian;
    return (float) (column % 2 == 0 ? Math.rint(4 * value) : value);
  }
}
