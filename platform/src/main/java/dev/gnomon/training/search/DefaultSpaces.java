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
      case "xgboost" -> boosting(space);
      case "lightgbm" -> leafWise(space);
      case "random-forest", "extra-trees" -> {
        wholeLog(space, "min-leaf", "1", "50");
        values(space, "max-features", "sqrt", "0.3", "0.6", "1.0");
        whole(space, "max-depth", "4", "30");
      }
      case "decision-tree" -> {
        whole(space, "max-depth", "2", "12");
        wholeLog(space, "min-leaf", "1", "100");
        log(space, "ccp-alpha", "0.000001", "0.01");
      }
      case "adaboost" -> {
        wholeLog(space, "rounds", "20", "400");
        log(space, "learning-rate", "0.05", "2");
        whole(space, "max-depth", "1", "4");
      }
      case "sgd" -> {
        log(space, "rate", "0.0005", "0.3");
        log(space, "l2", "0.000001", "0.1");
        values(space, "batch", "16", "32", "128", "512");
      }
      case "k-nn" -> {
        wholeLog(space, "neighbours", "3", "200");
        values(space, "weights", "uniform", "distance");
      }
      case "svm" -> {
        values(space, "kernel", "rbf", "polynomial");
        log(space, "cost", "0.01", "1000");
        log(space, "gamma", "0.0001", "10");
        space.put(
            "degree",
            new Range(Kind.INTEGER, List.of("2", "4"), Map.of("kernel", List.of("polynomial"))));
      }
      case "svm-linear" -> log(space, "cost", "0.001", "1000");
      case "naive-bayes" -> {
        log(space, "alpha", "0.01", "100");
        log(space, "var-smoothing", "0.000000001", "0.1");
      }
      default -> {}
    }
    return space;
  }

  private static void boosting(Map<String, Range> space) {
    whole(space, "max-depth", "2", "8");
    log(space, "eta", "0.02", "0.3");
    log(space, "min-child-weight", "1", "32");
    range(space, "subsample", "0.6", "1");
    range(space, "colsample", "0.5", "1");
    log(space, "lambda", "0.1", "30");
    values(space, "rounds", "600");
  }

  private static void leafWise(Map<String, Range> space) {
    wholeLog(space, "leaves", "4", "128");
    log(space, "learning-rate", "0.02", "0.3");
    wholeLog(space, "min-rows", "5", "200");
    range(space, "subsample", "0.6", "1");
    range(space, "colsample", "0.5", "1");
    log(space, "l2", "0.01", "30");
    values(space, "trees", "600");
  }

  /// The setting that short trials get less of; empty for rows.
  public static Optional<String> resource(String trainer) {
    return switch (trainer) {
      case "xgboost", "adaboost" -> Optional.of("rounds");
      case "lightgbm", "random-forest", "extra-trees" -> Optional.of("trees");
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

  private static void wholeLog(Map<String, Range> space, String name, String low, String high) {
    space.put(name, new Range(Kind.INTEGER_LOG, List.of(low, high), Map.of()));
  }

  private static void values(Map<String, Range> space, String name, String... values) {
    space.put(name, new Range(Kind.VALUES, List.of(values), Map.of()));
  }
}
