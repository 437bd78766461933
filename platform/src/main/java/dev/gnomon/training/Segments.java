package dev.gnomon.training;

import dev.gnomon.data.Column;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.stats.EntityBootstrap;
import dev.gnomon.stats.EntityBootstrap.WeightedMetric;
import dev.gnomon.stats.Interval;
import dev.gnomon.training.Evaluation.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How the chosen candidate does in parts of the population.
///
/// A level needs [#MIN_ROWS] rows and, of classes, [#MIN_CLASS] of each, or its figures would be
/// noise; how many were left out is noted. A number with many values is cut at its quartiles.
final class Segments {
  static final int MIN_ROWS = 50;
  static final int MIN_CLASS = 10;
  private static final int MAX_LEVELS = 20;
  private static final List<String> OF_CLASSES = List.of("roc-auc", "recall", "precision");
  private static final List<String> OF_NUMBERS = List.of("rmse", "mae", "bias");

  private Segments() {}

  static List<Segment> of(
      TrainingSet set,
      Scored part,
      boolean[] decided,
      double[] costs,
      double[] nobody,
      List<String> asked,
      EntityBootstrap bootstrap,
      List<String> notes) {
    List<Segment> found = new ArrayList<>();
    Set<String> columns = new LinkedHashSet<>(asked);
    for (String column : columns) {
      if (!set.rows().schema().has(column)) {
        notes.add("segment column '" + column + "' is not in the training set");
        continue;
      }
      boolean number = set.plan().useCase().frame().task().isNumber();
      Levels levels = levels(column, set.rows().column(column), part);
      int[][] rows = new int[levels.count()][];
      int small = 0;
      List<Integer> order = new ArrayList<>();
      for (int level = 0; level < levels.count(); level++) {
        int l = level;
        rows[level] =
            java.util.stream.IntStream.range(0, part.size())
                .filter(i -> levels.codes()[i] == l)
                .toArray();
        if (enough(part, rows[level], number)) {
          order.add(level);
        } else if (rows[level].length > 0) {
          small++;
        }
      }
      order.sort(
          java.util.Comparator.<Integer>comparingInt(l -> -rows[l].length)
              .thenComparing(l -> levels.labels()[l]));
      for (int level : order.subList(0, Math.min(MAX_LEVELS, order.size()))) {
        found.add(
            measure(
                column,
                levels.labels()[level],
                number ? OF_NUMBERS : OF_CLASSES,
                part,
                rows[level],
                decided,
                costs,
                nobody,
                bootstrap));
      }
      if (small > 0) {
        notes.add(
            "%d level(s) of '%s' have fewer than %d rows%s in the test part and are not shown"
                .formatted(
                    small,
                    column,
                    MIN_ROWS,
                    number ? "" : " or %d of either class".formatted(MIN_CLASS)));
      }
    }
    return found;
  }

  static Levels levels(String name, Column column, Scored part) {
    boolean[] none = new boolean[part.size()];
    Levels levels = Levels.of(name, column, part.rows(), none);
    if (levels.discrete()) {
      return levels;
    }
    double[] values = new double[part.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Levels.number(column, part.rows()[i]);
    }
    double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    String[] labels = new String[5];
    labels[0] = name + " is missing";
    double[] edges = new double[5];
    for (int q = 0; q <= 4; q++) {
      edges[q] = sorted[(int) ((long) q * (sorted.length - 1) / 4)];
    }
    for (int q = 1; q <= 4; q++) {
      labels[q] =
          "%s %s %s to %s"
              .formatted(name, "from", Line.figure(edges[q - 1]), Line.figure(edges[q]));
    }
    int[] codes = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        codes[i] =
            values[i] < edges[1] ? 1 : values[i] < edges[2] ? 2 : values[i] < edges[3] ? 3 : 4;
      }
    }
    return new Levels(name, codes, 5, true, labels);
  }

  private static boolean enough(Scored part, int[] rows, boolean number) {
    if (number) {
      return rows.length >= MIN_ROWS;
    }
    double positives = Arrays.stream(rows).mapToDouble(r -> part.labels()[r]).sum();
    return rows.length >= MIN_ROWS
        && positives >= MIN_CLASS
        && rows.length - positives >= MIN_CLASS;
  }

  private static Segment measure(
      String column,
      String label,
      List<String> names,
      Scored part,
      int[] rows,
      boolean[] decided,
      double[] costs,
      double[] nobody,
      EntityBootstrap bootstrap) {
    double[] saved = new double[rows.length];
    boolean[] acts = new boolean[rows.length];
    double[] p = new double[rows.length];
    double[] y = new double[rows.length];
    int[] entities = new int[rows.length];
    int[] renumbered = new int[part.entityCount()];
    int count = 0;
    for (int i = 0; i < rows.length; i++) {
      int row = rows[i];
      saved[i] = nobody[row] - costs[row];
      acts[i] = decided[row];
      p[i] = part.probabilities()[row];
      y[i] = part.labels()[row];
      if (renumbered[part.entities()[row]] == 0) {
        renumbered[part.entities()[row]] = ++count;
      }
      entities[i] = renumbered[part.entities()[row]] - 1;
    }
    Scored segment = new Scored(rows, p, y, entities, count, Optional.empty(), p);
    Metrics metrics = new Metrics(segment, acts, saved);
    EntityBootstrap fewer =
        new EntityBootstrap(
            Math.min(300, bootstrap.resamples()), bootstrap.level(), bootstrap.seed());
    List<WeightedMetric> measured = new ArrayList<>();
    names.forEach(name -> measured.add(metrics.metric(name)));
    measured.add(w -> Evaluator.sum(saved, w));
    List<Interval> found = fewer.intervals(entities, count, measured);
    Map<String, Interval> byName = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      byName.put(names.get(i), found.get(i));
    }
    return new Segment(
        column,
        level(column, label),
        rows.length,
        names.equals(OF_NUMBERS) ? 0 : (int) Arrays.stream(y).sum(),
        byName,
        part.costs().isPresent() ? Optional.of(found.getLast()) : Optional.empty());
  }

  /// The level without the column in front and without quotes.
  static String level(String column, String label) {
    String level = label.startsWith(column + " = ") ? label.substring(column.length() + 3) : label;
    return level.startsWith("'") ? level.substring(1, level.length() - 1) : level;
  }
}
