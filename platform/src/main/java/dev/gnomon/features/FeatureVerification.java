package dev.gnomon.features;

import dev.gnomon.core.Progress;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.features.VerificationReport.Compared;
import dev.gnomon.features.internal.Verification;
import dev.gnomon.schema.Schema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// Compares every served feature with what the serving path gives for the rows in the order in
/// which they arrived, and with what the back-fill gives for an observation at that key and time.
///
/// Exact operators are compared bit by bit, sketches by the error they state. Values that came with
/// a request are taken as they came; what is derived is derived from what was served, so that a
/// difference is counted where it began. A row counts for a request if it had arrived when the
/// request was answered and was known at its time; a row that arrived later does not count against
/// it.
public final class FeatureVerification {
  private FeatureVerification() {}

  /// @param observations how many were compared
  /// @param values how many values, inputs and kept columns
  /// @param differing how many are not the same bits
  /// @param first the first that differs, for people
  public record Result(long observations, long values, long differing, Optional<String> first) {}

  /// What may be used; none of it changes the result.
  ///
  /// @param threads at least 1
  /// @param memoryBytes how much of requests and rows is held in memory before the rest goes to
  ///   disk; one 256th of them per thread comes on top
  /// @param spillDirectory made when needed; its files are removed at the end
  public record Options(int threads, long memoryBytes, Path spillDirectory) {
    /// All processors, a quarter of the heap.
    public static Options inDirectory(Path spillDirectory) {
      Runtime runtime = Runtime.getRuntime();
      return new Options(runtime.availableProcessors(), runtime.maxMemory() / 4, spillDirectory);
    }
  }

  /// Compares the requests of a log.
  ///
  /// @param plan by which they were computed
  /// @param opener the files and what was posted to them ([LoggedSources])
  /// @param history how far before the newest arrival the server answered
  public static VerificationReport requests(
      FeaturePlan plan,
      SourceOpener opener,
      ServedRequests requests,
      Duration history,
      Options options,
      Progress progress) {
    return Verification.run(plan, opener, requests, Compared.DECISIONS, history, options, progress);
  }

  /// Compares the rows of a training set, as if a server had answered each observation the moment
  /// everything known by then was there.
  ///
  /// @param atMost about how many observations to compare; whole keys are left out beyond
  public static VerificationReport observations(
      TrainingSet set, SourceOpener opener, long atMost, Options options, Progress progress) {
    return Verification.run(
        set.plan(),
        opener,
        asServed(set, atMost),
        Compared.OBSERVATIONS,
        Duration.ZERO,
        options,
        progress);
  }

  /// As [#observations], in short.
  public static Result verify(
      TrainingSet set, SourceOpener opener, long atMost, Progress progress) {
    VerificationReport report =
        observations(
            set,
            opener,
            atMost,
            Options.inDirectory(Path.of(System.getProperty("java.io.tmpdir"))),
            progress);
    return new Result(report.requests(), report.values(), report.differing(), report.first());
  }

  private static ServedRequests asServed(TrainingSet set, long atMost) {
    Sampled keys = Sampled.of(set, atMost);
    return sink -> {
      Schema schema = set.plan().row();
      FeatureRow row = new FeatureRow(schema);
      var filled = set.rows().cursor();
      for (int i = 0; i < set.size(); i++) {
        String key = Objects.requireNonNull(set.keys().dictionary().text(set.keys().codes()[i]));
        if (!keys.has(key)) {
          continue;
        }
        filled.at(i);
        for (int c = 0; c < schema.size(); c++) {
          switch (schema.field(c).type()) {
            case NUMBER -> row.number(c, filled.number(c));
            case TEXT -> row.text(c, filled.text(c));
            case TIME -> row.time(c, filled.time(c));
          }
        }
        sink.request(key, set.observedAt()[i], set.observedAt()[i], i, row);
      }
    };
  }

  /// Every n-th key by a hash of its text, so that what is compared does not depend on order.
  private record Sampled(long every) {
    static Sampled of(TrainingSet set, long atMost) {
      return new Sampled(Math.max(1, (set.size() + atMost - 1) / Math.max(1, atMost)));
    }

    boolean has(String key) {
      return every == 1 || Math.floorMod((key.hashCode() * 0x9E37_79B9L) >>> 7, every) == 0;
    }
  }
}
