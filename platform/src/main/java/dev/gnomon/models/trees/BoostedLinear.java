package dev.gnomon.models.trees;

import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// XGBoost's booster `gblinear`: a bias and a weight per input, summed in single precision as
/// XGBoost does; a missing value adds nothing.
///
/// A contribution is weight x value, as XGBoost reports it: the file knows no training means.
final class BoostedLinear implements Model {
  private final byte[] source;
  private final String file;
  private final Output output;
  private final float base;
  private final float[] weights;

  BoostedLinear(byte[] source, XgboostFile.Parsed parsed, float[] weights) {
    this.source = source;
    this.file = XgboostReader.file(parsed.format());
    this.output = parsed.objective().output();
    this.base = weights[weights.length - 1] + parsed.baseMargin();
    this.weights = weights;
  }

  @Override
  public String kind() {
    return TreeEnsemble.KIND;
  }

  @Override
  public int inputs() {
    return weights.length - 1;
  }

  @Override
  public Output output() {
    return output;
  }

  @Override
  public double margin(float[] row, int offset) {
    float sum = base;
    for (int i = 0; i < weights.length - 1; i++) {
      float value = row[offset + i];
      if (!Float.isNaN(value)) {
        sum += value * weights[i];
      }
    }
    return sum;
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    for (int i = 0; i < weights.length - 1; i++) {
      float value = row[offset + i];
      out[i] = Float.isNaN(value) ? 0 : (double) value * weights[i];
    }
    out[weights.length - 1] = base;
  }

  @Override
  public void write(Path directory) {
    try {
      Files.write(directory.resolve(file), source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
