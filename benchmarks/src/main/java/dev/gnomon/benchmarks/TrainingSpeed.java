package dev.gnomon.benchmarks;

import dev.gnomon.core.Progress;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.stats.RandomStream;
import dev.gnomon.stats.RankedScores;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.IntStream;

/// How long one learner trains, in a process of its own; `benchmarks/training-speed.sh` runs it
/// beside scikit-learn and XGBoost on the same file.
///
/// `TrainingSpeed data FILE ROWS COLUMNS` writes the rows: single precision, little endian, each
/// followed by its label. `TrainingSpeed LEARNER FILE ROWS COLUMNS [NAME=VALUE…]` trains on the
/// first nine tenths and prints seconds, peak memory and the ROC-AUC of the rest.
public final class TrainingSpeed {
  private TrainingSpeed() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[1]);
    int rows = Integer.parseInt(args[2]);
    int width = Integer.parseInt(args[3]);
    if (args[0].equals("data")) {
      write(file, rows, width);
    } else {
      train(args, file, rows, width);
    }
  }

  /// Log-odds with main effects, steps and interactions in a fifth of the columns; the rest is
  /// noise.
  private static void write(Path file, int rows, int width) throws IOException {
    RandomStream random = RandomStream.of(1);
    ByteBuffer row = ByteBuffer.allocate(4 * (width + 1)).order(ByteOrder.LITTLE_ENDIAN);
    try (var out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      float[] x = new float[width];
      for (int i = 0; i < rows; i++) {
        row.clear();
        for (int j = 0; j < width; j++) {
          x[j] =
              (float) (random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5) * 2;
          row.putFloat(x[j]);
        }
        double z =
            x[0]
                - 0.7 * x[1]
                + (x[2] > 0.5 ? 1 : -0.5)
                + x[3] * x[4]
                + Math.abs(x[5])
                - 0.5 * x[6] * (x[7] > 0 ? 1 : 0)
                - 1.2;
        row.putFloat(random.nextDouble() < 1 / (1 + Math.exp(-z)) ? 1 : 0);
        out.write(row.array());
      }
    }
  }

  private static void train(String[] args, Path file, int rows, int width) throws IOException {
    float[] values = new float[rows * width];
    float[] labels = new float[rows];
    try (var in = Files.newByteChannel(file)) {
      ByteBuffer block =
          ByteBuffer.allocateDirect(4 * (width + 1) * 1024).order(ByteOrder.LITTLE_ENDIAN);
      int row = 0;
      while (row < rows) {
        block.clear().limit((int) Math.min(block.capacity(), 4L * (width + 1) * (rows - row)));
        while (block.hasRemaining() && in.read(block) >= 0) {}
        block.flip();
        while (block.hasRemaining()) {
          for (int j = 0; j < width; j++) {
            values[row * width + j] = block.getFloat();
          }
          labels[row++] = block.getFloat();
        }
      }
    }
    List<String> names = IntStream.range(0, width).mapToObj(j -> "x" + j).toList();
    int train = rows / 10 * 9;
    float[] ones = new float[train];
    Arrays.fill(ones, 1);
    Map<String, String> settings = new HashMap<>();
    for (int i = 4; i < args.length; i++) {
      settings.put(
          args[i].substring(0, args[i].indexOf('=')), args[i].substring(args[i].indexOf('=') + 1));
    }
    Trainer trainer =
        ServiceLoader.load(Trainer.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(t -> t.name().equals(args[0]))
            .findFirst()
            .orElseThrow();
    Fit fit =
        new Fit(
            Fit.Target.BINARY,
            Fit.Rows.of(
                new Matrix(names, Arrays.copyOf(values, train * width), train),
                Arrays.copyOf(labels, train),
                ones),
            Fit.Rows.none(names),
            settings,
            1,
            2,
            Progress.NONE);
    long start = System.nanoTime();
    Model model = trainer.train(fit);
    double seconds = (System.nanoTime() - start) / 1e9;
    long scoring = System.nanoTime();
    double[] scores = new double[rows - train];
    model.margins(Arrays.copyOfRange(values, train * width, rows * width), scores.length, scores);
    double perRow = (System.nanoTime() - scoring) / 1e3 / scores.length;
    double[] truth = new double[scores.length];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = labels[train + i];
    }
    double[] weights = new double[truth.length];
    Arrays.fill(weights, 1);
    System.out.printf(
        Locale.ROOT,
        "%s,gnomon,%.2f,%.0f,%.4f,%.2f%n",
        args[0],
        seconds,
        peakMegabytes(),
        RankedScores.of(scores, truth).rocAuc(weights),
        perRow);
  }

  private static double peakMegabytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElse(Double.NaN);
  }
}
