package dev.gnomon.learners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.Progress;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.ModelReader;
import dev.gnomon.models.spi.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;

/// 200 rows of five inputs, a label and a number by a formula that Python evaluates as well, so
/// that expected values come from there without any file:
///
/// k = ((i+1) 7919 (2j+3) + (i i + 1) (j+1) 31) mod 1000, x = k / 500 - 1 in single precision, z =
/// x0 - 0.7 x1 + 0.3 x2 + (31337 i mod 997) / 997 x 3 - 1.5, label z > 0.2, number z, weight 1 + (i
/// mod 3) / 2.
final class Sample {
  static final int ROWS = 200;
  static final int WIDTH = 5;
  static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

  private Sample() {}

  static Fit.Rows rows(Fit.Target target, boolean weighted) {
    return rows(target, weighted, ROWS);
  }

  static Fit.Rows rows(Fit.Target target, boolean weighted, int count) {
    float[] values = new float[count * WIDTH];
    float[] targets = new float[count];
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < WIDTH; j++) {
        long k = ((i + 1L) * 7919 * (2 * j + 3) + ((long) i * i + 1) * (j + 1) * 31) % 1000;
        values[i * WIDTH + j] = (float) (k / 500.0 - 1);
      }
      double z =
          values[i * WIDTH]
              - 0.7 * values[i * WIDTH + 1]
              + 0.3 * values[i * WIDTH + 2]
              + ((i * 31337L) % 997) / 997.0 * 3
              - 1.5;
      targets[i] = target == Fit.Target.BINARY ? (z > 0.2 ? 1 : 0) : (float) z;
      weights[i] = weighted ? 1 + (i % 3) * 0.5f : 1;
    }
    return Fit.Rows.of(new Matrix(NAMES, values, count), targets, weights);
  }

  static Fit fit(Fit.Target target, Fit.Rows rows, Map<String, String> settings, int threads) {
    return new Fit(
        target, rows, Fit.Rows.none(rows.inputs().names()), settings, 1, threads, Progress.NONE);
  }

  /// On the weighted sample, one thread.
  static Model train(Trainer trainer, Fit.Target target, Map<String, String> settings) {
    return trainer.train(fit(target, rows(target, true), settings, 1));
  }

  static double[] margins(Model model, Fit.Rows rows) {
    double[] out = new double[rows.size()];
    model.margins(rows.inputs().values(), rows.size(), out);
    return out;
  }

  /// What every model has to keep: finite scores in their range, contributions that add up, batches
  /// that equal single rows, and files that read back as the same model.
  static void holds(Model model, Fit.Rows rows) {
    double[] margins = margins(model, rows);
    int width = rows.inputs().width();
    float[] values = rows.inputs().values();
    double[] parts = new double[width + 1];
    Model back = copy(model);
    assertThat(back.output()).isEqualTo(model.output());
    for (int i = 0; i < rows.size(); i++) {
      assertThat(margins[i]).isFinite();
      if (model.output() == Output.PROBABILITY) {
        assertThat(margins[i]).isBetween(0.0, 1.0);
      }
      assertThat(model.margin(values, i * width)).isEqualTo(margins[i]);
      assertThat(back.margin(values, i * width)).isEqualTo(margins[i]);
      if (i < 25) {
        model.contributions(values, i * width, parts);
        assertThat(Arrays.stream(parts).sum())
            .isCloseTo(margins[i], within(1e-9 * (1 + Math.abs(margins[i]))));
      }
    }
  }

  /// The files of a model by their names.
  static Map<String, byte[]> files(Model model) {
    try {
      Path directory = Files.createTempDirectory("model");
      model.write(directory);
      Map<String, byte[]> files = new TreeMap<>();
      try (Stream<Path> found = Files.walk(directory)) {
        for (Path file : found.filter(Files::isRegularFile).toList()) {
          files.put(directory.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void sameBytes(Model one, Model other) {
    Map<String, byte[]> left = files(one);
    Map<String, byte[]> right = files(other);
    assertThat(left.keySet()).isEqualTo(right.keySet());
    left.forEach((name, bytes) -> assertThat(right.get(name)).as(name).isEqualTo(bytes));
  }

  /// Written and read back by the reader of its kind.
  static Model copy(Model model) {
    try {
      Path directory = Files.createTempDirectory("model");
      model.write(directory);
      return ServiceLoader.load(ModelReader.class).stream()
          .map(ServiceLoader.Provider::get)
          .filter(reader -> reader.kind().equals(model.kind()))
          .findFirst()
          .orElseThrow()
          .read(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
