package dev.gnomon.training;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.data.Table;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Decision;
import dev.gnomon.models.Model;
import dev.gnomon.models.Policy;
import dev.gnomon.models.Scoring;
import dev.gnomon.stats.Quantiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Measures what candidates take when they decide. Rows are decided one at a time, as a server
/// does; those before the warm-up ends are thrown away.
final class Footprints {
  private static final int ROWS = 1_000;
  private static final int CALLS = 5_000;
  private static final long WARM_UP_NANOS = 60_000_000;
  private static final long NANOS = 150_000_000;

  private Footprints() {}

  /// @param rows of the training set, any part
  static Footprint of(Candidate candidate, TrainingSet set, int[] rows, Policy policy) {
    Scoring scoring =
        new Scoring(
            candidate.fitted().preprocessing(),
            candidate.fitted().model(),
            candidate.served(),
            policy);
    int[] sample = Arrays.copyOf(rows, Math.min(rows.length, ROWS));
    run(scoring, set, sample, WARM_UP_NANOS, Integer.MAX_VALUE);
    double[] micros = run(scoring, set, sample, NANOS, CALLS);
    Arrays.sort(micros);
    return new Footprint(
        candidate.trainer(),
        Quantiles.type7(micros, 0.5),
        Quantiles.type7(micros, 0.99),
        micros.length,
        bytes(candidate.fitted().model()),
        candidate.seconds());
  }

  /// @return microseconds per call
  private static double[] run(Scoring scoring, TrainingSet set, int[] rows, long nanos, int most) {
    double[] micros = new double[Math.min(most, CALLS)];
    Table.Cursor cursor = set.rows().cursor();
    Decision decision = new Decision();
    int n = 0;
    long begin = System.nanoTime();
    long now = begin;
    while (n < most && now - begin < nanos) {
      cursor.at(rows[n % rows.length]);
      long start = System.nanoTime();
      scoring.decide(cursor, decision);
      now = System.nanoTime();
      micros[n++ % micros.length] = (now - start) / 1000.0;
    }
    return Arrays.copyOf(micros, Math.min(n, micros.length));
  }

  private static long bytes(Model model) {
    try {
      Path directory = Files.createTempDirectory("gnomon-model");
      try {
        model.write(directory);
        try (Stream<Path> files = Files.walk(directory)) {
          List<Path> all = files.filter(Files::isRegularFile).toList();
          long sum = 0;
          for (Path file : all) {
            sum += Files.size(file);
          }
          return sum;
        }
      } finally {
        AtomicFiles.deleteTree(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
