package dev.gnomon.training;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.ModelSection.Calibration;
import dev.gnomon.core.usecase.TrainingSection.Range;
import dev.gnomon.core.usecase.TrainingSection.Search;
import dev.gnomon.stats.RandomStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// A training with a search over 300 rows; as a process of its own it waits for a byte of its input
/// before each fit and says when it has it, so that it can be killed in the midst.
final class SearchedTraining {
  private SearchedTraining() {}

  public static void main(String[] arguments) {
    Runnable wait =
        () -> {
          try {
            int ready = System.in.read();
            System.out.println(ready < 0 ? "end" : "fit");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    System.out.println(
        text(run(search(Search.Method.valueOf(arguments[1])), wait, Path.of(arguments[0]))));
  }

  static Search search(Search.Method method) {
    return new Search(
        method,
        12,
        Optional.empty(),
        "roc-auc",
        "log-loss",
        1,
        Search.Acquisition.EI,
        false,
        true,
        false,
        Optional.empty(),
        Map.of("ridge", space()));
  }

  /// In an order that does not differ between processes.
  private static Map<String, Range> space() {
    Map<String, Range> space = new LinkedHashMap<>();
    space.put("l2", new Range(Range.Kind.LOG, List.of("0.1", "1000"), Map.of()));
    space.put("rate", new Range(Range.Kind.RANGE, List.of("0.01", "3"), Map.of()));
    return space;
  }

  static Trained run(Search search, Runnable beforeFit, Path searches) {
    return run(sets().search(search), beforeFit, Optional.of(searches));
  }

  static Sets sets() {
    return Sets.of(300)
        .number("x", i -> RandomStream.of(1).split(i).nextGaussian())
        .number("noise", i -> RandomStream.of(2).split(i).nextGaussian())
        .stakes(Sets.stakes(Optional.empty(), OptionalDouble.empty(), OptionalDouble.empty()))
        .candidates(Calibration.PLATT, "ridge");
  }

  static Trained run(Sets sets, Runnable beforeFit, Optional<Path> searches) {
    return Training.run(
        sets.useCase(),
        sets.set(i -> {
          double x = RandomStream.of(1).split(i).nextGaussian();
          return RandomStream.of(3).split(i).nextDouble() < 1 / (1 + StrictMath.exp(-2 * x))
              ? 1
              : 0;
        }),
        List.of(new RidgeTrainer(beforeFit)),
        new Training.Options(
            1,
            InstantSource.fixed(Instant.EPOCH.plus(Duration.ofDays(1))),
            _ -> Optional.empty(),
            searches),
        Progress.NONE);
  }

  /// All that the course of a search may change.
  static String text(Trained trained) {
    return trained.evaluation().candidates()
        + " "
        + trained.evaluation().test().get("roc-auc")
        + " "
        + Arrays.hashCode(trained.probabilities());
  }
}
