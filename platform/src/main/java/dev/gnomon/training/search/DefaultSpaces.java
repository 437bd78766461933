package dev.gnomon.training.search;

import dev.gnomon.core.usecase.TrainingSection.Range;
import dev.gnomon.core.usecase.TrainingSection.Range.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is searched by name of the trainer where the file does not say; the table of
/// `docs/reference/search.md`.
///
/// Ranges are those in which the settings matter on tables of a thousand to a million rows; one
/// value alone is what every trial but the first has. Trainers not named here have nothing to
/// search.
public final class DefaultSpaces {
  private DefaultSpaces() {}

  public static Map<String, Range> of(String trainer) {
    Map<String, Range> space = new LinkedHashMap<>();
    switch (trainer) {
      case "logistic" -> log(space, "l2", "0.01", "1000");
      case "linear" -> log(space, "l2", "0.001", "1000");
      case "xgboost" -> {
        whole(space, "max-depth", "2", "8");
        log(space, "eta", "0.02", "0.3");
        log(space, "min-child-weight", "1", "32");
        range(space, "subsample", "0.6", "1");
        range(space, "colsample", "0.5", "1");
        log(space, "lambda", "0.1", "30");
        values(space, "rounds", "600");
      }
      default -> {}
    }
    return space;
  }

  /// The setting that short trials get less of; empty for rows.
  public static Optional<String> resource(String trainer) {
    return switch (trainer) {
      case "xgboost", "lightgbm", "adaboost" -> Optional.of("rounds");
      case "random-forest", "extra-trees" -> Optional.of("trees");
      case "sgd" -> Optional.of("epochs");
      default -> Optional.empty();
    };
  }

  private static void log(Map<String, Range> space, String name, String low, String high) {
    space.put(name, new Range(Kind.LOG, List.of(low, high), Map.of()));
  }

  private static void range(Map<String, Range> space, String name, String low, String high) {
    space.put(name, new Range(Kind.RANGE, List.of(low, high), Map.of()));
  }

  private static void whole(Map<String, Range> space, String name, String low, String high) {
    space.put(name, new Range(Kind.INTEGER, List.of(low, high), Map.of()));
  }

  private static void values(Map<String, Range> space, String name, String... values) {
    space.put(name, new Range(Kind.VALUES, List.of(values), Map.of()));
  }
}
