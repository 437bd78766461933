package dev.gnomon.models.instances;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.FloatFile;
import dev.gnomon.models.Model;
import dev.gnomon.models.ModelFiles;
import dev.gnomon.models.Output;
import dev.gnomon.models.PathContributions;
import dev.gnomon.models.spi.ModelReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/// The weighted mean target of the `k` nearest training rows: a probability of 0/1 targets, else a
/// number. Distances are Euclidean; the search is exact and looks at every row; of equally distant
/// rows the earlier one is nearer.
///
/// The model consists of its training rows, so a bundle with one holds (scaled) data of people.
/// Contributions are [PathContributions] from the mean training row.
public final class NeighboursModel implements Model {
  public static final String KIND = "k-nn";
  private static final String FILE = "model.json";
  private static final int BATCH = 64;

  private final Output output;
  private final int k;
  private final boolean byDistance;
  private final RowBlocks rows;
  private final float[] targets;
  private final float[] weights;
  private final float[] means;
  private final ThreadLocal<Nearest[]> scratch;
  private final ThreadLocal<double[]> distances =
      ThreadLocal.withInitial(() -> new double[RowBlocks.BLOCK]);

  /// @param byDistance whether a neighbour counts 1 / distance, else all count the same; times its
  ///   weight
  /// @param means of the inputs over the training rows
  public NeighboursModel(
      Output output,
      int k,
      boolean byDistance,
      RowBlocks rows,
      float[] targets,
      float[] weights,
      float[] means) {
    if (output != Output.PROBABILITY && output != Output.NUMBER) {
      throw new IllegalArgumentException("neighbours give a probability or a number");
    }
    if (k < 1 || k > rows.rows()) {
      throw new IllegalArgumentException("%d neighbours of %d rows".formatted(k, rows.rows()));
    }
    if (targets.length != rows.rows()
        || weights.length != rows.rows()
        || means.length != rows.width()) {
      throw new IllegalArgumentException("lists of different lengths");
    }
    this.output = output;
    this.k = k;
    this.byDistance = byDistance;
    this.rows = rows;
    this.targets = targets.clone();
    this.weights = weights.clone();
    this.means = means.clone();
    this.scratch =
        ThreadLocal.withInitial(() -> {
          Nearest[] all = new Nearest[BATCH];
          Arrays.setAll(all, _ -> new Nearest(k));
          return all;
        });
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int inputs() {
    return rows.width();
  }

  @Override
  public Output output() {
    return output;
  }

  @Override
  public double margin(float[] row, int offset) {
    Nearest nearest = scratch.get()[0];
    double[] found = distances.get();
    nearest.clear();
    for (int block = 0; block < rows.blocks(); block++) {
      rows.distances(block, row, offset, found);
      nearest.offer(found, rows.size(block), block * RowBlocks.BLOCK);
    }
    return mean(nearest);
  }

  /// Block by block for many rows at a time, so that a block is read from memory once.
  @Override
  public void margins(float[] given, int count, double[] out) {
    int width = rows.width();
    Nearest[] nearest = scratch.get();
    double[] found = distances.get();
    for (int start = 0; start < count; start += BATCH) {
      int size = Math.min(BATCH, count - start);
      for (int i = 0; i < size; i++) {
        nearest[i].clear();
      }
      for (int block = 0; block < rows.blocks(); block++) {
        for (int i = 0; i < size; i++) {
          rows.distances(block, given, (start + i) * width, found);
          nearest[i].offer(found, rows.size(block), block * RowBlocks.BLOCK);
        }
      }
      for (int i = 0; i < size; i++) {
        out[start + i] = mean(nearest[i]);
      }
    }
  }

  private double mean(Nearest nearest) {
    boolean touching = byDistance && nearest.least() == 0;
    double sum = 0;
    double total = 0;
    for (int i = 0; i < k; i++) {
      int row = nearest.row(i);
      double distance = nearest.distance(i);
      double counts;
      if (!byDistance) {
        counts = weights[row];
      } else if (touching) {
        // A row at the same place leaves no room for the others.
        counts = distance == 0 ? weights[row] : 0;
      } else {
        counts = weights[row] / Math.sqrt(distance);
      }
      sum += counts * targets[row];
      total += counts;
    }
    return sum / total;
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    PathContributions.of(this, means, row, offset, out);
  }

  @Override
  public void write(Path directory) {
    ObjectNode json =
        CanonicalJson.object()
            .put("kind", KIND)
            .put("output", output.name().toLowerCase(Locale.ROOT))
            .put("k", k)
            .put("byDistance", byDistance)
            .put("rows", rows.rows())
            .put("width", rows.width());
    ModelFiles.add(means, json.putArray("means"));
    CanonicalJson.write(json, directory.resolve(FILE));
    rows.write(directory);
    FloatFile.write(targets, directory.resolve("targets.f32"));
    FloatFile.write(weights, directory.resolve("weights.f32"));
  }

  /// Found with `ServiceLoader`.
  public static final class Reader implements ModelReader {
    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public Model read(Path directory) {
      Path file = directory.resolve(FILE);
      return ModelFiles.stated(
          file,
          "a nearest-neighbours model",
          json ->
              new NeighboursModel(
                  Output.valueOf(json.required("output").stringValue().toUpperCase(Locale.ROOT)),
                  json.required("k").intValue(),
                  json.required("byDistance").booleanValue(),
                  RowBlocks.read(directory, json),
                  FloatFile.read(
                      directory.resolve("targets.f32"), json.required("rows").intValue()),
                  FloatFile.read(
                      directory.resolve("weights.f32"), json.required("rows").intValue()),
                  ModelFiles.row(json.required("means"))));
    }
  }
}
